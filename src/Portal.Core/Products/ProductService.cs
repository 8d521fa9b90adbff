using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Portal.Core.Access;
using Portal.Core.Auditing;
using Portal.Core.Commands;
using Portal.Core.Live;

namespace Portal.Core.Products;

/// <param name="ProductKey">Left out: the portal makes one (8 letters and digits).</param>
/// <param name="ModelId">EnOS asset model.</param>
/// <param name="AllowsActivation">As <see cref="Product.AllowsActivation"/>.</param>
/// <param name="OperationId">Made once for each intent; asking again gives the same outcome.</param>
public sealed record CreateProductRequest(
    string OrganizationId, string Name, string ModelId, ProductType Type = ProductType.Device, string? ProductKey = null, string? NameZh = null,
    string? NameEn = null, string? Description = null, bool AllowsActivation = false, string? OperationId = null);

public sealed record CreatedProduct(string ProductKey, string? RequestId = null);

/// <param name="IsPatch">True: what is left out stays. False: it is emptied, or off, and a name is needed.</param>
/// <param name="AllowsActivation">As <see cref="Product.AllowsActivation"/>.</param>
public sealed record UpdateProductRequest(
    string OrganizationId, string ProductKey, bool IsPatch, string? Name = null, string? NameZh = null, string? NameEn = null, string? Description = null,
    bool? AllowsActivation = null, string? OperationId = null);

public sealed record ChangedProduct(string ProductKey, string? RequestId = null);

/// <summary>Creates, changes and deletes products. Right <see cref="Right.ManageDevices"/>.</summary>
public sealed class ProductService(CommandRunner commands, IOptions<ProductOptions> limits)
{
    private const string KeyAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <returns>Or <see cref="OrganizationNotFound"/>, <see cref="FieldInvalid"/>, <see cref="ProductKeyInUse"/>, <see cref="TooManyProducts"/>.</returns>
    public Task<Result<CreatedProduct>> CreateAsync(Actor? actor, CreateProductRequest request)
    {
        var command = new Command(AuditActions.ProductCreated, Right.ManageDevices, actor) { OperationId = request.OperationId, Request = request };
        return commands.RunAsync<CreatedProduct>(command, async scope =>
        {
            if (scope.Access.Organization(request.OrganizationId) is not { } organization)
            {
                return new OrganizationNotFound(request.OrganizationId);
            }

            scope.OrganizationNumber = organization.Number;
            if ((ProductFields.CheckKey(request.ProductKey) ?? ProductFields.CheckModel(request.ModelId)
                ?? (Enum.IsDefined(request.Type) ? null : new FieldInvalid("productType", "Device or Gateway"))
                ?? ProductFields.Check(request.Name, request.NameZh, request.NameEn, request.Description)) is { } fault)
            {
                return fault;
            }

            if (limits.Value.MaxProducts is > 0 and var limit && await scope.Db.Products.CountAsync(product => product.OrganizationNumber == organization.Number) >= limit)
            {
                return new TooManyProducts(limit);
            }

            var product = Make(scope, organization.Number, request);
            scope.Db.Products.Add(product);
            if (!await scope.TrySaveAsync())
            {
                return new ProductKeyInUse(product.ProductKey);
            }

            await scope.AuditAsync(organization.Number, null, new { product.ProductKey, product.Type, product.ModelId, to = Describe(product) });
            return new CreatedProduct(product.ProductKey, scope.Actor.RequestId);
        });
    }

    /// <returns>Or <see cref="OrganizationNotFound"/>, <see cref="ProductNotFound"/>, <see cref="FieldInvalid"/>.</returns>
    public Task<Result<ChangedProduct>> UpdateAsync(Actor? actor, UpdateProductRequest request) =>
        ChangeAsync(CommandOn(AuditActions.ProductEdited, actor, request.OperationId, request), request.OrganizationId, request.ProductKey, (scope, product) =>
        {
            var name = request.Name ?? (request.IsPatch ? product.Name : null);
            if (ProductFields.Check(name, request.NameZh, request.NameEn, request.Description) is { } fault)
            {
                return Task.FromResult<(Error?, object?)>((fault, null));
            }

            var from = Describe(product);
            product.Name = name!.Trim();
            product.NameZh = Change(product.NameZh, request.NameZh, request.IsPatch);
            product.NameEn = Change(product.NameEn, request.NameEn, request.IsPatch);
            product.Description = Change(product.Description, request.Description, request.IsPatch);
            product.AllowsActivation = request.AllowsActivation ?? (request.IsPatch && product.AllowsActivation);
            scope.Publish(new ProductChangedEvent(product.OrganizationNumber, product.ProductKey));
            return Task.FromResult<(Error?, object?)>((null, new { product.ProductKey, from, to = Describe(product) }));
        });

    /// <returns>Or <see cref="OrganizationNotFound"/>, <see cref="ProductNotFound"/>, <see cref="ProductHasDevices"/>.</returns>
    public Task<Result<ChangedProduct>> DeleteAsync(Actor? actor, string organizationId, string productKey, string? operationId = null) =>
        ChangeAsync(CommandOn(AuditActions.ProductDeleted, actor, operationId, new { organizationId, productKey }), organizationId, productKey, async (scope, product) =>
        {
            if (await scope.Db.HasDevicesAsync(product.Id))
            {
                return (new ProductHasDevices(productKey), null);
            }

            scope.Db.Products.Remove(product);
            return (null, new { product.ProductKey, product.Type, product.ModelId, from = Describe(product) });
        });

    private Task<Result<ChangedProduct>> ChangeAsync(
        Command command, string organizationId, string productKey, Func<CommandScope, Product, Task<(Error? Fault, object? Detail)>> change) =>
        commands.RunAsync<ChangedProduct>(command, async scope =>
        {
            if (scope.Access.Organization(organizationId) is not { } organization)
            {
                return new OrganizationNotFound(organizationId);
            }

            scope.OrganizationNumber = organization.Number;
            if (await scope.Db.Products.FirstOrDefaultAsync(product => product.ProductKey == productKey && product.OrganizationNumber == organization.Number)
                is not { } product)
            {
                return new ProductNotFound(productKey);
            }

            var (fault, detail) = await change(scope, product);
            if (fault is not null)
            {
                return fault;
            }

            await scope.AuditAsync(organization.Number, null, detail!);
            return new ChangedProduct(productKey, scope.Actor.RequestId);
        });

    private static Command CommandOn(string action, Actor? actor, string? operationId, object request) =>
        new(action, Right.ManageDevices, actor) { OperationId = operationId, Request = request };

    private static Product Make(CommandScope scope, long organizationNumber, CreateProductRequest request) => new()
    {
        OrganizationNumber = organizationNumber,
        ProductKey = request.ProductKey ?? RandomNumberGenerator.GetString(KeyAlphabet, 8),
        Name = request.Name.Trim(),
        NameZh = FieldText.OrNull(request.NameZh),
        NameEn = FieldText.OrNull(request.NameEn),
        Description = FieldText.OrNull(request.Description),
        Type = request.Type,
        ModelId = request.ModelId,
        AllowsActivation = request.AllowsActivation,
        CreatedAt = scope.Now,
    };

    private static string? Change(string? present, string? given, bool isPatch) => given is null && isPatch ? present : FieldText.OrNull(given);

    private static object Describe(Product product) => new { product.Name, product.NameZh, product.NameEn, product.Description, product.AllowsActivation };
}
