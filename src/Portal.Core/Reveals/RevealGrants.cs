using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Core.Commands;
using Portal.Core.Live;

namespace Portal.Core.Reveals;

/// <summary>Opens and closes grants inside the commands that make or end a secret.</summary>
public sealed class RevealGrants(IOptions<RevealOptions> options, SteadyClock clock)
{
    /// <summary>Gives the actor the right to see generation <paramref name="credentialVersion"/> of a device's secret.</summary>
    internal RevealGrant Open(CommandScope scope, long deviceId, long organizationNumber, string assetId, string productKey, string deviceKey, int credentialVersion)
    {
        var now = clock.GetUtcNow();
        var grant = new RevealGrant
        {
            Id = Guid.CreateVersion7(now),
            DeviceId = deviceId,
            OrganizationNumber = organizationNumber,
            AssetId = assetId,
            ProductKey = productKey,
            DeviceKey = deviceKey,
            CredentialVersion = credentialVersion,
            OwnerIssuer = scope.Actor.Issuer,
            OwnerSubject = scope.Actor.Subject,
            CreatedAt = now,
            ExpiresAt = now + options.Value.Lifetime,
        };
        scope.Db.RevealGrants.Add(grant);
        scope.Publish(new RevealChangedEvent(grant.OwnerIssuer, grant.OwnerSubject, grant.Id));
        return grant;
    }

    /// <summary>Ends whatever grant is open on a device; its secret is gone, was used, or is replaced.</summary>
    internal static async Task CloseOfDeviceAsync(CommandScope scope, long deviceId, RevealCloseReason reason)
    {
        var open = await scope.Db.RevealGrants.Where(grant => grant.DeviceId == deviceId && grant.State == RevealState.Open).ToListAsync();
        Close(scope, open, reason);
    }

    internal static async Task RevokeOfOwnerAsync(CommandScope scope, string issuer, string subject)
    {
        var open = await scope.Db.RevealGrants
            .Where(grant => grant.OwnerIssuer == issuer && grant.OwnerSubject == subject && grant.State == RevealState.Open).ToListAsync();
        Close(scope, open, RevealCloseReason.Revoked);
    }

    internal static void Close(CommandScope scope, IEnumerable<RevealGrant> grants, RevealCloseReason reason)
    {
        foreach (var grant in grants)
        {
            grant.Close(reason, scope.Now);
            scope.Publish(new RevealChangedEvent(grant.OwnerIssuer, grant.OwnerSubject, grant.Id));
        }
    }
}
