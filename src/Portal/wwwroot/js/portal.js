// What every page has and needs no circuit for: times, copying, menus, theme, the search key.

const storage = "portal-shortcuts";

// Times ---------------------------------------------------------------------------------------------------------------
// <time data-instant="relative|datetime|date|short|clock"> holds UTC text from the server; here it becomes the viewer's zone.
// Without Intl: a tablet takes a tenth of a second to make its first formatter, and figures of one width read down a column.
const two = number => String(number).padStart(2, "0");

function absolute(date, kind) {
    const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
    const clock = `${two(date.getHours())}:${two(date.getMinutes())}`;
    return kind === "date" ? day : kind === "clock" ? clock : kind === "short" ? `${day.slice(5)} ${clock}` : `${day} ${clock}`;
}

function ago(seconds) {
    const [now, minutes, hours, yesterday, days] = document.documentElement.dataset.ago.split("|");
    const count = (text, unit) => text.replace("{0}", Math.trunc(seconds / unit));
    return seconds < 60 ? now
        : seconds < 3600 ? count(minutes, 60)
        : seconds < 86400 ? count(hours, 3600)
        : seconds < 2 * 86400 ? yesterday
        : count(days, 86400);
}

function instantText(date, kind) {
    const seconds = (Date.now() - date.getTime()) / 1000;
    return kind === "relative" && seconds > -60 && seconds < 7 * 86400 ? ago(seconds) : absolute(date, kind);
}

function fillTime(time) {
    const node = time.firstChild;
    // A grid sends many of them, and each only as "2026-11-26 09:02:44Z".
    if (node && !time.dateTime) {
        time.title = node.data.replace("Z", " UTC");
        time.dateTime = node.data.replace(" ", "T");
    }
    const date = new Date(time.dateTime);
    if (!node || Number.isNaN(date.getTime())) {
        return;
    }
    const text = instantText(date, time.dataset.instant);
    // The text node is changed, not replaced: the renderer keeps a hold on it.
    if (node.data !== text) {
        time.title ||= node.data;
        node.data = text;
    }
}

const fillTimes = (root = document) => root.querySelectorAll("time[data-instant]").forEach(fillTime);

// What had the focus gets it back when the drawer or the last dialog goes.
let before = null;
let opener = null;

// Mud looks for a dialog's first field while it still loads, finds none, and parks the focus on an empty element. From there
// it goes on to the field that is meant, now or when that field arrives.
const parked = ".mud-focus-trap > [tabindex='-1']:not(.mud-focus-trap-child-container)";

function focusField(dialog) {
    dialog?.querySelector("[data-autofocus]")?.focus();
}

document.addEventListener("focusin", ({ target }) => {
    if (target.matches(parked)) {
        focusField(target.parentElement);
    }
});

function dialogCame() {
    if (!document.activeElement?.closest(".mud-dialog-container")) {
        opener = document.activeElement;
    }
}

/** Also when only a part of a dialog went and took the focused button along: the keyboard stays inside. */
function somethingWent() {
    if (document.activeElement !== document.body) {
        return;
    }
    const dialogs = document.querySelectorAll(".mud-dialog-container");
    if (dialogs.length > 0) {
        dialogs[dialogs.length - 1].querySelector(parked)?.focus();
    } else if (opener?.isConnected) {
        opener.focus();
        opener = null;
    }
}

new MutationObserver(changes => {
    if (changes.some(({ removedNodes }) => removedNodes.length > 0)) {
        somethingWent();
    }
    let cellsCame = false;
    for (const { type, target, addedNodes, removedNodes } of changes) {
        if (type === "childList" && (target.localName === "tr" || target.localName === "tbody")) {
            cellsCame = true; // hundreds at once while somebody types: they are looked through together
        } else if (type === "childList") {
            for (const node of addedNodes) {
                if (node.nodeType === Node.ELEMENT_NODE) {
                    if (node.matches("time[data-instant]")) {
                        fillTime(node);
                    } else {
                        fillTimes(node);
                    }
                    if (node.matches(".drawer")) {
                        before = document.activeElement;
                    } else if (node.matches(".mud-dialog-container")) {
                        dialogCame();
                    } else if (document.activeElement?.matches(parked) && node.querySelector("[data-autofocus]")) {
                        focusField(node);
                    }
                }
            }
            for (const node of removedNodes) {
                if (before !== null && node.nodeType === Node.ELEMENT_NODE && node.matches(".drawer") && before.isConnected) {
                    before.focus();
                    before = null;
                }
            }
        } else {
            const time = type === "characterData" ? target.parentElement : target;
            if (time?.matches("time[data-instant]")) {
                fillTime(time);
            }
        }
    }
    if (cellsCame) {
        fillTimes();
    }
}).observe(document.documentElement, { childList: true, subtree: true, characterData: true, attributeFilter: ["datetime"] });

