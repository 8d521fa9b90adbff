// The only place outside the server where a secret is in clear: bytes in this closure, and a text node while shown.
// Everything here works without the circuit; what ends the display is decided in the page, not by the server.
const maskAfter = 60_000;
const acknowledgeDelays = [500, 1000, 2000, 4000, 5000];

const token = () => document.querySelector("meta[name=antiforgery-token]")?.content ?? "";
const wait = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));
const fill = (text, ...facts) => text.replace(/\{(\d)\}/g, (_, index) => facts[index]);

function post(url, more) {
    return fetch(url, {
        method: "POST", mode: "same-origin", credentials: "same-origin", cache: "no-store", redirect: "error",
        headers: { RequestVerificationToken: token() }, ...more,
    });
}

export function attach(root, dotnet, fetchAtOnce) {
    const texts = JSON.parse(root.dataset.texts);
    const find = name => root.querySelector(`[data-${name}]`);
    const button = name => root.querySelector(`[data-act=${name}]`);
    const output = find("secret");
    let secret = null;      // Uint8Array, wiped when it is let go
    let displays = Number(root.dataset.displays);
    let turn = 0;           // an answer that comes after a wipe belongs to an older turn and is dropped
    let timer = 0;
    let isDone = false;

    const text = () => new TextDecoder().decode(secret);
    const say = (message, tone = "") => {
        const line = find("say");
        line.textContent = message;
        line.dataset.tone = tone;
    };

    function phase(name) {
        root.dataset.phase = name;
        root.querySelectorAll("[data-needs-secret]").forEach(control => { control.disabled = secret === null; });
        const isShown = name === "shown";
        button("toggle").setAttribute("aria-pressed", String(isShown));
        button("toggle").setAttribute("aria-label", isShown ? texts.SecretHide : texts.SecretShow);
        if (button("qr")) {
            button("qr").disabled = isDone || name === "loading";
        }
        button("fetch").disabled = isDone || name === "loading";
        button("ack").disabled = isDone || displays === 0 || name === "loading";
        find("why").hidden = displays > 0;
        if (displays > 0) {
            find("count").textContent = fill(texts.SecretCount, displays, root.dataset.limit);
            find("fetch-label").textContent = fill(texts.SecretShowAgain, displays + 1, root.dataset.limit);
        }
    }

    function mask() {
        clearTimeout(timer);
        output.replaceChildren("•".repeat(secret.length));
        phase("masked");
    }

    function show() {
        output.replaceChildren(text());
        phase("shown");
        clearTimeout(timer);
        timer = setTimeout(() => {
            mask();
            say(texts.SecretWipedTime);
        }, maskAfter);
    }

    function clearQr() {
        const place = find("qr");
        place.querySelectorAll("canvas").forEach(canvas => { canvas.width = 0; });
        place.replaceChildren();
        place.hidden = true;
    }

    // Out of the page and out of this closure; seeing it again is a new, counted display.
    function wipe(message) {
        turn++;
        clearTimeout(timer);
        const had = secret !== null || !find("qr").hidden;
        secret?.fill(0);
        secret = null;
        output.replaceChildren();
        clearQr();
        getSelection()?.removeAllRanges();
        if (!isDone) {
            phase("idle");
            if (had && message) {
                say(message);
            }
        }
    }

    async function problem(response) {
        let sentence = response.status === 401 ? texts.SecretSignedOut : texts.SecretRefused;
        if (response.headers.get("Content-Type")?.startsWith("application/problem+json")) {
            sentence = (await response.json()).title;
        }
        say(sentence, "bad");
        if (response.status === 410 || response.status === 404) {
            dotnet.invokeMethodAsync("EndedAsync").catch(() => { });
        }
    }

    async function load(path, use) {
        const mine = ++turn;
        if (secret !== null) {
            mask();
        }
        phase("loading");
        say("");
        let bytes = null;
        try {
            const response = await post(root.dataset.url + path);
            if (!response.ok) {
                phase(secret === null ? "idle" : "masked");
                await problem(response);
                return;
            }
            bytes = new Uint8Array(await response.arrayBuffer());
            displays = Number(response.headers.get("Reveal-Display"));
            root.dataset.limit = response.headers.get("Reveal-Limit");
            if (mine === turn) {
                use(bytes);
            } else {
                bytes.fill(0);
                phase("idle");
            }
        } catch {
            bytes?.fill(0);
            phase(secret === null ? "idle" : "masked");
            say(texts.SecretNoAnswer, "bad");
        }
    }

    const fetchSecret = () => load("", bytes => {
        secret?.fill(0);
        secret = bytes;
        mask();
    });

    // One byte for the width, then a bit a module, row by row.
    const fetchQr = () => load("/qr", bytes => {
        const width = bytes[0], unit = 6, edge = 4;
        const canvas = document.createElement("canvas");
        canvas.width = canvas.height = (width + 2 * edge) * unit;
        canvas.setAttribute("role", "img");
        canvas.setAttribute("aria-label", texts.SecretQrLabel);
        const pen = canvas.getContext("2d");
        pen.fillStyle = "#fff";
        pen.fillRect(0, 0, canvas.width, canvas.height);
        pen.fillStyle = "#000";
        for (let i = 0; i < width * width; i++) {
            if (bytes[1 + (i >> 3)] & (0x80 >> (i & 7))) {
                pen.fillRect((i % width + edge) * unit, (Math.trunc(i / width) + edge) * unit, unit, unit);
            }
        }
        bytes.fill(0);
        clearQr();
        find("qr").append(canvas);
        find("qr").hidden = false;
        if (secret === null) {
            phase("idle");
        } else {
            mask();
        }
        clearTimeout(timer);
        timer = setTimeout(() => {
            clearQr();
            say(texts.SecretWipedTime);
        }, maskAfter);
    });

    const recordCopy = () => post(`${root.dataset.url}/copied`, { keepalive: true }).catch(() => { });

    // Called straight from the click: the browser lets a page write to the clipboard only then, and only it knows whether it did.
    async function copy() {
        try {
            await navigator.clipboard.writeText(text());
            say(texts.SecretCopied, "good");
            recordCopy();
        } catch {
            if (secret !== null) {
                show();
                getSelection().selectAllChildren(output);
                say(fill(texts.SecretCopyByHand, /Mac|iP/.test(navigator.platform) ? "⌘C" : "Ctrl+C"), "warn");
            }
        }
    }

    function download(extension, content, type) {
        const link = document.createElement("a");
        link.href = URL.createObjectURL(new Blob([content], { type }));
        link.download = `${root.dataset.file.replace(/[^\p{L}\p{N}._-]/gu, "_")}${extension}`;
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 1000);
        say(fill(texts.SecretDownloaded, link.download), "good");
        recordCopy();
    }

    const facts = () => JSON.parse(root.dataset.facts).map(([name, variable, value]) => [name, variable, value ?? text()]);
    const quote = value => /^[\w.-]*$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;

    async function acknowledge() {
        isDone = true;
        wipe();
        phase("confirming");
        say(texts.SecretConfirming);
        for (let attempt = 0; root.isConnected; attempt++) {
            try {
                const response = await post(`${root.dataset.url}/ack`, { keepalive: true });
                if (response.ok) {
                    phase("confirmed");
                    say(texts.SecretConfirmed, "good");
                    dotnet.invokeMethodAsync("ConfirmedAsync").catch(() => { });
                    return;
                }
                if (response.status < 500) {
                    isDone = false;
                    phase("idle");
                    await problem(response);
                    return;
                }
            } catch {
                // No answer says nothing about what became of it; asking twice is no harm.
            }
            say(texts.SecretConfirmRetry, "warn");
            await wait(acknowledgeDelays[Math.min(attempt, acknowledgeDelays.length - 1)]);
        }
    }

    const actions = {
        fetch: fetchSecret,
        toggle: () => root.dataset.phase === "shown" ? mask() : show(),
        copy,
        json: () => download(".json", JSON.stringify(Object.fromEntries(facts().map(([name, , value]) => [name, value])), null, 2) + "\n", "application/json"),
        env: () => download(".env", facts().map(([, variable, value]) => `${variable}=${quote(value)}\n`).join(""), "text/plain"),
        qr: fetchQr,
        ack: acknowledge,
    };

    const onClick = event => {
        const pressed = event.target.closest("button[data-act]");
        if (pressed && !pressed.disabled) {
            actions[pressed.dataset.act]?.();
        }
    };
    const onCopy = () => {
        if (secret !== null) {
            recordCopy();
        }
    };
    const onHide = () => {
        if (document.visibilityState === "hidden") {
            wipe(texts.SecretWipedHidden);
        }
    };
    const onLeave = () => wipe(texts.SecretWipedHidden);
    const onConnection = event => {
        if (event.detail.state !== "hide") {
            wipe(texts.SecretWipedConnection);
        }
    };

    root.addEventListener("click", onClick);
    output.addEventListener("copy", onCopy);
    document.addEventListener("visibilitychange", onHide);
    document.addEventListener("freeze", onLeave);
    document.addEventListener("portal:connection", onConnection);
    addEventListener("pagehide", onLeave);

    phase("idle");
    if (fetchAtOnce && document.visibilityState === "visible") {
        fetchSecret();
    }

    return {
        dispose() {
            isDone = true;
            wipe();
            document.removeEventListener("visibilitychange", onHide);
            document.removeEventListener("freeze", onLeave);
            document.removeEventListener("portal:connection", onConnection);
            removeEventListener("pagehide", onLeave);
        },
    };
}
