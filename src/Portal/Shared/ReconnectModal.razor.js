// The dialog that says the line is gone, and brings it back by itself where it can.
const modal = document.getElementById("components-reconnect-modal");
let busy = false;

modal.addEventListener("components-reconnect-state-changed", ({ detail: { state } }) => {
    // Whoever shows something that must not stay behind a dead line (a secret) wipes it on this.
    document.dispatchEvent(new CustomEvent("portal:connection", { detail: { state } }));
    if (state === "hide") {
        modal.close();
    } else if (state === "rejected") {
        location.reload();
    } else if (!modal.open) {
        modal.showModal();
    }
    showOffline();
});

// Closing it would leave a page that looks alive and is not.
modal.addEventListener("cancel", event => event.preventDefault());

const showOffline = () => modal.toggleAttribute("data-offline", !navigator.onLine);
const isDown = () => modal.open && !modal.classList.contains("components-reconnect-hide");

async function back() {
    if (busy || !isDown()) {
        return;
    }
    busy = true;
    try {
        // False: the server answers but no longer knows this circuit. An exception: it does not answer.
        const alive = !modal.classList.contains("components-reconnect-paused") && await Blazor.reconnect();
        if (!alive && !await Blazor.resumeCircuit()) {
            location.reload();
        }
    } catch {
        modal.classList.add("components-reconnect-failed");
    } finally {
        busy = false;
    }
}

modal.querySelector("[data-reconnect]").addEventListener("click", back);
addEventListener("offline", showOffline);
addEventListener("online", () => {
    showOffline();
    back();
});
document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") {
        back();
    }
});
