using CsCheck;
using Portal.Core.Devices.Search;
using Portal.Core.Expressions;

namespace Unit.Devices.Search;

public sealed class DeviceExpressionTests
{
    private const string AllFields =
        "a field: assetId, deviceKey, productKey, productType, modelId, firmwareVersion, deviceName[.default|.zh_CN|.en_US], status, deviceTags.<key>, deviceAttributes.<identifier>";

    private const string StatusWords = "'inactive', 'online', 'offline', 'disable', 'disabled', 'mirror'";

    private static readonly string[] s_pieces =
    [
        "assetId", "deviceTags.a", "not ", "exists", "(", ")", "'", "\"", " and ", " or ", " in ", "=", "!=", "like", "5", ",", "\0", "\ud800", "'a'",
    ];

    /// <summary>Each operator of the contract on each field that has it, as the vendor's samples write them.</summary>
    [Theory]
    [InlineData("assetId = 'a'", "Asset is [a]")]
    [InlineData("assetId in ('a','b')", "Asset is [a|b]")]
    [InlineData("deviceKey ='a'", "Key is [a]")]
    [InlineData("deviceKey in (\"a\")", "Key is [a]")]
    [InlineData("productKey= \"a\"", "Product is [a]")]
    [InlineData("productKey in ('a', \"b\" , 'a')", "Product is [a|b]")]
    [InlineData("productType = 'Gateway'", "ProductType is [Gateway]")]
    [InlineData("modelId = 'm'", "ModelId is [m]")]
    [InlineData("modelId != 'm'", "not(ModelId is [m])")]
    [InlineData("modelId in ('m','n')", "ModelId is [m|n]")]
    [InlineData("firmwareVersion = '1.0'", "FirmwareVersion is [1.0]")]
    [InlineData("firmwareVersion in (\"1.0\")and modelId= \"m\"", "and(FirmwareVersion is [1.0], ModelId is [m])")]
    [InlineData("deviceName like 'x'", "Name like [x]")]
    [InlineData("deviceName.default like 'x'", "Name.default like [x]")]
    [InlineData("deviceName.zh_CN like '子设备1'", "Name.zh_CN like [子设备1]")]
    [InlineData("deviceName.en_US like 'x'", "Name.en_US like [x]")]
    [InlineData("deviceName.ja_JP like 'x'", "Name.ja_JP like [x]")]
    [InlineData("status = 'inactive'", "Status is [inactive]")]
    [InlineData("status in ('online','offline',\"disable\")", "Status is [online|offline|disable]")]
    [InlineData("status = 'mirror'", "Status is [mirror]")]
    [InlineData("deviceTags.Region = 'China'", "Tags.Region is [China]")]
    [InlineData("\"deviceTags.Region\" = \"China\"", "Tags.Region is [China]")]
    [InlineData("deviceTags.a-b/c_d != 'v'", "not(Tags.a-b/c_d is [v])")]
    [InlineData("deviceTags.t in ('v')", "Tags.t is [v]")]
    [InlineData("exists(deviceTags.t)", "Tags.t exists []")]
    [InlineData("not exists(deviceTags.t)", "not(Tags.t exists [])")]
    [InlineData("deviceAttributes.temperature=35.5", "Attributes.temperature is [35.5]")]
    [InlineData("\"deviceAttributes.temperature\"=35.5", "Attributes.temperature is [35.5]")]
    [InlineData("deviceAttributes.x in (-1, 2e3, true, 'v')", "Attributes.x is [-1|2e3|true|v]")]
    [InlineData("exists(deviceAttributes.x)", "Attributes.x exists []")]
    [InlineData("NOT EXISTS ( deviceAttributes.x )", "not(Attributes.x exists [])")]
    public void Parse_EveryOperatorOfTheContract_IsUnderstood(string expression, string expected) => Assert.Equal(expected, Text(expression));

