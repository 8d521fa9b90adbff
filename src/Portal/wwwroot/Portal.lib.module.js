// Read by Blazor itself before it starts.
import { refresh } from "./js/portal.js";

// Straight to the WebSocket: to ask first which ways there are takes a round trip, long on a bad network. Where something on
// the way lets none through, the page loads itself anew, once, and asks.
const webSocketsOnly = 1;
const asksFirst = "portal-asks-first";
let wasOpen = false;

export function beforeWebStart(options) {
    options.circuit ??= {};
    // A line that died is noticed after 15 s rather than 30, and tried again soon: the ladder has one bar of signal.
    options.circuit.configureSignalR = builder => {
        builder.withServerTimeout(15_000).withKeepAliveInterval(5_000);
        if (sessionStorage.getItem(asksFirst) === null) {
            builder.withUrl("_blazor", { skipNegotiation: true, transport: webSocketsOnly });
        }
        const build = builder.build.bind(builder);
        builder.build = () => {
            const connection = build();
            connection.on("JS.Error", explain);
            askWhenBlocked(connection);
            return connection;
        };
    };
    options.circuit.reconnectionOptions = {
        maxRetries: 200,
        retryIntervalMilliseconds: attempt => attempt < 3 ? 500 : Math.min(1_000 * (attempt - 1), 10_000),
    };
}

/** Only while a page has never had a line: one that died was open. */
function askWhenBlocked(connection) {
    const start = connection.start.bind(connection);
    connection.start = async () => {
        try {
            await start();
            wasOpen = true;
        } catch (error) {
            if (!wasOpen && sessionStorage.getItem(asksFirst) === null) {
                sessionStorage.setItem(asksFirst, "");
                location.reload();
            }
            throw error;
        }
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
    const mud = document.createElement("script");
    mud.src = "_content/MudBlazor/MudBlazor.min.js";
    document.head.append(mud);
    blazor.addEventListener("enhancedload", refresh);
    // Not before the first click is answered, but long before they are needed: without a line nothing can be fetched.
    setTimeout(() => {
        import("./js/running-time.js");
        import("./Shared/ReconnectModal.razor.js");
    }, 1_500);
}
