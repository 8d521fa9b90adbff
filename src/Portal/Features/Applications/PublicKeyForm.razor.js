// A private key is told by what it says of itself or, in bare base64, by how it begins: a SEQUENCE whose first element is
// the version number 0 or 1, in PKCS#8 as in PKCS#1. A public key begins with another SEQUENCE or with its modulus.
export function isPrivate(text) {
    if (/PRIVATE\s+KEY/i.test(text)) {
        return true;
    }
    let der;
    try {
        der = atob(text.replace(/-----[^-]*-----/g, "").replace(/\s/g, ""));
    } catch {
        return false;
    }
    const byte = index => der.charCodeAt(index);
    const inner = byte(1) & 0x80 ? 2 + (byte(1) & 0x7f) : 2;
    return byte(0) === 0x30 && byte(inner) === 0x02 && byte(inner + 1) === 1 && byte(inner + 2) <= 1;
}

export function attach(root, dotnet) {
    const texts = JSON.parse(root.dataset.texts);
    const field = root.querySelector("textarea");
    const submit = root.querySelector("button[type=submit]");

    function say(fault) {
        const line = root.querySelector("[data-fault]");
        line.hidden = !fault;
        line.querySelector("[data-fault-text]").textContent = fault ?? "";
        field.setAttribute("aria-invalid", String(Boolean(fault)));
    }

    async function send(event) {
        event.preventDefault();
        const text = field.value.trim();
        if (isPrivate(text)) {
            field.value = "";
            say(texts.PublicKeyIsPrivate);
            field.focus();
            return;
        }
        if (!text) {
            say(texts.PublicKeyEmpty);
            field.focus();
            return;
        }
        submit.disabled = true;
        try {
            const fault = await dotnet.invokeMethodAsync("RegisterAsync", text);
            say(fault);
        } catch {
            say(texts.PairNoAnswer);
        } finally {
            submit.disabled = false;
        }
    }

    const clear = () => { field.value = ""; };
    root.addEventListener("submit", send);
    addEventListener("pagehide", clear);
    submit.disabled = false;

    return {
        dispose() {
            clear();
            root.removeEventListener("submit", send);
            removeEventListener("pagehide", clear);
        },
    };
}
