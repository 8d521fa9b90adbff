using System.Security.Cryptography;
using System.Text;
using Portal.Core.SampleFleet;
using Portal.Core.Secrets;

namespace Portal.Development;

/// <summary>The demo application as the door of Development knows it: made beside the start, since a key pair takes a while.</summary>
public sealed class DemoCaller(DemoApplication demo, IConfiguration configuration, ILogger<DemoCaller> logger)
{
    /// <summary>Where its private key is written, so that a first signed call needs no clicking.</summary>
    public const string KeyFileSetting = "Development:ApplicationKeyFile";
    private const string KeyFile = "data/demo-application.pem";

    private readonly Lock _lock = new();
    private Task<DemoApplicationKeys?>? _made;

    /// <summary>Its keys; nothing when it could not be made. The first call makes it.</summary>
    public Task<DemoApplicationKeys?> GetAsync()
    {
        lock (_lock)
        {
            return _made ??= Task.Run(MakeAsync);
        }
    }

    /// <summary>Hands its secret key to somebody who writes it down at once.</summary>
    /// <returns>False when there is none: the application is not there, or somebody disabled it.</returns>
    public async Task<bool> WithSecretKeyAsync(Action<DemoApplicationKeys, ReadOnlyMemory<byte>> use)
    {
        if (await GetAsync() is not { } keys)
        {
            return false;
        }

        using SecretKey? secret = demo.OpenSecretKey(keys);
        if (secret is null)
        {
            return false;
        }

        use(keys, secret.Reveal());
        return true;
    }

    /// <summary>Whether a client of the embedded provider is the demo application.</summary>
    public async Task<bool> IsItAsync(string? clientId, string? clientSecret)
    {
        var isIt = false;
        await WithSecretKeyAsync((_, secret) =>
            isIt = clientId == DemoApplication.Name && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(clientSecret ?? ""), secret.Span));
        return isIt;
    }

    private async Task<DemoApplicationKeys?> MakeAsync()
    {
        try
        {
            var made = await demo.SeedAsync(configuration.GetValue(KeyFileSetting, KeyFile)!);
            if (!made.IsSuccess)
            {
                logger.LogError("The demo application was not made: {Cause}", made.Error.Message);
            }

            return made.Value;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException or CryptographicException or ArgumentException)
        {
            logger.LogError("The demo application was not made: {Cause}", exception.Message);
            return null;
        }
    }
}
