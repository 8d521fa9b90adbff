using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Auditing;
using Portal.Core.Commands;
using Portal.Core.Live;
using Portal.Core.Reveals;
using Portal.Core.Secrets;

namespace Portal.Core.Products;

/// <param name="AllowsSha1">Devices may sign in with a SHA-1 digest.</param>
/// <param name="AllowsActivation">Devices may fetch their secret with the product's.</param>
public sealed record ConfigureProductRequest(string OrganizationId, string ProductKey, bool AllowsSha1, bool AllowsActivation, string? OperationId = null);

/// <summary>A product's secret was made; its maker may see it for a while.</summary>
public sealed record MadeProductSecret(string ProductKey, int Version, Guid RevealGrantId);

/// <summary>How devices of a product sign in, and its own secret. Right <see cref="Right.ManageDevices"/>.</summary>
public sealed class ProductSecretService(CommandRunner commands, SecretVault vault, RevealGrants grants)
{
    /// <returns>Or <see cref="OrganizationNotFound"/>, <see cref="ProductNotFound"/>.</returns>
    public Task<Result<ChangedProduct>> ConfigureAsync(Actor? actor, ConfigureProductRequest request) =>
        commands.RunAsync<ChangedProduct>(CommandOn(AuditActions.ProductConfigured, actor, request.OperationId, request), async scope =>
        {
            var found = await FindAsync(scope, request.OrganizationId, request.ProductKey);
            if (!found.IsSuccess)
            {
                return found.Error;
            }

            var product = found.Value;
            var from = new { product.AllowsSha1, product.AllowsActivation };
            (product.AllowsSha1, product.AllowsActivation) = (request.AllowsSha1, request.AllowsActivation);
            scope.Publish(new ProductChangedEvent(product.OrganizationNumber, product.ProductKey));
            await scope.AuditAsync(product.OrganizationNumber, null, new { product.ProductKey, from, to = new { product.AllowsSha1, product.AllowsActivation } });
            return new ChangedProduct(product.ProductKey, scope.Actor.RequestId);
        });

    /// <summary>Makes the product's secret, or the next one: the old one is worth nothing from then on. Secrets of devices stay as they are.</summary>
    /// <returns>Or <see cref="OrganizationNotFound"/>, <see cref="ProductNotFound"/>.</returns>
    public Task<Result<MadeProductSecret>> MakeAsync(Actor? actor, string organizationId, string productKey, string? operationId = null) =>
        commands.RunAsync<MadeProductSecret>(CommandOn(AuditActions.ProductSecretMade, actor, operationId, new { organizationId, productKey }), async scope =>
        {
            var found = await FindAsync(scope, organizationId, productKey);
            if (!found.IsSuccess)
            {
                return found.Error;
            }

            var product = found.Value;
            var fingerprint = Renew(product);
            await RevealGrants.CloseOfProductAsync(scope, productKey, RevealCloseReason.Superseded);
            var grant = grants.OpenOfProduct(scope, product.OrganizationNumber, productKey, product.Credential!.Version);
            scope.Publish(new ProductChangedEvent(product.OrganizationNumber, productKey));
            await scope.AuditAsync(product.OrganizationNumber, null, new { product.ProductKey, product.Credential.Version, fingerprint });
            return new MadeProductSecret(productKey, product.Credential.Version, grant.Id);
        });

    private static Command CommandOn(string action, Actor? actor, string? operationId, object request) =>
        new(action, Right.ManageDevices, actor) { OperationId = operationId, Request = request };

    private static async Task<Result<Product>> FindAsync(CommandScope scope, string organizationId, string productKey)
    {
        if (scope.Access.Organization(organizationId) is not { } organization)
        {
            return new OrganizationNotFound(organizationId);
        }

        scope.OrganizationNumber = organization.Number;
        return await scope.Db.Products.Include(product => product.Credential)
            .FirstOrDefaultAsync(product => product.ProductKey == productKey && product.OrganizationNumber == organization.Number) is { } product
            ? product
            : new ProductNotFound(productKey);
    }

    private string Renew(Product product)
    {
        using var secret = DeviceSecret.Generate();
        var version = (product.Credential?.Version ?? 0) + 1;
        var (keyId, box) = vault.Seal(secret, new SecretBinding(SecretBinding.Product, product.OrganizationNumber, product.ProductKey, version));
        if (product.Credential is { } credential)
        {
            CryptographicOperations.ZeroMemory(credential.Sealed);
            (credential.Version, credential.KeyId, credential.Sealed) = (version, keyId, box);
        }
        else
        {
            product.Credential = new ProductCredential { Version = version, KeyId = keyId, Sealed = box };
        }

        return vault.Fingerprint(secret);
    }
}
