using Portal.Core;
using Portal.Core.Access;
using Portal.Core.Expressions;
using Portal.Core.Products;
using Unit.Support;

namespace Unit.Products;

public sealed class ProductRecordsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "R-30")]
    public async Task Get_OwnForeignAndUnknownProduct_IsTheRecordOrNotFound()
    {
        await using var portal = await CreateAsync();
        var olga = await portal.SignInAsync(Role.Reader);
        var records = portal.Get<ProductRecords>();

        Assert.Equal(
            new ProductRecord(TestPortal.Organization, "b", "Meter", "电表", "Energy meter", "counts", ProductType.Gateway, "Model_B", false, portal.Clock.GetUtcNow()),
            (await records.GetAsync(olga, TestPortal.Organization, "b", Cancellation)).Value);
        foreach (var key in new[] { "foreign", "B", "", "x' OR 1=1 --" })
        {
            Assert.Equal(new ProductNotFound(key), (await records.GetAsync(olga, TestPortal.Organization, key, Cancellation)).Error);
        }

        Assert.Equal(new OrganizationNotFound(TestPortal.OtherOrganization), (await records.GetAsync(olga, TestPortal.OtherOrganization, "foreign", Cancellation)).Error);
    }

    [Theory]
    [InlineData(null, "c,b,a")]
    [InlineData(" ", "c,b,a")]
    [InlineData("productKey = 'a'", "a")]
    [InlineData("productKey in ('a', \"c\", 'foreign')", "c,a")]
    [InlineData("modelId = 'Model_B'", "c,b")]
    [InlineData("modelId in ('Model_A') or productKey = 'c'", "c,a")]
    [InlineData("not (productKey = 'a' or productKey = 'b')", "c")]
    [InlineData("productName like 'METER'", "b,a")]
    [InlineData("productName.default like 'meter'", "b,a")]
    [InlineData("productName.zh_CN like '电'", "b")]
    [InlineData("productName.zh_CN like 'pump'", "c")]
    [InlineData("productName.en_US like 'energy'", "b")]
    [InlineData("productName.en_US like 'meter a'", "a")]
    [InlineData("productName like '%'", "")]
    [InlineData("productTags.x = 'y'", "")]
    [InlineData("not exists(productTags.x) and modelId='Model_A'", "a")]
    public async Task Search_Expression_FindsTheProductsNewestFirst(string? expression, string expected)
    {
        await using var portal = await CreateAsync();
        var olga = await portal.SignInAsync(Role.Reader);

        var page = (await portal.Get<ProductRecords>().SearchAsync(olga, new ProductRecordQuery(TestPortal.Organization, expression), Cancellation)).Value!;
        Assert.Equal(expected, string.Join(',', page.Products.Select(product => product.ProductKey)));
        Assert.Equal(page.Products.Count, page.TotalSize);
    }

    [Fact]
    public async Task Search_PagesAndWhatIsWrong_AreCutOrRefused()
    {
        await using var portal = await CreateAsync();
        var olga = await portal.SignInAsync(Role.Reader);
        var query = new ProductRecordQuery(TestPortal.Organization, PageNo: 2, PageSize: 2);
        async Task<Result<ProductRecordPage>> Search(ProductRecordQuery asked) => await portal.Get<ProductRecords>().SearchAsync(olga, asked, Cancellation);

        var second = (await Search(query)).Value!;
        Assert.Equal(("a", 3L), (Assert.Single(second.Products).ProductKey, second.TotalSize));
        Assert.Equal((0, 3L), (await Search(query with { PageNo = int.MaxValue })).Value is { } beyond ? (beyond.Products.Count, beyond.TotalSize) : default);
        Assert.Equal(new FieldInvalid("pageNo", "1 or more"), (await Search(query with { PageNo = 0 })).Error);
        Assert.Equal(new FieldInvalid("pageSize", "1 to 1000"), (await Search(query with { PageSize = 1001 })).Error);
        Assert.Equal(new ExpressionInvalid(9, "=, in after modelId"), (await Search(query with { Expression = "modelId != 'x'" })).Error);
        Assert.Equal(
            new ExpressionInvalid(1, "a field: productKey, modelId, productName[.default|.zh_CN|.en_US], productTags.<key>"),
            (await Search(query with { Expression = "deviceKey = 'x'" })).Error);
    }

    private static async Task<TestPortal> CreateAsync()
    {
        var portal = await TestPortal.CreateAsync();
        foreach (var key in new[] { "a", "b", "c" })
        {
            await portal.AddProductAsync(key);
        }

        await portal.AddProductAsync("foreign", TestPortal.OtherOrganization);
        portal.Database.Execute("""
            UPDATE products SET name='Meter A', model_id='Model_A' WHERE product_key='a';
            UPDATE products SET name='Meter', name_zh='电表', name_en='Energy meter', description='counts', type=1, model_id='Model_B' WHERE product_key='b';
            UPDATE products SET name='Pump', model_id='Model_B' WHERE product_key='c';
            """);
        return portal;
    }
}
