using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Portal.Core.Access;
using Portal.Core.Auditing;
using Portal.Core.Commands;

namespace Portal.Core.Applications;

/// <summary>A call as it came in.</summary>
/// <param name="AccessToken">Header <c>apim-accesstoken</c>.</param>
/// <param name="Signature">Header <c>apim-signature</c>.</param>
/// <param name="Timestamp">Header <c>apim-timestamp</c>.</param>
/// <param name="Query">All parameters of the URL, decoded.</param>
/// <param name="Body">The body as sent, byte for byte; empty without one.</param>
/// <param name="Address">Where the call came from.</param>
/// <param name="RequestId">Names the call in audit entries.</param>
public sealed record SignedRequest(
    string? AccessToken, string? Signature, string? Timestamp, IReadOnlyList<KeyValuePair<string, string>> Query, ReadOnlyMemory<byte> Body,
    string? Address, string? RequestId = null);

/// <summary>A call whose caller is known.</summary>
/// <param name="Actor">With its <see cref="Actor.CallId"/>, which is also the operation ID of a call that may come again.</param>
public sealed record SignedCall(Actor Actor, string AccessKey);

/// <summary>Checks the signatures of calls (EnOS API management, "Invoke API with access token").</summary>
public sealed class RequestSignatures(
    IApplicationFacts facts, ApplicationCredentials credentials, AccessTokens tokens, RefusedCalls refusals, TimeProvider clock)
{
    private const int MaxTimestampLength = 16;

    /// <summary>What the ID of a signed call begins with, and no other ID of an operation.</summary>
    public const string CallPrefix = "sig:";

    private readonly ReplayGuard _made = new();

    /// <param name="mayRepeat">
    /// A repetition is no fault: the command behind it knows the call by its ID and answers again what it did.
    /// </param>
    /// <param name="mayCallNow">
    /// Whether the application with that access key has not called too often. Asked of true signatures only, and before a call is
    /// remembered: a call that is told to wait can be sent again as it is.
    /// </param>
    /// <returns>
    /// Who calls, or <see cref="TokenUnknownOrExpired"/>, <see cref="SignatureInvalid"/>, <see cref="TimestampOutsideWindow"/>,
    /// <see cref="CallRepeated"/>, <see cref="TooManyCalls"/>, <see cref="SecretKeyUnreadable"/>.
    /// </returns>
    public async Task<Result<SignedCall>> VerifyAsync(SignedRequest request, bool mayRepeat = false, Func<string, bool>? mayCallNow = null)
    {
        if (AccessTokens.ReadId(request.AccessToken) is not { } id || facts.FindByToken(id) is not { } caller
            || !tokens.IsGenuine(request.AccessToken!, id, caller.AccessKey, caller.SecretVersion) || caller.TokenExpiresAt <= clock.GetUtcNow())
        {
            return refusals.Count(new TokenUnknownOrExpired());
        }

        var callId = Check(request, caller, mayRepeat, mayCallNow);
        if (!callId.IsSuccess)
        {
            return callId.Error is TooManyCalls ? refusals.Count(callId.Error) : await refusals.AuditAsync(AuditActions.CallRefused, caller, request.Address, request.RequestId, callId.Error);
        }

        var actor = ApplicationIdentity.Of(caller.AccessKey, caller.Name, request.Address) with { RequestId = request.RequestId, CallId = callId.Value };
        return new SignedCall(actor, caller.AccessKey);
    }

    private Result<string> Check(SignedRequest request, SigningApplication caller, bool mayRepeat, Func<string, bool>? mayCallNow)
    {
        var (timestamp, now) = (request.Timestamp ?? "", clock.GetUtcNow());
        if (timestamp.Length is 0 or > MaxTimestampLength || timestamp.AsSpan().ContainsAnyExceptInRange('0', '9')
            || CallClock.Read(long.Parse(timestamp, CultureInfo.InvariantCulture), now) is not { } at)
        {
            return new TimestampOutsideWindow();
        }

        var opened = credentials.Open(caller);
        if (!opened.IsSuccess)
        {
            return opened.Error;
        }

        using (var secret = opened.Value)
        {
            var expected = Compute(request.AccessToken!, request.Query, request.Body.Span, timestamp, secret.Reveal().Span);

            // Lower case only: the same call in two spellings would be two calls.
            if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(request.Signature ?? ""), Encoding.ASCII.GetBytes(expected)))
            {
                return new SignatureInvalid();
            }
        }

        var callId = CallId(request, at);
        if (!mayRepeat && _made.Knows(callId, at + CallClock.Window))
        {
            return new CallRepeated(); // whoever captured it does not use up its owner's calls
        }

        if (mayCallNow?.Invoke(caller.AccessKey) == false)
        {
            return new TooManyCalls();
        }

        return _made.Add(caller.AccessKey, callId, at + CallClock.Window, now) switch
        {
            ReplayGuard.Verdict.Repeated when !mayRepeat => new CallRepeated(),
            ReplayGuard.Verdict.Full => new TooManyCalls(),
            _ => callId,
        };
    }

    /// <summary>Names and values of the query in the order of their names, one after another.</summary>
    internal static string Canonical(IEnumerable<KeyValuePair<string, string>> query) =>
        string.Concat(query.OrderBy(parameter => parameter.Key, StringComparer.Ordinal).Select(parameter => parameter.Key + parameter.Value));

    /// <summary>The value of <c>apim-signature</c>: lower-case hex of SHA-256 over token, query, body, timestamp and secret key.</summary>
    internal static string Compute(
        string accessToken, IEnumerable<KeyValuePair<string, string>> query, ReadOnlySpan<byte> body, string timestamp, ReadOnlySpan<byte> secretKey)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(accessToken + Canonical(query)));
        hash.AppendData(body);
        hash.AppendData(Encoding.UTF8.GetBytes(timestamp));
        hash.AppendData(secretKey);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The same for this token and signature always. The time first: rows that have it for their key lie where the last ones do.</summary>
    private static string CallId(SignedRequest request, DateTimeOffset at) => string.Create(
        CultureInfo.InvariantCulture,
        $"{CallPrefix}{at.ToUnixTimeMilliseconds():D14}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(request.AccessToken + request.Signature)))}");
}