    [Theory]
    [InlineData("assetId='a' or assetId='b' and assetId='c'", "or(Asset is [a], and(Asset is [b], Asset is [c]))")]
    [InlineData("(assetId='a' or assetId='b') and assetId='c'", "and(or(Asset is [a], Asset is [b]), Asset is [c])")]
    [InlineData("not assetId='a' and assetId='b'", "and(not(Asset is [a]), Asset is [b])")]
    [InlineData("not (assetId='a' Or assetId='b')", "not(or(Asset is [a], Asset is [b]))")]
    [InlineData("NOT NOT((assetId='a'))", "not(not(Asset is [a]))")]
    [InlineData(" \t\r\n assetId\n=\t'a' AND\nassetId = 'b'", "and(Asset is [a], Asset is [b])")]
    [InlineData("assetId = 'it''s' or assetId = \"a \"\"b\"\"\"", "or(Asset is [it's], Asset is [a \"b\"])")]
    [InlineData(@"deviceKey = 'a\' and deviceKey = '\n'", @"and(Key is [a\], Key is [\n])")]
    [InlineData("deviceTags.and = 'or' and deviceTags.t = ''", "and(Tags.and is [or], Tags.t is [])")]
    [InlineData("\"deviceAttributes.a b.c\" = 'x'", "Attributes.a b.c is [x]")]
    public void Parse_WordsAndParentheses_BindAsWritten(string expression, string expected) => Assert.Equal(expected, Text(expression));

    [Theory]
    [InlineData("", 1, AllFields)]
    [InlineData("   ", 4, AllFields)]
    [InlineData("createTime > '2020-01-01'", 1, AllFields)]
    [InlineData("assetId = 'a' and createTime = '1'", 19, AllFields)]
    [InlineData("AssetID = 'a'", 1, AllFields)]
    [InlineData("= 'a'", 1, AllFields)]
    [InlineData("assetId", 8, "=, in after assetId")]
    [InlineData("assetId > 'a'", 9, "=, in after assetId")]
    [InlineData("assetId == 'a'", 10, "a value in quotes")]
    [InlineData("assetId like 'a'", 9, "=, in after assetId")]
    [InlineData("assetId != 'a'", 9, "=, in after assetId")]
    [InlineData("modelId like 'a'", 9, "=, !=, in after modelId")]
    [InlineData("deviceName = 'a'", 12, "like after deviceName")]
    [InlineData("status != 'online'", 8, "=, in after status")]
    [InlineData("productType in ('Device')", 13, "= after productType")]
    [InlineData("deviceAttributes.x != 1", 20, "=, in after deviceAttributes")]
    [InlineData("deviceTags.x not in ('a')", 14, "=, !=, in after deviceTags")]
    [InlineData("assetId = ", 11, "a value in quotes")]
    [InlineData("assetId = a", 11, "a value in quotes")]
    [InlineData("assetId = 5", 11, "a value in quotes")]
    [InlineData("deviceAttributes.x = five", 22, "a value in quotes, a number, true or false")]
    [InlineData("deviceAttributes.x = 5.", 22, "a value in quotes, a number, true or false")]
    [InlineData("assetId = 'a", 13, "the quote that closes the value of column 11")]
    [InlineData("assetId = 'a\"", 14, "the quote that closes the value of column 11")]
    [InlineData("assetId = 'a' 'b'", 15, "'and', 'or' or the end")]
    [InlineData("assetId = 'a' , assetId = 'b'", 15, "'and', 'or' or the end")]
    [InlineData("assetId = 'a')", 14, "'and', 'or' or the end")]
    [InlineData("assetId = 'a' and", 18, AllFields)]
    [InlineData("assetId = 'a' or or assetId = 'b'", 18, AllFields)]
    [InlineData("(assetId = 'a'", 15, "'and', 'or' or ')'")]
    [InlineData("()", 2, AllFields)]
    [InlineData("not", 4, AllFields)]
    [InlineData("assetId in 'a'", 12, "'(' after in")]
    [InlineData("assetId in ()", 13, "a value in quotes")]
    [InlineData("assetId in ('a',)", 17, "a value in quotes")]
    [InlineData("assetId in ('a' 'b')", 17, "',' or ')'")]
    [InlineData("assetId in ('a'", 16, "',' or ')'")]
    [InlineData("exists deviceTags.x", 8, "'(' after exists")]
    [InlineData("exists(deviceTags.x", 20, "')' after the field")]
    [InlineData("exists(assetId)", 8, "a field: deviceTags.<key>, deviceAttributes.<identifier>")]
    [InlineData("exists(deviceTags)", 8, "deviceTags.<key>")]
    [InlineData("deviceTags = 'a'", 1, "deviceTags.<key>")]
    [InlineData("deviceTags. = 'a'", 1, "deviceTags.<key>")]
    [InlineData("assetId.x = 'a'", 1, "assetId")]
    [InlineData("deviceName.french like 'a'", 1, "deviceName[.default|.zh_CN|.en_US]")]
    [InlineData("deviceName like ''", 17, "some text to look for")]
    [InlineData("status = 'Onlin'", 10, StatusWords)]
    [InlineData("status in ('online','on')", 21, StatusWords)]
    [InlineData("assetId = 'a\nb'", 11, "a value without control characters or half characters")]
    [InlineData("assetId = 'a'; DROP TABLE devices", 14, "'and', 'or' or the end")]
    [InlineData("assetId = 'a' -- b", 15, "'and', 'or' or the end")]
    public void Parse_WhatIsWrong_SaysAtWhichColumnAndWhatWouldBeRight(string expression, int column, string expected)
    {
        var error = DeviceExpression.Parse(expression).Error;

        Assert.NotNull(error);
        Assert.Equal(new ExpressionInvalid(column, expected), error);
        Assert.Equal($"Expression, column {column}: expected {expected}.", error.Message);
    }

