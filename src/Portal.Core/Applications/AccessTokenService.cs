using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Core.Access;
using Portal.Core.Auditing;
using Portal.Core.Commands;

namespace Portal.Core.Applications;

/// <param name="AppKey">The access key.</param>
/// <param name="Encryption">Lower-case hex of SHA-256 over appKey, timestamp and secret key.</param>
/// <param name="Timestamp">Milliseconds since 1970.</param>
/// <param name="Address">Where the call came from.</param>
/// <param name="RequestId">Names the call in audit entries.</param>
public sealed record TokenRequest(string? AppKey, string? Encryption, long? Timestamp, string? Address, string? RequestId = null);

public sealed record AccessToken(string Value, int ExpiresInSeconds);

/// <summary>Gives applications their access token: one each, the same one while it is alive.</summary>
public sealed class AccessTokenService(
    CommandRunner commands, IApplicationFacts facts, ApplicationCredentials credentials, AccessTokens tokens, RefusedCalls refusals,
    IOptions<TokenOptions> options, TimeProvider clock)
{
    private readonly ReplayGuard _used = new();

    /// <returns>
    /// The token that is alive, else a new one, or <see cref="TokenParameterMissing"/>, <see cref="TokenParameterInvalid"/>,
    /// <see cref="AppKeyUnknown"/>, <see cref="EncryptionInvalid"/>, <see cref="EncryptionRepeated"/>, <see cref="TooManyCalls"/>,
    /// <see cref="SecretKeyUnreadable"/>.
    /// </returns>
    public Task<Result<AccessToken>> GetAsync(TokenRequest request) => IssueAsync("get", request, (application, now) =>
    {
        if (application.TokenId is null || application.TokenExpiresAt <= now)
        {
            application.TokenId = AccessTokens.NewId();
            application.TokenExpiresAt = now + options.Value.Lifetime;
        }

        return null;
    });

    /// <summary>The same token lives on: another process that uses it meanwhile notices nothing. Only a new secret key ends it early.</summary>
    /// <returns>As <see cref="GetAsync"/>, and <see cref="AccessTokenExpired"/>, <see cref="TokenRefreshFailed"/>.</returns>
    public async Task<Result<AccessToken>> RefreshAsync(TokenRequest request, string? accessToken)
    {
        if (string.IsNullOrEmpty(accessToken))
        {
            return refusals.Count(new TokenParameterMissing("accessToken"));
        }

        return await IssueAsync("refresh", request, (application, now) =>
        {
            if (AccessTokens.ReadId(accessToken) is not { } id
                || application.TokenId is null || !CryptographicOperations.FixedTimeEquals(id, application.TokenId)
                || !tokens.IsGenuine(accessToken, id, application.AccessKey, application.Credential.Version))
            {
                return new TokenRefreshFailed();
            }

            if (application.TokenExpiresAt <= now)
            {
                return new AccessTokenExpired();
            }

            application.TokenExpiresAt = now + options.Value.Lifetime;
            return null;
        });
    }

    private async Task<Result<AccessToken>> IssueAsync(string kind, TokenRequest request, Func<Application, DateTimeOffset, Error?> change)
    {
        var missing = string.IsNullOrEmpty(request.AppKey) ? "appKey" : string.IsNullOrEmpty(request.Encryption) ? "encryption" : request.Timestamp is null ? "timestamp" : null;
        if (missing is not null)
        {
            return refusals.Count(new TokenParameterMissing(missing));
        }

        if (facts.FindByAccessKey(request.AppKey!) is not { } caller)
        {
            return refusals.Count(new AppKeyUnknown());
        }

        if (Check(kind, caller, request.Encryption!, request.Timestamp!.Value) is { } fault)
        {
            return await refusals.AuditAsync(AuditActions.TokenIssued, caller, request.Address, request.RequestId, fault);
        }

        var actor = ApplicationIdentity.Of(caller.AccessKey, caller.Name, request.Address) with { RequestId = request.RequestId };
        return await commands.RunAsPortalAsync<AccessToken>(new Command(AuditActions.TokenIssued, Right.None, actor), async scope =>
        {
            scope.OrganizationNumber = caller.OrganizationNumber;
            var application = await scope.Db.Applications.Include(known => known.Credential).FirstOrDefaultAsync(known => known.AccessKey == caller.AccessKey);

            // Disabled, deleted or given another secret key since it was looked at.
            if (application is not { DisabledAt: null } || application.Credential.Version != caller.SecretVersion)
            {
                return new AppKeyUnknown();
            }

            if (change(application, scope.Now) is { } refusal)
            {
                return refusal;
            }

            application.LastTokenAt = scope.Now;
            await scope.AuditAsync(application.OrganizationNumber, null, new { kind, expiresAt = application.TokenExpiresAt });
            var left = application.TokenExpiresAt!.Value - scope.Now;
            return new AccessToken(tokens.Write(application.TokenId!, application.AccessKey, application.Credential.Version), (int)left.TotalSeconds);
        });
    }

    /// <summary>Whether the caller holds the secret key, and says so now and for the first time.</summary>
    private Error? Check(string kind, SigningApplication caller, string encryption, long timestamp)
    {
        var opened = credentials.Open(caller);
        if (!opened.IsSuccess)
        {
            return opened.Error;
        }

        using (var secret = opened.Value)
        {
            var expected = Compute(caller.AccessKey, timestamp.ToString(CultureInfo.InvariantCulture), secret.Reveal().Span);
            if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(encryption), Encoding.ASCII.GetBytes(expected)))
            {
                return new EncryptionInvalid();
            }
        }

        var now = clock.GetUtcNow();
        if (CallClock.Read(timestamp, now) is not { } at)
        {
            return new TokenParameterInvalid("timestamp", "milliseconds since 1970, at most five minutes from the portal's clock");
        }

        // A vendor client gets and refreshes within a millisecond: the two are told apart.
        return _used.Add(caller.AccessKey, $"{kind}\n{encryption}", at + CallClock.Window, now) switch
        {
            ReplayGuard.Verdict.Repeated => new EncryptionRepeated(),
            ReplayGuard.Verdict.Full => new TooManyCalls(),
            _ => null,
        };
    }

    /// <summary>The value of <c>encryption</c>: lower-case hex of SHA-256 over the three, one after another.</summary>
    internal static string Compute(string appKey, string timestamp, ReadOnlySpan<byte> secretKey)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(appKey));
        hash.AppendData(Encoding.UTF8.GetBytes(timestamp));
        hash.AppendData(secretKey);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