setInterval(fillTimes, 20_000);

// Copying: inside the person's own click, and "copied" only after the browser has said so. Never used for secrets. -------
async function copy(button) {
    const text = button.dataset.copy;
    const said = button.querySelector("[role=status]");
    try {
        await navigator.clipboard.writeText(text);
        button.dataset.copied = "";
        said.textContent = button.dataset.doneText;
    } catch {
        const source = document.getElementById(button.dataset.copySource);
        if (source) {
            getSelection().selectAllChildren(source);
        }
        said.textContent = button.dataset.failText.replace("{0}", /Mac|iP/.test(navigator.platform) ? "⌘C" : "Ctrl+C");
        button.dataset.copyFailed = "";
    }
    setTimeout(() => {
        delete button.dataset.copied;
        delete button.dataset.copyFailed;
        said.textContent = "";
    }, 4000);
}

// Theme: at once, and remembered for the next document. ----------------------------------------------------------------
function setTheme(form, theme) {
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `portal-theme=${theme}; path=/; max-age=31536000; samesite=lax${secure}`;
    document.documentElement.dataset.theme = theme;
    form.querySelectorAll("button[name=theme]").forEach(button => button.setAttribute("aria-pressed", String(button.value === theme)));
}

// Shortcuts: "/" only, and it can be switched off. ----------------------------------------------------------------------
function showShortcuts() {
    const off = localStorage.getItem(storage) === "off";
    document.documentElement.dataset.shortcuts = off ? "off" : "on";
    document.querySelectorAll("input[data-shortcuts-switch]").forEach(input => { input.checked = !off; });
}

const isTyping = element => element.closest("input, textarea, select, [contenteditable], dialog, [role=dialog]") !== null;

document.addEventListener("keydown", event => {
    if (event.key === "Escape") {
        const menu = document.querySelector("details.menu[open]");
        if (menu) {
            menu.open = false;
            menu.querySelector("summary").focus();
        }
        return;
    }
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing
        || document.documentElement.dataset.shortcuts === "off" || isTyping(event.target)) {
        return;
    }
    const box = document.querySelector("main [data-search-box]") ?? document.querySelector("[data-search-box]");
    if (box) {
        event.preventDefault();
        box.focus();
        box.select();
    }
});

document.addEventListener("click", event => {
    document.querySelectorAll("details.menu[open]").forEach(menu => {
        if (!menu.contains(event.target) || event.target.closest("a")) {
            menu.open = false;
        }
    });
    const button = event.target.closest("button[data-copy]");
    if (button) {
        copy(button);
    }
    const scanner = event.target.closest("button[data-scan]");
    if (scanner) {
        import("./scan.js").then(module => module.scan(scanner));
    }
    if (event.target.closest("[data-reload]")) {
        location.reload();
    }
});

// A chart reads out what is under the pointer, from the first time that one comes there.
const charts = new WeakSet();

document.addEventListener("pointerover", ({ target }) => {
    const chart = target.closest("[data-chart]");
    if (chart && !charts.has(chart)) {
        charts.add(chart);
        import("./chart.js").then(module => module.follow(chart));
    }
});

document.addEventListener("submit", event => {
    if (event.submitter?.name === "theme") {
        event.preventDefault();
        setTheme(event.target, event.submitter.value);
    }
});

document.addEventListener("change", event => {
    if (event.target.matches("input[data-shortcuts-switch]")) {
        localStorage.setItem(storage, event.target.checked ? "on" : "off");
        showShortcuts();
    }
});

// Leaving when the sign-in ends. Called by SessionGuard; global, because by then the circuit takes no answers any more. --
let signingOut = false;

document.addEventListener("submit", event => {
    if (new URL(event.target.action, document.baseURI).pathname === "/sign-out") {
        signingOut = true;
    }
});

globalThis.leaveEndedSession = address => {
    // The tab that signs out is on its way to the identity provider already: pulling it away would leave the person
    // signed in there. Only if that goes nowhere is it led away like the others.
    setTimeout(() => location.replace(address), signingOut ? 20000 : 0);
};

function refresh() {
    document.documentElement.toggleAttribute("data-reads-codes", "BarcodeDetector" in window);
    fillTimes();
    showShortcuts();
}

refresh();
export { refresh };
