using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Core.Commands;
using Portal.Core.Live;
using Portal.Core.Persistence;

namespace Portal.Core.Reveals;

/// <summary>Opens and closes grants inside the commands that make or end a secret.</summary>
public sealed class RevealGrants(IOptions<RevealOptions> options, SteadyClock clock)
{
    private static readonly Func<PortalDbContext, long, IAsyncEnumerable<RevealGrant>> s_openOfDevice = EF.CompileAsyncQuery((PortalDbContext db, long deviceId) =>
        db.RevealGrants.Where(grant => grant.DeviceId == deviceId && grant.State == RevealState.Open));

    internal Guid NewId() => Guid.CreateVersion7(clock.GetUtcNow());

    /// <summary>Gives the actor the right to see generation <paramref name="credentialVersion"/> of a device's secret.</summary>
    /// <param name="id">From <see cref="NewId"/>.</param>
    /// <param name="replacementId">The replacement or re-issue that made it; none for a device that is being created.</param>
    internal RevealGrant Open(
        CommandScope scope, Guid id, long deviceId, long organizationNumber, string assetId, string productKey, string deviceKey,
        int credentialVersion, long? replacementId) => Add(scope, new RevealGrant
        {
            Id = id,
            Subject = RevealSubject.Device,
            ReplacementId = replacementId,
            DeviceId = deviceId,
            OrganizationNumber = organizationNumber,
            AssetId = assetId,
            ProductKey = productKey,
            DeviceKey = deviceKey,
            CredentialVersion = credentialVersion,
            OwnerIssuer = scope.Actor.Issuer,
            OwnerSubject = scope.Actor.Subject,
            CreatedAt = clock.GetUtcNow(),
            ExpiresAt = clock.GetUtcNow() + options.Value.Lifetime,
        });

    /// <summary>Gives the actor the right to see generation <paramref name="credentialVersion"/> of an application's secret key.</summary>
    internal RevealGrant OpenOfApplication(
        CommandScope scope, long applicationId, long organizationNumber, string accessKey, string name, int credentialVersion) => Add(scope, new RevealGrant
        {
            Id = NewId(),
            Subject = RevealSubject.Application,
            ApplicationId = applicationId,
            OrganizationNumber = organizationNumber,
            AssetId = "",
            ProductKey = "",
            DeviceKey = "",
            AccessKey = accessKey,
            ApplicationName = name,
            CredentialVersion = credentialVersion,
            OwnerIssuer = scope.Actor.Issuer,
            OwnerSubject = scope.Actor.Subject,
            CreatedAt = clock.GetUtcNow(),
            ExpiresAt = clock.GetUtcNow() + options.Value.Lifetime,
        });

    /// <summary>Gives the actor the right to see generation <paramref name="credentialVersion"/> of a product's secret.</summary>
    internal RevealGrant OpenOfProduct(CommandScope scope, long organizationNumber, string productKey, int credentialVersion) => Add(scope, new RevealGrant
    {
        Id = NewId(),
        Subject = RevealSubject.Product,
        OrganizationNumber = organizationNumber,
        AssetId = "",
        ProductKey = productKey,
        DeviceKey = "",
        CredentialVersion = credentialVersion,
        OwnerIssuer = scope.Actor.Issuer,
        OwnerSubject = scope.Actor.Subject,
        CreatedAt = clock.GetUtcNow(),
        ExpiresAt = clock.GetUtcNow() + options.Value.Lifetime,
    });

    /// <summary>Ends whatever grant is open on a device; its secret is gone, was used, or is replaced.</summary>
    internal static async Task CloseOfDeviceAsync(CommandScope scope, long deviceId, RevealCloseReason reason)
    {
        if (!await scope.Unit.HasOpenGrantAsync(deviceId))
        {
            return;
        }

        var open = new List<RevealGrant>();
        await foreach (var grant in s_openOfDevice(scope.Db, deviceId))
        {
            open.Add(grant);
        }

        Close(scope, open, reason);
    }

    /// <summary>As <see cref="CloseOfDeviceAsync"/>, of an application.</summary>
    internal static async Task CloseOfApplicationAsync(CommandScope scope, long applicationId, RevealCloseReason reason)
    {
        var open = await scope.Db.RevealGrants.Where(grant => grant.ApplicationId == applicationId && grant.State == RevealState.Open).ToListAsync();
        Close(scope, open, reason);
    }

    /// <summary>As <see cref="CloseOfDeviceAsync"/>, of a product.</summary>
    internal static async Task CloseOfProductAsync(CommandScope scope, string productKey, RevealCloseReason reason)
    {
        var open = await scope.Db.RevealGrants
            .Where(grant => grant.Subject == RevealSubject.Product && grant.ProductKey == productKey && grant.State == RevealState.Open).ToListAsync();
        Close(scope, open, reason);
    }

    /// <param name="which">Only these of the owner's grants; all if left out.</param>
    internal static async Task RevokeOfOwnerAsync(CommandScope scope, string issuer, string subject, Func<RevealGrant, bool>? which = null)
    {
        var open = await scope.Db.RevealGrants
            .Where(grant => grant.OwnerIssuer == issuer && grant.OwnerSubject == subject && grant.State == RevealState.Open).ToListAsync();
        Close(scope, which is null ? open : open.Where(which), RevealCloseReason.Revoked);
    }

    internal static void Close(CommandScope scope, IEnumerable<RevealGrant> grants, RevealCloseReason reason)
    {
        foreach (var grant in grants)
        {
            grant.Close(reason, scope.Now);
            scope.Publish(new RevealChangedEvent(grant.OwnerIssuer, grant.OwnerSubject, grant.Id));
        }
    }

    private static RevealGrant Add(CommandScope scope, RevealGrant grant)
    {
        scope.Db.RevealGrants.Add(grant);
        scope.Publish(new RevealChangedEvent(grant.OwnerIssuer, grant.OwnerSubject, grant.Id));
        return grant;
    }
}
