// <running-time seconds="751" data-down>12:31</running-time>: counts in the browser, so that a second costs the circuit nothing.
// By the wall clock, not by ticks: a tablet that slept shows the right time when it wakes.
class RunningTime extends HTMLElement {
    static observedAttributes = ["seconds"];

    connectedCallback() {
        this.restart();
        this.timer = setInterval(() => this.draw(), 1000);
    }

    disconnectedCallback() {
        clearInterval(this.timer);
    }

    attributeChangedCallback() {
        if (this.isConnected) {
            this.restart();
        }
    }

    restart() {
        this.zero = Date.now() + (this.hasAttribute("data-down") ? 1 : -1) * Number(this.getAttribute("seconds")) * 1000;
        this.draw();
    }

    draw() {
        const node = this.firstChild;
        if (!node) {
            return;
        }
        const left = this.hasAttribute("data-down") ? this.zero - Date.now() : Date.now() - this.zero;
        const seconds = Math.max(0, Math.round(left / 1000));
        const [hours, minutes] = [Math.trunc(seconds / 3600), Math.trunc(seconds / 60) % 60];
        const two = number => String(number).padStart(2, "0");
        const text = hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
        // The text node is changed, not replaced: the renderer keeps a hold on it.
        if (node.data !== text) {
            node.data = text;
        }
    }
}

customElements.define("running-time", RunningTime);
