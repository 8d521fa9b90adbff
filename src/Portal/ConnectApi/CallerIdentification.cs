using Portal.Core;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Core.Commands;

namespace Portal.ConnectApi;

/// <summary>An application that was recognised.</summary>
/// <param name="Actor">Without a <see cref="Actor.CallId"/> when it came with a bearer token, which is the same for all its calls.</param>
public sealed record Caller(Actor Actor, string AccessKey);

/// <summary>Finds out which application calls: by a signature, or by a bearer token. Never by a cookie.</summary>
public sealed class CallerIdentification(RequestSignatures signatures, BearerTokens tokens, BearerClients clients, ApplicationKeyService keys, RateLimits limits)
{
    private const string TokenHeader = "apim-accesstoken";
    private const string SignatureHeader = "apim-signature";
    private const string TimestampHeader = "apim-timestamp";

    /// <summary>Ours, for renewal: the fingerprint of the RSA key that the caller reads secrets with.</summary>
    public const string PublicKeyHeader = "apim-publickey";
    private const string BearerPrefix = "Bearer ";

    public static bool HasCredentials(HttpRequest request) =>
        request.Headers.ContainsKey(TokenHeader) || request.Headers.ContainsKey("Authorization");

    public async Task<(Refusal? Refusal, Caller? Caller)> IdentifyAsync(
        HttpContext context, IReadOnlyList<KeyValuePair<string, string>> query, ReadOnlyMemory<byte> body, bool mayRepeat)
    {
        var address = context.Connection.RemoteIpAddress?.ToString();
        var requestId = ConnectGateway.RequestIdOf(context);
        var headers = context.Request.Headers;
        var identified = (headers.Authorization, headers[TokenHeader]) switch
        {
            ([{ } authorization], []) => await OfBearerAsync(authorization, address, requestId),
            ([], [{ } token]) => await OfSignatureAsync(headers, new SignedRequest(token, null, null, query, body, address, requestId), mayRepeat),
            _ => (Refusal.Unauthorized, null), // none, doubled, or one of each
        };
        return identified.Caller is { } caller && await UseKeyAsync(headers, caller) is { } refusal ? (refusal, null) : identified;
    }

    private async Task<(Refusal? Refusal, Caller? Caller)> OfSignatureAsync(IHeaderDictionary headers, SignedRequest request, bool mayRepeat)
    {
        if (headers[SignatureHeader] is not [{ } signature] || headers[TimestampHeader] is not [{ } timestamp])
        {
            return (Refusal.Unauthorized, null);
        }

        Refusal? tooMany = null;
        var call = await signatures.VerifyAsync(
            request with { Signature = signature, Timestamp = timestamp }, mayRepeat, accessKey => (tooMany = limits.OfApplication(accessKey)) is null);
        return tooMany is not null ? (tooMany, null) : call.IsSuccess ? (null, new Caller(call.Value.Actor, call.Value.AccessKey)) : (RefusalOf(call.Error), null);
    }

    private async Task<(Refusal? Refusal, Caller? Caller)> OfBearerAsync(string authorization, string? address, string requestId)
    {
        if (!authorization.StartsWith(BearerPrefix, StringComparison.OrdinalIgnoreCase) || await tokens.ReadAsync(authorization[BearerPrefix.Length..].Trim()) is not { } client)
        {
            return (Refusal.Unauthorized, null);
        }

        var actor = clients.Find(client, address, requestId);
        return !actor.IsSuccess ? (Refusal.Unauthorized, null)
            : limits.OfApplication(actor.Value.Subject) is { } tooMany ? (tooMany, null)
            : (null, new Caller(actor.Value, actor.Value.Subject));
    }

    /// <summary>The first call that names the key which waits puts it in use.</summary>
    private async Task<Refusal?> UseKeyAsync(IHeaderDictionary headers, Caller caller) => headers[PublicKeyHeader] switch
    {
        [] => null,
        [{ } fingerprint] => (await keys.UseKeyAsync(caller.Actor, fingerprint.ToLowerInvariant())).Error switch
        {
            null => null,
            StorageUnavailable => Refusal.Unavailable,
            NotSignedIn => Refusal.Unauthorized,
            _ => Refusal.UnknownPublicKey,
        },
        _ => Refusal.UnknownPublicKey,
    };

    /// <summary>Which of the three is wrong is told: it helps who wrote the client, and gives nothing away that its clock does not.</summary>
    private static Refusal RefusalOf(Error error) => error switch
    {
        TimestampOutsideWindow => Refusal.Unauthorized with { Message = $"{Refusal.Unauthorized.Message}: {TimestampHeader} is more than 5 minutes off" },
        TooManyCalls => Refusal.TooMany(null),
        CallRepeated => Refusal.Repeated,
        SecretKeyUnreadable => Refusal.Failed,
        _ => Refusal.Unauthorized,
    };
}
