// What the device grid does in the browser: address, keys, ranges, early typing, downloads.

const root = () => document.querySelector("[data-devices]");
const box = () => document.getElementById("q");
const isDesk = () => matchMedia("(min-width: 900px) and (hover: hover)").matches;

// Address: the page writes it into attributes, in the same batch as the rows. ---------------------------
// Browsers take 5 to 10 ms of a tablet for a change of the address, and Safari refuses the 101st within half a minute:
// typing changes it once there is a pause, a click at once, so that "back" finds every step.
const pause = 300;
let pushes = "0";
let address = "";
let late = null;
let timer = 0;

function flush() {
    clearTimeout(timer);
    if (late !== null) {
        const { url, hasOtherRows } = late;
        late = null;
        history.replaceState(history.state, "", url);
        if (hasOtherRows) {
            toTop();
        }
    }
}

// Other rows are read from the first one on.
function toTop() {
    root()?.querySelector(".table-wrap")?.scrollTo({ top: 0 });
}

function note(grid) {
    const { address: wanted, pushes: count } = grid.dataset;
    if (!wanted || grid.dataset.live === undefined || wanted === address) {
        return;
    }
    // In full: a bare query would be taken against the base of the document.
    const url = location.pathname + (wanted === "?" ? "" : wanted);
    if (address !== "" && count !== pushes) {
        flush();
        history.pushState(null, "", url);
        toTop();
    } else if (url !== location.pathname + location.search || late !== null) {
        late = { url, hasOtherRows: address !== "" };
        clearTimeout(timer);
        timer = setTimeout(flush, pause);
    }
    address = wanted;
    pushes = count;
}

// What is typed before the circuit is up goes into the address, with which the circuit begins, so that its first rows are
// the answer; what came too late for that goes into the box that replaces the first one. -------------------------------
let early = null;

function ask(text) {
    const url = new URL(location.href);
    url.searchParams.delete("page");
    url.searchParams.delete("q");
    if (text !== "") {
        url.searchParams.set("q", text);
    }
    history.replaceState(history.state, "", url);
}

function carryOver(grid) {
    const input = box();
    if (grid.dataset.live === undefined || !early || !input || input === early.input) {
        return;
    }
    const { value, hadFocus } = early;
    early = null;
    if (hadFocus) {
        input.focus();
    }
    if (value !== null && value !== input.value) {
        input.value = value;
        input.setSelectionRange(value.length, value.length);
        input.dispatchEvent(new Event("input", { bubbles: true }));
    }
}

function noteEarly(event) {
    const grid = root();
    if (grid && grid.dataset.live === undefined && event.target.id === "q") {
        early = { input: event.target, value: event.type === "input" ? event.target.value : early?.value ?? null, hadFocus: document.activeElement === event.target };
        if (event.type === "input") {
            ask(event.target.value);
        }
    }
}

// Rows: arrows move, Enter opens, Space selects, shift-click takes a range. -------------------------------------------
let lastBox = null;

function moveTo(row) {
    row.closest("tbody").querySelectorAll("tr[tabindex='0']").forEach(other => { other.tabIndex = -1; });
    row.tabIndex = 0;
    row.focus();
}

// One row is in the order of Tab, also after the one that was is gone.
function keepReachable(grid) {
    const rows = grid.querySelector("tbody")?.rows;
    if (rows?.length > 0 && !grid.querySelector("tbody tr[tabindex='0']")) {
        rows[0].tabIndex = 0;
    }
}

