using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Persistence;

namespace Portal.Core.Products;

/// <summary>A product as a list offers it.</summary>
public sealed record ProductSummary(string ProductKey, string Name, string? NameZh, ProductType Type);

/// <summary>A product with how its devices connect.</summary>
/// <param name="SecretVersion">The generation of its secret; nothing while none was made.</param>
/// <param name="Devices">Counted up to one more than <see cref="MaxCounted"/>.</param>
public sealed record ProductOverview(
    string ProductKey, string Name, string? NameZh, ProductType Type, string ModelId, DateTimeOffset CreatedAt, bool AllowsSha1, bool AllowsActivation,
    int? SecretVersion, int Devices)
{
    public const int MaxCounted = 1000;
}

/// <summary>Reads products. Right <see cref="Right.Read"/>.</summary>
public sealed class ProductQueries(AccessRules rules, IDbContextFactory<PortalDbContext> contexts)
{
    /// <summary>The products of an organization, by name.</summary>
    /// <returns>Or <see cref="OrganizationNotFound"/>.</returns>
    public async Task<Result<IReadOnlyList<ProductSummary>>> ListAsync(Actor? actor, string organizationId, CancellationToken cancellationToken = default)
    {
        var organization = await rules.RequireAsync(actor, Right.Read, organizationId, cancellationToken);
        if (!organization.IsSuccess)
        {
            return organization.Error;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Products.AsNoTracking().Where(product => product.OrganizationNumber == organization.Value.Number).OrderBy(product => product.Name)
            .Select(product => new ProductSummary(product.ProductKey, product.Name, product.NameZh, product.Type)).ToListAsync(cancellationToken);
    }

    /// <summary>As <see cref="ListAsync"/>, with how their devices connect and how many there are.</summary>
    /// <returns>Or <see cref="OrganizationNotFound"/>.</returns>
    public async Task<Result<IReadOnlyList<ProductOverview>>> OverviewAsync(Actor? actor, string organizationId, CancellationToken cancellationToken = default)
    {
        var organization = await rules.RequireAsync(actor, Right.Read, organizationId, cancellationToken);
        if (!organization.IsSuccess)
        {
            return organization.Error;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var products = await db.Products.AsNoTracking().Where(product => product.OrganizationNumber == organization.Value.Number)
            .OrderBy(product => product.Name).ThenBy(product => product.Id)
            .Select(product => new { Product = product, SecretVersion = product.Credential == null ? null : (int?)product.Credential.Version }).ToListAsync(cancellationToken);
        var devices = await db.CountDevicesAsync(organization.Value.Number, ProductOverview.MaxCounted + 1, cancellationToken);
        return products.ConvertAll(row => new ProductOverview(
            row.Product.ProductKey, row.Product.Name, row.Product.NameZh, row.Product.Type, row.Product.ModelId, row.Product.CreatedAt, row.Product.AllowsSha1,
            row.Product.AllowsActivation, row.SecretVersion, devices.GetValueOrDefault(row.Product.Id)));
    }
}
