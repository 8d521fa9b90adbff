// Reading a type plate with the camera, where the browser itself can decode (BarcodeDetector). Loaded by the first click.
const wanted = ["qr_code", "code_128", "code_39", "data_matrix", "ean_13", "itf", "pdf417", "aztec"];

/** Puts text into an input as a person would: what is wrong with it is said by the field, not here. */
function fill(input, text) {
    input.value = text;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.focus();
}

/** The first code that the camera sees while the dialog is open. */
async function read(video, dialog) {
    const known = await BarcodeDetector.getSupportedFormats();
    const detector = new BarcodeDetector({ formats: wanted.filter(format => known.includes(format)) });
    while (dialog.open) {
        const [code] = await detector.detect(video);
        if (code) {
            return code.rawValue;
        }
        await new Promise(requestAnimationFrame);
    }
    return null;
}

function open(button) {
    const dialog = document.createElement("dialog");
    dialog.className = "scan";
    dialog.setAttribute("aria-label", button.getAttribute("aria-label"));
    const video = document.createElement("video");
    [video.muted, video.playsInline, video.hidden] = [true, true, true];
    const hint = document.createElement("p");
    hint.setAttribute("role", "status");
    const close = document.createElement("button");
    [close.type, close.className, close.textContent] = ["button", "btn", button.dataset.close];
    close.addEventListener("click", () => dialog.close());
    dialog.append(video, hint, close);
    document.body.append(dialog);
    dialog.showModal();
    return { dialog, video, hint };
}

export async function scan(button) {
    const { dialog, video, hint } = open(button);
    let stream = null;
    let target = button;
    dialog.addEventListener("close", () => {
        stream?.getTracks().forEach(track => track.stop());
        dialog.remove();
        target.focus();
    });
    if (!("BarcodeDetector" in window)) {
        hint.textContent = button.dataset.missing;
        return;
    }
    try {
        hint.textContent = button.dataset.hint;
        stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
        video.srcObject = stream;
        video.hidden = false;
        await video.play();
        const text = await read(video, dialog);
        if (text !== null) {
            target = document.getElementById(button.dataset.scan);
            fill(target, text);
        }
        dialog.close();
    } catch {
        stream?.getTracks().forEach(track => track.stop());
        video.hidden = true;
        hint.textContent = button.dataset.failed;
    }
}
