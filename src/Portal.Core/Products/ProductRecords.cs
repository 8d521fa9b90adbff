using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Expressions;
using Portal.Core.Persistence;

namespace Portal.Core.Products;

/// <summary>A product with everything that the portal knows of it.</summary>
public sealed record ProductRecord(
    string OrganizationId, string ProductKey, string Name, string? NameZh, string? NameEn, string? Description, ProductType Type, string ModelId,
    bool AllowsActivation, DateTimeOffset CreatedAt);

/// <param name="Expression">See <see cref="ProductExpression"/>; nothing or blank for every product.</param>
/// <param name="PageNo">From 1.</param>
public sealed record ProductRecordQuery(string OrganizationId, string? Expression = null, int PageNo = 1, int PageSize = 10);

/// <param name="Products">The newest first.</param>
/// <param name="TotalSize">How many there are on all pages.</param>
public sealed record ProductRecordPage(IReadOnlyList<ProductRecord> Products, long TotalSize);

/// <summary>Reads products as the EnOS contract gives them out. Right <see cref="Right.Read"/>, within one of the actor's organizations.</summary>
public sealed class ProductRecords(AccessRules rules, IDbContextFactory<PortalDbContext> contexts)
{
    /// <returns>Or <see cref="OrganizationNotFound"/>, <see cref="ProductNotFound"/>, also for a product of another organization.</returns>
    public async Task<Result<ProductRecord>> GetAsync(
        Actor? actor, string organizationId, string productKey, CancellationToken cancellationToken = default)
    {
        var organization = await rules.RequireAsync(actor, Right.Read, organizationId, cancellationToken);
        if (!organization.IsSuccess)
        {
            return organization.Error;
        }

        var found = await ReadAsync(organization.Value, product => product.ProductKey == productKey, cancellationToken);
        return found is [var record] ? record : new ProductNotFound(productKey);
    }

    /// <returns>A page, or <see cref="OrganizationNotFound"/>, <see cref="ExpressionInvalid"/>, <see cref="FieldInvalid"/>.</returns>
    public async Task<Result<ProductRecordPage>> SearchAsync(Actor? actor, ProductRecordQuery query, CancellationToken cancellationToken = default)
    {
        var organization = await rules.RequireAsync(actor, Right.Read, query.OrganizationId, cancellationToken);
        if (!organization.IsSuccess)
        {
            return organization.Error;
        }

        if (NumberedPages.Check(query.PageNo, query.PageSize) is { } invalid)
        {
            return invalid;
        }

        var filter = string.IsNullOrWhiteSpace(query.Expression) ? null : ProductExpression.Parse(query.Expression);
        if (filter is { IsSuccess: false })
        {
            return filter.Error;
        }

        var products = await ReadAsync(organization.Value, _ => true, cancellationToken);
        var found = filter is null ? products : products.FindAll(product => ProductExpression.IsMatch(product, filter.Value!));
        var skip = (int)Math.Min((query.PageNo - 1L) * query.PageSize, found.Count);
        return new ProductRecordPage(found.Skip(skip).Take(query.PageSize).ToList(), found.Count);
    }

    private async Task<List<ProductRecord>> ReadAsync(
        OrganizationAccess organization, Expression<Func<Product, bool>> which, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Products.AsNoTracking().Where(product => product.OrganizationNumber == organization.Number).Where(which)
            .OrderByDescending(product => product.CreatedAt).ThenByDescending(product => product.Id)
            .Select(product => new ProductRecord(
                organization.OrganizationId, product.ProductKey, product.Name, product.NameZh, product.NameEn, product.Description, product.Type,
                product.ModelId, product.AllowsActivation, product.CreatedAt))
            .ToListAsync(cancellationToken);
    }
}
