using System.Text.Json;
using Portal.Core.Products;

namespace Portal.ConnectApi;

/// <summary>A product as <c>get</c> and <c>search</c> answer it.</summary>
internal static class ProductStruct
{
    /// <summary>The portal has no other.</summary>
    public const string DataFormat = "Json";

    /// <param name="projection">The members that are wanted; nothing when all are.</param>
    public static void Write(Utf8JsonWriter json, ProductRecord product, HashSet<string>? projection = null)
    {
        var fields = new ProjectedWriter(json, projection);
        json.WriteStartObject();
        fields.Text("orgId", product.OrganizationId);
        fields.Text("productKey", product.ProductKey);
        fields.Name("productName", product.Name, product.NameZh, product.NameEn);
        fields.Text("productDesc", product.Description);
        fields.Text("productType", product.Type.ToString());
        fields.Text("modelId", product.ModelId);
        fields.Text("dataFormat", DataFormat);
        fields.Flag("dynamicActivateEnabled", product.AllowsActivation);
        fields.Flag("biDirectionalAuth", false);
        fields.Time("createTime", product.CreatedAt);
        json.WriteEndObject();
    }
}
