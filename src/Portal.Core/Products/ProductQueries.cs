using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Persistence;

namespace Portal.Core.Products;

/// <summary>A product as a list offers it.</summary>
public sealed record ProductSummary(string ProductKey, string Name, string? NameZh, ProductType Type);

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
}
