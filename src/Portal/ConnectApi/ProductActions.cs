using Portal.Core;
using Portal.Core.Products;

namespace Portal.ConnectApi;

/// <summary>What <c>/products</c> does.</summary>
public sealed class ProductActions(ProductService products, ProductRecords records)
{
    public async Task<Result<ConnectAnswer>> CreateAsync(ConnectCall call)
    {
        var format = call.Body.Text("dataFormat");
        if (format is not (null or ProductStruct.DataFormat))
        {
            return new ArgumentInvalid("dataFormat", $"must be {ProductStruct.DataFormat}");
        }

        var type = ProductType.Device;
        if (call.Body.Text("productType") is { } text && !(Enum.TryParse(text, out type) && type.ToString() == text))
        {
            return new ArgumentInvalid("productType", $"one of {string.Join(", ", Enum.GetNames<ProductType>())}");
        }

        var name = ConnectName.Read(call.Body.Find("productName"))!;
        var created = await products.CreateAsync(call.Actor, new CreateProductRequest(
            call.OrganizationId, name.Default, call.Body.Text("modelId")!, type, NameZh: name.Zh, NameEn: name.En,
            Description: call.Body.Text("productDesc"), OperationId: call.OperationId));
        return created.IsSuccess
            ? new ConnectAnswer(json =>
            {
                json.WriteStartObject();
                json.WriteString("productKey", created.Value.ProductKey);
                json.WriteEndObject();
            })
            { RequestId = created.Value.RequestId }
            : created.Error;
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
        var name = ConnectName.Read(call.Body.Find("productName"));
        return Nothing(await products.UpdateAsync(call.Actor, new UpdateProductRequest(
            call.OrganizationId, call.Query["productKey"], call.Query.IsTrue("isPatchUpdate"), name?.Default, name?.Zh, name?.En, call.Body.Text("productDesc"),
            call.OperationId)));
    }

    public async Task<Result<ConnectAnswer>> DeleteAsync(ConnectCall call) =>
        Nothing(await products.DeleteAsync(call.Actor, call.OrganizationId, call.Query["productKey"], call.OperationId));

    private static Result<ConnectAnswer> Nothing(Result<ChangedProduct> changed) =>
        changed.IsSuccess ? new ConnectAnswer { RequestId = changed.Value.RequestId } : changed.Error;
}
