namespace Portal.Core.Reveals;

/// <summary>Unknown, or somebody else's: the same answer on purpose.</summary>
public sealed record RevealNotFound(Guid GrantId) : Error("There is no secret here for you to see.");

/// <summary>The right to see the secret has ended; a re-issue makes a new one.</summary>
public sealed record RevealClosed(Guid GrantId, RevealCloseReason Reason) : Error(Reason switch
{
    RevealCloseReason.Acknowledged => "You confirmed that this secret is stored; it is not shown again.",
    RevealCloseReason.Expired => "The time to see this secret is over. Re-issue it to get a new one.",
    RevealCloseReason.Exhausted => "This secret was shown as often as is allowed. Re-issue it to get a new one.",
    RevealCloseReason.Activated => "The new hardware has connected; its secret is not shown any more.",
    RevealCloseReason.Superseded => "A newer secret was made, or what it belonged to is gone.",
    _ => "Your right to see this secret was taken back.",
});

/// <summary>Nobody can have stored what was never shown.</summary>
public sealed record RevealNotDisplayed(Guid GrantId) : Error("The secret was not shown yet. Show it, store it, then confirm.");

/// <summary>The stored secret does not open; an administrator has to look at the key file and the audit trail.</summary>
/// <param name="AssetId">Or the access key of an application.</param>
public sealed record SecretUnreadable(string AssetId) : Error($"The stored secret of '{AssetId}' cannot be opened. Re-issue it and tell your administrator.");
