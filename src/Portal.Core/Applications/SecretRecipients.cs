using Portal.Core.Commands;

namespace Portal.Core.Applications;

/// <summary>Who gets a new secret.</summary>
/// <param name="Key">What to seal it with for the answer; nothing unless it is to be encrypted.</param>
internal sealed record SecretRecipient(RsaPublicKey? Key);

/// <summary>Tells before anything changes whether a new secret can be delivered as asked.</summary>
internal static class SecretRecipients
{
    /// <returns>Or <see cref="PublicKeyMissing"/>, <see cref="ClearTextNotAllowed"/>.</returns>
    public static async Task<Result<SecretRecipient>> FindAsync(CommandScope scope, SecretDelivery delivery) => delivery switch
    {
        SecretDelivery.Encrypted => await FindKeyAsync(scope) is { } key ? new SecretRecipient(key) : new PublicKeyMissing(),
        SecretDelivery.Clear when scope.Access.Application is not { AllowsClearText: true } => new ClearTextNotAllowed(),
        _ => new SecretRecipient(Key: null),
    };

    /// <summary>The current key of the application that asks.</summary>
    public static async Task<RsaPublicKey?> FindKeyAsync(CommandScope scope) =>
        scope.Access.Application is { } application && await scope.Unit.FindCurrentKeyAsync(application.ApplicationId) is { } key
            ? RsaPublicKey.Of(key.Fingerprint, key.Spki)
            : null;
}
