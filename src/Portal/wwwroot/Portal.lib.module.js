// Read by Blazor itself before it starts.
import { refresh } from "./js/portal.js";

export function beforeWebStart(options) {
    options.circuit ??= {};
    // A line that died is noticed after 15 s rather than 30, and tried again soon: the ladder has one bar of signal.
    options.circuit.configureSignalR = builder => {
        builder.withServerTimeout(15_000).withKeepAliveInterval(5_000);
        const build = builder.build.bind(builder);
        builder.build = () => {
            const connection = build();
            connection.on("JS.Error", explain);
            return connection;
        };
    };
    options.circuit.reconnectionOptions = {
        maxRetries: 200,
        retryIntervalMilliseconds: attempt => attempt < 3 ? 500 : Math.min(1_000 * (attempt - 1), 10_000),
    };
}

/** Blazor only says that the page has stopped; for one page too many there is a reason, and something to do. */
function explain(error) {
    const line = document.getElementById("blazor-error-ui");
    if (line && String(error).startsWith("Too many pages")) {
        line.querySelector("span").textContent = line.dataset.tooMany;
    }
}

export function afterWebStarted(blazor) {
    blazor.addEventListener("enhancedload", refresh);
    // Not before the first click is answered, but long before they are needed: without a line nothing can be fetched.
    setTimeout(() => {
        import("./js/running-time.js");
        import("./Shared/ReconnectModal.razor.js");
    }, 1_500);
}
