namespace Portal.Core.Reveals;

/// <summary>Whether the one who made the new secret said that it is stored.</summary>
public enum SecretConfirmation
{
    NotRequested = 0,
    NotYetConfirmed = 1,
    Confirmed = 2,

    /// <summary>The right to see it ended without a word.</summary>
    NeverConfirmed = 3,
}
