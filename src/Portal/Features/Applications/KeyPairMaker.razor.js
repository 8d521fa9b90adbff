// The only place where the private key of a pair ever is: bytes in this closure, until they are in a file or on the
// clipboard and the public half is registered. Nothing is sent but the public half.
const lineLength = 64;
const pair = { name: "RSA-OAEP", modulusLength: 3072, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" };

const fill = (text, ...facts) => text.replace(/\{(\d)\}/g, (_, index) => facts[index]);
const base64 = bytes => btoa(String.fromCharCode(...bytes));
const hex = bytes => Array.from(bytes, byte => byte.toString(16).padStart(2, "0")).join("");

/** PKCS#8 in PEM, as bytes: they can be wiped, a string cannot. */
function pem(der) {
    const text = base64(der).match(new RegExp(`.{1,${lineLength}}`, "g")).join("\n");
    return new TextEncoder().encode(`-----BEGIN PRIVATE KEY-----\n${text}\n-----END PRIVATE KEY-----\n`);
}

export function attach(root, dotnet) {
    const texts = JSON.parse(root.dataset.texts);
    const find = name => root.querySelector(`[data-${name}]`);
    const button = name => root.querySelector(`[data-act=${name}]`);
    let privateKey = null;  // Uint8Array, wiped when it is let go
    let publicKey = null;
    let isStored = false;
    const why = find("why").textContent;

    const say = (message, tone = "") => {
        const line = find("say");
        line.textContent = message;
        line.dataset.tone = tone;
    };

    function phase(name) {
        root.dataset.phase = name;
        button("make").disabled = name !== "idle";
        button("register").disabled = name !== "made" || !isStored;
        find("why").textContent = isStored ? texts.PairStoredWhy : why;
    }

    function wipe(message) {
        const had = privateKey !== null;
        privateKey?.fill(0);
        privateKey = publicKey = null;
        isStored = false;
        const shown = find("private");
        shown.replaceChildren();
        shown.hidden = true;
        find("fingerprint").textContent = "";
        phase("idle");
        if (had && message) {
            say(message, "warn");
        }
    }

    async function make() {
        if (!globalThis.crypto?.subtle) {
            say(texts.PairNoCrypto, "bad");
            return;
        }
        phase("making");
        say(texts.PairMaking);
        try {
            const keys = await crypto.subtle.generateKey(pair, true, ["encrypt", "decrypt"]);
            publicKey = new Uint8Array(await crypto.subtle.exportKey("spki", keys.publicKey));
            const der = new Uint8Array(await crypto.subtle.exportKey("pkcs8", keys.privateKey));
            privateKey = pem(der);
            der.fill(0);
            find("fingerprint").textContent = hex(new Uint8Array(await crypto.subtle.digest("SHA-256", publicKey)));
            say("");
            phase("made");
            button("save").focus();
        } catch {
            wipe();
            say(texts.PairFailed, "bad");
        }
    }

    function stored(message) {
        isStored = true;
        phase(root.dataset.phase);
        say(message, "good");
    }

    function save() {
        const link = document.createElement("a");
        link.href = URL.createObjectURL(new Blob([privateKey], { type: "application/x-pem-file" }));
        link.download = root.dataset.file;
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 1000);
        stored(fill(texts.PairSaved, link.download));
    }

    // Called straight from the click: the browser lets a page write to the clipboard only then, and only it knows whether it did.
    async function copy() {
        const text = new TextDecoder().decode(privateKey);
        try {
            await navigator.clipboard.writeText(text);
            stored(texts.PairCopied);
        } catch {
            const shown = find("private");
            shown.replaceChildren(text);
            shown.hidden = false;
            getSelection().selectAllChildren(shown);
            isStored = true;
            phase(root.dataset.phase);
            say(fill(texts.PairCopyByHand, /Mac|iP/.test(navigator.platform) ? "⌘C" : "Ctrl+C"), "warn");
        }
    }

    async function register() {
        phase("sending");
        say(texts.PairRegistering);
        try {
            if (await dotnet.invokeMethodAsync("RegisterAsync", base64(publicKey))) {
                wipe();
                return;
            }
            say("");
        } catch {
            // It may have been registered all the same; registering the same key again is no harm.
            say(texts.PairNoAnswer, "bad");
        }
        phase("made");
    }

    const actions = { make, save, copy, register };
    const onClick = event => {
        const pressed = event.target.closest("button[data-act]");
        if (pressed && !pressed.disabled) {
            actions[pressed.dataset.act]?.();
        }
    };
    // Another tab may be where the key is pasted, so that a hidden page keeps it; one that is left does not.
    const onLeave = () => wipe(texts.PairGone);

    root.addEventListener("click", onClick);
    addEventListener("pagehide", onLeave);
    phase("idle");

    return {
        dispose() {
            wipe();
            removeEventListener("pagehide", onLeave);
        },
    };
}
