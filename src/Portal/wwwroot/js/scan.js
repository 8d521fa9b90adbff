// Reading a type plate with the camera, where the browser itself can decode (BarcodeDetector).
const formats = ["qr_code", "code_128", "code_39", "data_matrix", "ean_13", "itf", "pdf417", "aztec"];

/** Shows the scan buttons inside an element if this browser can scan. */
export function offerScan(element) {
    if ("BarcodeDetector" in window && navigator.mediaDevices?.getUserMedia) {
        element.querySelectorAll("[data-scan][hidden]").forEach(button => { button.hidden = false; });
    }
}

/** Puts text into an input as a person would. */
function fill(input, text) {
    input.value = text;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.focus();
}

async function scan(button) {
    const dialog = document.createElement("dialog");
    dialog.className = "scan";
    dialog.setAttribute("aria-label", button.dataset.scanTitle);
    const video = document.createElement("video");
    video.muted = true;
    video.playsInline = true;
    const hint = document.createElement("p");
    hint.setAttribute("role", "status");
    hint.textContent = button.dataset.scanHint;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "btn";
    close.textContent = button.dataset.scanClose;
    close.addEventListener("click", () => dialog.close());
    dialog.append(video, hint, close);
    document.body.append(dialog);
    dialog.showModal();

    let stream = null;
    dialog.addEventListener("close", () => {
        stream?.getTracks().forEach(track => track.stop());
        dialog.remove();
        button.focus();
    });
    try {
        stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
        video.srcObject = stream;
        await video.play();
        const known = await BarcodeDetector.getSupportedFormats();
        const detector = new BarcodeDetector({ formats: formats.filter(format => known.includes(format)) });
        while (dialog.open) {
            const [code] = await detector.detect(video);
            if (code) {
                dialog.close();
                fill(document.getElementById(button.dataset.scan), code.rawValue.trim());
                return;
            }
            await new Promise(requestAnimationFrame);
        }
    } catch {
        stream?.getTracks().forEach(track => track.stop());
        hint.textContent = button.dataset.scanFailed;
    }
}

document.addEventListener("click", event => {
    const button = event.target.closest("[data-scan]");
    if (button) {
        scan(button);
    }
});
