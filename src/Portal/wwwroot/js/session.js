// Leaving when the sign-in ends. Called by SessionGuard; global, because by then the circuit takes no answers any more.

let signingOut = false;

document.addEventListener("submit", (event) => {
    if (new URL(event.target.action, document.baseURI).pathname === "/sign-out") {
        signingOut = true;
    }
});

globalThis.leaveEndedSession = (address) => {
    // The tab that signs out is on its way to the identity provider already: pulling it away would leave the person
    // signed in there. Only if that goes nowhere is it led away like the others.
    setTimeout(() => location.replace(address), signingOut ? 20000 : 0);
};