function onKey(event) {
    const row = event.target.closest?.("[data-devices] tbody tr");
    if (event.target.id === "q" && event.key === "ArrowDown") {
        const first = root()?.querySelector("tbody tr");
        if (first) {
            event.preventDefault();
            moveTo(first);
        }
        return;
    }
    if (!row || event.target !== row || event.ctrlKey || event.metaKey || event.altKey) {
        return;
    }
    const rows = [...row.parentElement.rows];
    const next = { ArrowDown: rows.indexOf(row) + 1, ArrowUp: rows.indexOf(row) - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (next !== undefined) {
        event.preventDefault();
        if (rows[next]) {
            moveTo(rows[next]);
        }
    } else if (event.key === "Enter") {
        event.preventDefault();
        row.click();
    } else if (event.key === " ") {
        event.preventDefault();
        row.querySelector("input[type=checkbox]").click();
    }
}

function onClick(event) {
    const exporter = event.target.closest("[data-export]");
    if (exporter) {
        download(exporter);
        return;
    }
    const row = event.target.closest("[data-devices] tbody tr");
    if (!row || row.closest("[data-devices]").dataset.live === undefined) {
        return;
    }
    const check = event.target.closest("input[type=checkbox]");
    if (check) {
        range(check, event.shiftKey);
        return;
    }
    const cell = event.target.closest("td:first-child");
    if (cell) {
        // For a gloved finger the whole cell is the box.
        cell.firstElementChild.click();
        return;
    }
    const link = row.querySelector(".row-link");
    const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (isDesk()) {
        // The row opens its drawer; the link is for another tab.
        if (event.target.closest("a") && isPlain) {
            event.preventDefault();
        }
        // Closing the drawer brings the focus back to it.
        if (isPlain) {
            moveTo(row);
        }
    } else if (!event.target.closest("a")) {
        event.stopPropagation();
        link.click();
    }
}

function range(check, isRange) {
    const boxes = [...check.closest("tbody").querySelectorAll("td:first-child > input")];
    const from = boxes.indexOf(lastBox);
    const to = boxes.indexOf(check);
    if (isRange && from >= 0 && from !== to) {
        const wanted = check.checked;
        lastBox = null;
        boxes.slice(Math.min(from, to), Math.max(from, to) + 1)
            .filter(other => other !== check && other.checked !== wanted)
            .forEach(other => other.click());
    }
    lastBox = check;
}

// What is cut off is told whole, before what the cell has to tell anyway.
function tellWhole(event) {
    const cell = event.target.closest?.("[data-devices] td:not(:first-child)");
    if (!cell) {
        return;
    }
    const whole = cell.scrollWidth > cell.clientWidth ? cell.innerText : "";
    if (!cell.matches(".col-product")) {
        cell.title = whole;
    } else if (!cell.title.startsWith(whole)) {
        cell.title = `${whole} · ${cell.title}`;
    }
}

// Downloads: a form post, so that it is nobody's but this page's doing. -------------------------------------------------
function download(button) {
    const grid = root();
    const form = document.createElement("form");
    form.method = "post";
    form.action = button.dataset.export;
    form.hidden = true;
    form.dataset.enhance = "false";
    const add = (name, value) => {
        const input = document.createElement("input");
        input.type = "hidden";
        input.name = name;
        input.value = value;
        form.append(input);
    };
    const query = new URLSearchParams(grid.dataset.address);
    add("__RequestVerificationToken", document.querySelector("meta[name=antiforgery-token]").content);
    add("organization", query.get("org") ?? "");
    add("query", grid.dataset.address);
    if (button.dataset.exportSelected) {
        grid.querySelectorAll("tbody tr[aria-selected=true] .row-link").forEach(link => add("asset", link.textContent));
    }
    document.body.append(form);
    form.submit();
    form.remove();
}

function look() {
    const grid = root();
    if (grid) {
        note(grid);
        carryOver(grid);
        keepReachable(grid);
    } else if (address !== "") {
        clearTimeout(timer);
        [address, late] = ["", null];
    }
}

if (!window.portalDevices) {
    window.portalDevices = true;
    document.addEventListener("input", noteEarly, true);
    document.addEventListener("focusin", noteEarly, true);
    document.addEventListener("keydown", onKey);
    document.addEventListener("click", onClick, true);
    document.addEventListener("mouseover", tellWhole);
    // Whoever leaves, or goes back, finds or leaves behind what was typed last.
    document.addEventListener("click", flush, true);
    addEventListener("pagehide", flush);
    addEventListener("popstate", () => { late = null; });
    if (document.activeElement?.id === "q" || box()?.value) {
        noteEarly({ target: box(), type: box().value !== box().defaultValue ? "input" : "focusin" });
    }
    new MutationObserver(look).observe(document.body, {
        childList: true, subtree: true, attributeFilter: ["data-address", "data-pushes", "data-live"],
    });
}

look();