    [Fact]
    public void Parse_AtAndOverEachLimit_IsReadOrRefusedAtTheColumn()
    {
        static string Deep(int levels) => string.Concat(Enumerable.Repeat("not (", levels / 2)) + "assetId='a'" + new string(')', levels / 2);
        static string Many(int count) => string.Join(" or ", Enumerable.Repeat("assetId='a'", count));
        static string Values(int count) => $"assetId in ({string.Join(',', Enumerable.Range(0, count).Select(i => $"'{i:D4}'"))})";
        static string Long(int length) => $"assetId = '{new string('a', length)}'";

        Assert.NotNull(DeviceExpression.Parse(Deep(32)).Value);
        Assert.Equal(new ExpressionInvalid(81, "at most 32 levels of 'not' and parentheses"), DeviceExpression.Parse(Deep(34)).Error);
        Assert.Equal(1 + (32 * 4), ((ExpressionInvalid)DeviceExpression.Parse(string.Concat(Enumerable.Repeat("not ", 20_000))[..32_768]).Error!).Column);
        Assert.NotNull(DeviceExpression.Parse(Many(100)).Value);
        Assert.Equal(new ExpressionInvalid(1501, "at most 100 comparisons"), DeviceExpression.Parse(Many(101)).Error);
        Assert.NotNull(DeviceExpression.Parse(Values(1000)).Value);
        Assert.Equal(new ExpressionInvalid(7013, "at most 1000 values"), DeviceExpression.Parse(Values(1001)).Error);
        Assert.NotNull(DeviceExpression.Parse(Long(512)).Value);
        Assert.Equal(new ExpressionInvalid(11, "at most 512 characters in a value"), DeviceExpression.Parse(Long(513)).Error);
        Assert.Equal(new ExpressionInvalid(11, "a value without control characters or half characters"), DeviceExpression.Parse("assetId = 'a\ud800'").Error);
        Assert.Equal(new ExpressionInvalid(32_769, "at most 32768 characters"), DeviceExpression.Parse(new string(' ', 32_769)).Error);
    }

    [Fact]
    [Trait("Requirement", "R-41")]
    public void Parse_AnyText_IsReadOrRefusedWithinTheText() =>
        Gen.OneOf(Gen.String[0, 60], Gen.OneOf([.. s_pieces.Select(piece => Gen.Const(piece))]).List[0, 30].Select(string.Concat)).Sample(
            text =>
            {
                var result = DeviceExpression.Parse(text);
                return result.IsSuccess || (result.Error is ExpressionInvalid invalid && invalid.Column >= 1 && invalid.Column <= text.Length + 1);
            },
            iter: Support.Scale.Of(3_000, 1_000_000));

    private static string Text(string expression)
    {
        var result = DeviceExpression.Parse(expression);
        Assert.Null(result.Error);
        return Text(result.Value!);
    }

    private static string Text(Filter<DeviceField> filter) => filter switch
    {
        Filter<DeviceField>.All all => $"and({string.Join(", ", all.Parts.Select(Text))})",
        Filter<DeviceField>.Any any => $"or({string.Join(", ", any.Parts.Select(Text))})",
        Filter<DeviceField>.Not not => $"not({Text(not.Part)})",
        Filter<DeviceField>.Comparison comparison => $"{comparison.Field}{(comparison.Member is { } member ? "." + member : "")} " + comparison.Operator switch
        {
            FilterOperator.IsOneOf => "is",
            FilterOperator.Like => "like",
            _ => "exists",
        } + $" [{string.Join('|', comparison.Values)}]",
        _ => throw new InvalidOperationException(filter.ToString()),
    };
}
