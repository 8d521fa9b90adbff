using Portal.Core.Access;
using static Portal.ConnectApi.ConnectActions;
using static Portal.ConnectApi.DocumentedErrors;

namespace Portal.ConnectApi;

/// <summary>The rows of <c>/products</c>, the same in both versions.</summary>
internal static class ProductTable
{
    private const string ProductExample = """
        { "orgId": "o15724301680011", "productKey": "dGkT2qLw", "productName": { "defaultValue": "String inverter", "i18nValue": { "zh_CN": "组串式逆变器" } }, "productDesc": null,
          "productType": "Device", "modelId": "EnOS_Solar_Inverter", "dataFormat": "Json", "dynamicActivateEnabled": false, "biDirectionalAuth": false, "createTime": 1763970000000 }
        """;

    private const string ProductKeyExample = "\"dGkT2qLw\"";

    private static readonly QueryParameter s_productKey = new("productKey", true, "Key of the product.", Shape.Text);

    public static IEnumerable<ConnectAction> Rows(ProductActions actions) =>
        new[] { ConnectVersion.V24, ConnectVersion.V21 }.SelectMany(version => Rows(version, actions));

    private static IEnumerable<ConnectAction> Rows(ConnectVersion version, ProductActions actions) =>
    [
        new(version, ConnectResource.Products, Create, HttpMethods.Post, actions.CreateAsync)
        {
            Right = Right.ManageDevices,
            Title = "Create a product",
            About = "A type that devices are created from. `data` is the key of the new product.",
            Body = ConnectShapes.NewProduct,
            Data = Shape.Text,
            Errors = [Arguments, Denied],
            BodyExample = """{ "productName": { "defaultValue": "String inverter" }, "modelId": "EnOS_Solar_Inverter", "productType": "Device", "dataFormat": "Json" }""",
            DataExample = ProductKeyExample,
        },
        new(version, ConnectResource.Products, Get, HttpMethods.Get, actions.GetAsync)
        {
            Right = Right.Read,
            Title = "Get a product",
            About = "One product.",
            Parameters = [s_productKey],
            Data = ConnectShapes.Product,
            Errors = [UnknownProduct, Arguments, Denied],
            DataExample = ProductExample,
        },
        new(version, ConnectResource.Products, Search, HttpMethods.Post, actions.SearchAsync)
        {
            Right = Right.Read,
            Title = "Search products",
            About = "The newest first.",
            Body = ConnectShapes.ProductSearch,
            Data = Shape.Array(ConnectShapes.Product),
            Beside = [Member.Required("pagination", ConnectShapes.AnsweredPagination, "Which page this is.")],
            Errors = [Arguments, Denied],
            BodyExample = """{ "expression": "productName like 'inverter'", "pagination": { "pageNo": 1, "pageSize": 20 } }""",
            DataExample = $"[{ProductExample}]",
        },
        new(version, ConnectResource.Products, Update, HttpMethods.Post, actions.UpdateAsync)
        {
            Right = Right.ManageDevices,
            Title = "Update a product",
            About = "Name, description and dynamic activation. What is left out stays as it is; with `isPatchUpdate=false` it is cleared, and `productName` is needed. `data` is the key of the product.",
            Parameters = [s_productKey, new QueryParameter("isPatchUpdate", false, "Whether what is left out stays as it is; true when left out.", Shape.Boolean)],
            Body = ConnectShapes.ProductUpdate,
            Data = Shape.Text,
            Errors = [UnknownProductOnUpdate, Arguments, Denied],
            BodyExample = """{ "productName": { "defaultValue": "String inverter, 100 kW" } }""",
            DataExample = ProductKeyExample,
        },
        new(version, ConnectResource.Products, Delete, HttpMethods.Post, actions.DeleteAsync)
        {
            Right = Right.ManageDevices,
            Title = "Delete a product",
            About = "Only one from which no device was made.",
            Parameters = [s_productKey],
            Errors = [UnknownProduct, ProductHasDevices, Arguments, Denied],
        },
    ];
}
