namespace Portal.Core.Reveals;

public static class SecretConfirmations
{
    /// <summary>What became of a secret, from the grant that was given for it (none: it was made with "do not show").</summary>
    /// <param name="now">Steady time, see <see cref="SteadyClock"/>.</param>
    public static SecretConfirmation Of(RevealGrant? grant, DateTimeOffset now) => grant switch
    {
        null => SecretConfirmation.NotRequested,

        // Hardware that signed in with the secret is the best confirmation there is.
        { CloseReason: RevealCloseReason.Acknowledged or RevealCloseReason.Activated } => SecretConfirmation.Confirmed,
        { State: RevealState.Open } when now < grant.ExpiresAt => SecretConfirmation.NotYetConfirmed,
        _ => SecretConfirmation.NeverConfirmed,
    };
}
