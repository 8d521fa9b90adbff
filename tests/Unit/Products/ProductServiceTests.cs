using Microsoft.EntityFrameworkCore;
using Portal.Core;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Core.Devices;
using Portal.Core.Products;
using Unit.Support;

namespace Unit.Products;

public sealed class ProductServiceTests
{
    [Fact]
    public async Task Create_Update_Delete_AProduct()
    {
        await using var portal = await TestPortal.CreateAsync();
        var application = await TestApplication.CreateAsync(portal, Right.ManageDevices);
        var products = portal.Get<ProductService>();
        var request = new CreateProductRequest(TestPortal.Organization, " Inverter ", "EnOS_Solar_Inverter", ProductType.Gateway, null, "逆变器", null, "Roof", OperationId: "op-1");

        var created = PortalCommands.Value(await products.CreateAsync(application.Actor with { RequestId = "request-1" }, request));
        Assert.Matches("^[A-Za-z0-9]{8}$", created.ProductKey);
        Assert.Equal(created, (await products.CreateAsync(application.Actor with { RequestId = "request-2" }, request)).Value);
        Assert.Equal(("Inverter", "逆变器", null, "Roof"), await ReadAsync(portal));

        PortalCommands.Value(await products.UpdateAsync(application.Actor, new UpdateProductRequest(TestPortal.Organization, created.ProductKey, IsPatch: true, NameEn: "Inverter 2")));
        Assert.Equal(("Inverter", "逆变器", "Inverter 2", "Roof"), await ReadAsync(portal));
        PortalCommands.Value(await products.UpdateAsync(application.Actor, new UpdateProductRequest(TestPortal.Organization, created.ProductKey, IsPatch: false, "Inverter 3")));
        Assert.Equal(("Inverter 3", null, null, null), await ReadAsync(portal));
        Assert.IsType<FieldInvalid>((await products.UpdateAsync(application.Actor, new UpdateProductRequest(TestPortal.Organization, created.ProductKey, IsPatch: false))).Error);

        PortalCommands.Value(await products.DeleteAsync(application.Actor, TestPortal.Organization, created.ProductKey));
        Assert.Equal(new ProductNotFound(created.ProductKey), (await products.DeleteAsync(application.Actor, TestPortal.Organization, created.ProductKey)).Error);
    }

    [Fact]
    public async Task Delete_ProductWithDevices_IsRefused()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("asset-1", "key-of-1", productKey: "inverter");
        var olga = await portal.SignInAsync(Role.FullAccess);

        Assert.Equal(new ProductHasDevices("inverter"), (await portal.Get<ProductService>().DeleteAsync(olga, TestPortal.Organization, "inverter")).Error);
    }

    [Theory]
    [InlineData("", "m", null, "productName")]
    [InlineData("a<b", "m", null, "productName")]
    [InlineData("100%", "m", null, "productName")]
    [InlineData("a\\b", "m", null, "productName")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345", "m", null, "productName")]
    [InlineData("ok", "", null, "modelId")]
    [InlineData("ok", "m", "abc", "productKey")]
    [InlineData("ok", "m", "a b c", "productKey")]
    [InlineData("ok", "m", "123456789012345678901", "productKey")]
    public async Task Create_FieldThatIsWrong_IsNamed(string name, string model, string? key, string field)
    {
        await using var portal = await TestPortal.CreateAsync();
        var olga = await portal.SignInAsync(Role.FullAccess);

        Assert.Equal(field, Assert.IsType<FieldInvalid>((await portal.Get<ProductService>().CreateAsync(
            olga, new CreateProductRequest(TestPortal.Organization, name, model, ProductKey: key))).Error).Field);
    }

    [Fact]
    public async Task Create_KeyOfAnotherOrganizationsProduct_IsInUse()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddProductAsync("taken", TestPortal.OtherOrganization);
        var olga = await portal.SignInAsync(Role.FullAccess);

        Assert.Equal(new ProductKeyInUse("taken"), (await portal.Get<ProductService>().CreateAsync(
            olga, new CreateProductRequest(TestPortal.Organization, "x", "m", ProductKey: "taken"))).Error);
        Assert.Equal(new ProductNotFound("taken"), (await portal.Get<ProductService>().UpdateAsync(
            olga, new UpdateProductRequest(TestPortal.Organization, "taken", IsPatch: true, "x"))).Error);
    }

    [Fact]
    public async Task Limits_AreSettings()
    {
        await using var portal = await TestPortal.CreateAsync([("Products:MaxProducts", "1"), ("Products:MaxDevices", "2")]);
        var olga = await portal.SignInAsync(Role.FullAccess);
        PortalCommands.Value(await portal.Get<ProductService>().CreateAsync(olga, new CreateProductRequest(TestPortal.Organization, "x", "m", ProductKey: "inverter")));
        Assert.Equal(new TooManyProducts(1), (await portal.Get<ProductService>().CreateAsync(olga, new CreateProductRequest(TestPortal.Organization, "y", "m"))).Error);
        var device = new CreateDeviceRequest(TestPortal.Organization, "inverter", "New", "+00:00", Delivery: SecretDelivery.None);
        PortalCommands.Value(await portal.Get<DeviceService>().CreateAsync(olga, device));
        PortalCommands.Value(await portal.Get<DeviceService>().CreateAsync(olga, device));
        Assert.Equal(new TooManyDevices("inverter", 2), (await portal.Get<DeviceService>().CreateAsync(olga, device)).Error);
    }

    private static Task<(string, string?, string?, string?)> ReadAsync(TestPortal portal) => portal.ReadAsync(db =>
        db.Products.Select(product => ValueTuple.Create(product.Name, product.NameZh, product.NameEn, product.Description)).SingleAsync());
}
