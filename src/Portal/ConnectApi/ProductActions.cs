using Portal.Core;
using Portal.Core.Products;

namespace Portal.ConnectApi;

/// <summary>What <c>/products</c> does.</summary>
public sealed class ProductActions(ProductService products, ProductRecords records)
{
    public async Task<Result<ConnectAnswer>> CreateAsync(ConnectCall call)
    {
        if (call.Body.Text("dataFormat") is not (null or ProductStruct.DataFormat))
        {
            return new ArgumentInvalid("dataFormat", $"must be {ProductStruct.DataFormat}");
        }

        if (CheckAuthentication(call) is { } fault)
        {
            return fault;
        }

        var type = ProductType.Device;
        if (call.Body.Text("productType") is { } text && !(Enum.TryParse(text, out type) && type.ToString() == text))
        {
            return new ArgumentInvalid("productType", $"one of {string.Join(", ", Enum.GetNames<ProductType>())}");
        }

        var name = ConnectName.Read(call.Body.Find("productName"))!;
        var created = await products.CreateAsync(call.Actor, new CreateProductRequest(
            call.OrganizationId, name.Default, call.Body.Text("modelId")!, type, NameZh: name.Zh, NameEn: name.En,
            Description: call.Body.Text("productDesc"), AllowsActivation: call.Body.Flag("dynamicActivateEnabled") ?? false, OperationId: call.OperationId));
        return created.IsSuccess ? Key(created.Value.ProductKey, created.Value.RequestId) : created.Error;
    }

    public async Task<Result<ConnectAnswer>> GetAsync(ConnectCall call)
    {
        var found = await records.GetAsync(call.Actor, call.OrganizationId, call.Query["productKey"], call.Aborted);
        return found.IsSuccess ? new ConnectAnswer(json => ProductStruct.Write(json, found.Value)) : found.Error;
    }

    public async Task<Result<ConnectAnswer>> SearchAsync(ConnectCall call)
    {
        var (page, fault) = ConnectPage.Read(call.Body);
        if (fault is not null)
        {
            return fault;
        }

        var found = await records.SearchAsync(
            call.Actor, new ProductRecordQuery(call.OrganizationId, call.Body.Text("expression"), page.Number, page.Size), call.Aborted);
        if (!found.IsSuccess)
        {
            return found.Error;
        }

        var projection = ConnectPage.Projection(call.Body);
        return new ConnectAnswer(json =>
        {
            json.WriteStartArray();
            foreach (var product in found.Value.Products)
            {
                ProductStruct.Write(json, product, projection);
            }

            json.WriteEndArray();
        })
        { Beside = json => page.Write(json, found.Value.TotalSize) };
    }

    public async Task<Result<ConnectAnswer>> UpdateAsync(ConnectCall call)
    {
        if (CheckAuthentication(call) is { } fault)
        {
            return fault;
        }

        var name = ConnectName.Read(call.Body.Find("productName"));
        var changed = await products.UpdateAsync(call.Actor, new UpdateProductRequest(
            call.OrganizationId, call.Query["productKey"], call.Query.Flag("isPatchUpdate") ?? true, name?.Default, name?.Zh, name?.En, call.Body.Text("productDesc"),
            call.Body.Flag("dynamicActivateEnabled"), call.OperationId));
        return changed.IsSuccess ? Key(changed.Value.ProductKey, changed.Value.RequestId) : changed.Error;
    }

    public async Task<Result<ConnectAnswer>> DeleteAsync(ConnectCall call)
    {
        var deleted = await products.DeleteAsync(call.Actor, call.OrganizationId, call.Query["productKey"], call.OperationId);
        return deleted.IsSuccess ? new ConnectAnswer { RequestId = deleted.Value.RequestId } : deleted.Error;
    }

    private static ConnectAnswer Key(string productKey, string? requestId) => new(json => json.WriteStringValue(productKey)) { RequestId = requestId };

    private static ArgumentInvalid? CheckAuthentication(ConnectCall call) =>
        call.Body.Flag("biDirectionalAuth") == true ? new ArgumentInvalid("biDirectionalAuth", "must be false: devices have secrets here, not certificates") : null;
}
