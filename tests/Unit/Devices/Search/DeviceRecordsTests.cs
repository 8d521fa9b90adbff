using Portal.Core;
using Portal.Core.Access;
using Portal.Core.Devices;
using Portal.Core.Devices.Search;
using Portal.Core.Expressions;
using Portal.Core.Persistence.Sqlite;
using Unit.Support;

namespace Unit.Devices.Search;

public sealed class DeviceRecordsTests
{
    private static readonly string[] s_hostile =
    [
        "'; DROP TABLE devices; --", "\" OR \"\"=\"", "' OR '1'='1", "a' UNION SELECT credential_sealed FROM devices --", "%", "_", "%%", "*", "\\", "\\'", "@p0", "?1", ":p", "$p",
        "$.x", "$[0]", "[\"a\"]", "{\"a\":1}", "\"]') OR 1=1 --", "x') OR json_valid('1", "NULL", "0x00", "1e999", "\u202e", "\ud83d\ude00", "风'", "json_each", "\"a\" OR \"b\" NEAR", "a*b^c:d",
        "former_keys:a", "-a", "+a",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "R-30")]
    public async Task Get_ByAssetOrByKey_IsTheWholeRecordWithinItsOrganizationOnly()
    {
        await using var portal = await TestPortal.CreateAsync();
        var device = await portal.AddDeviceAsync("asset-1", "key-1", name: "Inverter", nameZh: "逆变器");
        await portal.AddDeviceAsync("asset-2", "key-2", TestPortal.OtherOrganization);
        portal.Database.Execute("""UPDATE devices SET name_en='Inverter 1', description='roof', attributes='{"n":5}', tags='{"site":"A"}', last_offline_at=7000 WHERE asset_id='asset-1'""");
        var productKey = $"inverter-{TestPortal.Organization}";
        var olga = await portal.SignInAsync(Role.Reader, TestPortal.Organization, TestPortal.OtherOrganization);
        var records = portal.Get<DeviceRecords>();

        var found = (await records.GetAsync(olga, TestPortal.Organization, AssetSelector.Asset("asset-1"), Cancellation)).Value;
        Assert.Equal(
            new DeviceRecord(
                TestPortal.Organization, "asset-1", "EnOS_Solar_Inverter", productKey, $"Product {productKey}", null, null, default, "key-1", "Inverter", "逆变器",
                "Inverter 1", "roof", "+00:00", """{"n":5}""", """{"site":"A"}""", DeviceStatus.Online, 1, 1, device.CreatedAt, device.ActivatedAt, device.LastOnlineAt,
                DateTimeOffset.FromUnixTimeSeconds(7)),
            found);
        Assert.Equal(found, (await records.GetAsync(olga, TestPortal.Organization, AssetSelector.Key(productKey, "key-1"), Cancellation)).Value);
        Assert.Equal(found, Assert.Single((await records.SearchAsync(olga, new DeviceRecordQuery(TestPortal.Organization), Cancellation)).Value!.Devices));

        var otherProduct = $"inverter-{TestPortal.OtherOrganization}";
        foreach (var selector in new[]
        {
            AssetSelector.Asset("asset-2"), AssetSelector.Asset("asset-3"), AssetSelector.Asset(""), AssetSelector.Key(otherProduct, "key-2"),
            AssetSelector.Key(productKey, "KEY-1"), AssetSelector.Key("", "key-1"),
        })
        {
            Assert.Equal(new AssetNotFound(selector.ToString()), (await records.GetAsync(olga, TestPortal.Organization, selector, Cancellation)).Error);
        }

        Assert.Equal("asset-2", (await records.GetAsync(olga, TestPortal.OtherOrganization, AssetSelector.Key(otherProduct, "key-2"), Cancellation)).Value?.AssetId);
    }

    [Fact]
    [Trait("Requirement", "R-30")]
    public async Task Search_EveryWayToAskForAForeignDevice_FindsNone()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("asset-2", "key-2", TestPortal.OtherOrganization, name: "foreign");
        portal.Database.Execute("""UPDATE devices SET tags='{"site":"A"}'""");
        var olga = await portal.SignInAsync(Role.Reader);
        foreach (var expression in new[]
        {
            null, "assetId='asset-2'", "deviceKey='key-2'", $"productKey='inverter-{TestPortal.OtherOrganization}'", "deviceName.default like 'foreign'", "deviceName like 'foreign'",
            "status='online'", "deviceTags.site='A'", "not assetId='x'", "modelId='EnOS_Solar_Inverter'", "assetId='asset-2' or deviceKey='key-2' or status='online'",
        })
        {
            var page = (await portal.Get<DeviceRecords>().SearchAsync(olga, new DeviceRecordQuery(TestPortal.Organization, expression), Cancellation)).Value!;
            Assert.Equal((0, 0L), (page.Devices.Count, page.TotalSize));
        }
    }

    [Fact]
    public async Task Search_PageOrExpressionThatIsNone_IsRefused()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("asset-1", "key-1");
        var olga = await portal.SignInAsync(Role.Reader);
        var query = new DeviceRecordQuery(TestPortal.Organization);
        async Task<Error?> Search(DeviceRecordQuery asked) => (await portal.Get<DeviceRecords>().SearchAsync(olga, asked, Cancellation)).Error;

        Assert.Equal(new FieldInvalid("pageNo", "1 or more"), await Search(query with { PageNo = 0 }));
        Assert.Equal(new FieldInvalid("pageSize", "1 to 1000"), await Search(query with { PageSize = 0 }));
        Assert.Equal(new FieldInvalid("pageSize", "1 to 1000"), await Search(query with { PageSize = 1001 }));
        Assert.Equal(new ExpressionInvalid(9, "=, in after assetId"), await Search(query with { Expression = "assetId < 'a'" }));
        Assert.Null(await Search(query with { Expression = "  " }));

        var beyond = (await portal.Get<DeviceRecords>().SearchAsync(olga, query with { PageNo = int.MaxValue, PageSize = 1000 }, Cancellation)).Value!;
        Assert.Equal((0, 1L), (beyond.Devices.Count, beyond.TotalSize));
    }

    [Fact]
    [Trait("Requirement", "R-41")]
    public async Task Search_HostileValueInAnyPlace_IsAValueOrRefused()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("asset-1", "key-1", name: "plain");
        foreach (var (i, key) in s_hostile.Index())
        {
            await portal.AddDeviceAsync($"hostile-{i}", key, name: $"<{key}>", status: DeviceStatus.Offline);
        }

        var olga = await portal.SignInAsync(Role.Reader);
        var before = portal.Database.Snapshot();
        foreach (var (i, value) in s_hostile.Index())
        {
            var quoted = $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";
            Assert.Equal([$"hostile-{i}"], await FindAsync($"deviceKey = {quoted}"));
            Assert.Equal([$"hostile-{i}"], await FindAsync($"deviceKey in ('none', {quoted}) and not deviceTags.t = 'x'"));
            Assert.Equal([$"hostile-{i}"], await FindAsync($"deviceName.default like '<{quoted[1..^1]}>'"));
            foreach (var field in new[] { "assetId", "productKey", "modelId", "firmwareVersion", "deviceTags.t", "deviceAttributes.t" })
            {
                Assert.Empty(await FindAsync($"{field} = {quoted}"));
                Assert.Empty(await FindAsync($"{field} in ({quoted}, 'none')"));
            }

            var member = $"\"deviceTags.{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
            Assert.Empty(await FindAsync($"{member} = {quoted}"));
            Assert.Empty(await FindAsync($"exists({member})"));
            foreach (var raw in new[] { value, $"assetId = {value}", $"deviceTags.{value} = 'x'", $"assetId = 'a' {value}" })
            {
                var result = await portal.Get<DeviceRecords>().SearchAsync(olga, new DeviceRecordQuery(TestPortal.Organization, raw), Cancellation);
                Assert.True(result.Error is ExpressionInvalid || result.Value!.TotalSize == 0, raw);
            }
        }

        Assert.Equal(before, portal.Database.Snapshot());

        async Task<IEnumerable<string>> FindAsync(string expression)
        {
            var result = await portal.Get<DeviceRecords>().SearchAsync(olga, new DeviceRecordQuery(TestPortal.Organization, expression), Cancellation);
            Assert.True(result.IsSuccess, $"{expression}: {result.Error}");
            return result.Value.Devices.Select(device => device.AssetId);
        }
    }

    [Fact]
    public async Task Search_NamesOfMembersInOtherLetters_AreFoundHoweverTheJsonIsEscaped()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("raw", "key-1");
        await portal.AddDeviceAsync("escaped", "key-2");
        portal.Database.Execute("""
            UPDATE devices SET attributes='{"风速":"大"}' WHERE asset_id='raw';
            UPDATE devices SET attributes='{"\u98ce\u901f":"\u5927"}' WHERE asset_id='escaped';
            """);
        var olga = await portal.SignInAsync(Role.Reader);
        foreach (var expression in new[] { "deviceAttributes.风速 = '大'", "exists(deviceAttributes.风速)", "\"deviceAttributes.风速\" in ('大')" })
        {
            var page = (await portal.Get<DeviceRecords>().SearchAsync(olga, new DeviceRecordQuery(TestPortal.Organization, expression), Cancellation)).Value!;
            Assert.Equal(["escaped", "raw"], page.Devices.Select(device => device.AssetId).Order(StringComparer.Ordinal));
        }
    }

    /// <summary>What must be the same at ten million devices: keys are looked up, and a page in order reads its index alone.</summary>
    [Theory]
    [InlineData("assetId = 'a'", "SEARCH d USING INDEX ix_devices_asset_id (asset_id=? AND rowid>? AND rowid<?)")]
    [InlineData("assetId in ('a','b') and deviceTags.t = 'x'", "SEARCH d USING INDEX ix_devices_asset_id (asset_id=? AND rowid>? AND rowid<?)")]
    [InlineData("deviceKey = 'a'", "SEARCH d USING INDEX ix_devices_folded_key (organization_number=? AND <expr>=?)")]
    [InlineData("deviceTags.t = 'x' and (deviceKey in ('a','b') or assetId = 'c')", "SEARCH d USING INDEX ix_devices_folded_key (organization_number=? AND <expr>=?)|SEARCH d USING INDEX ix_devices_asset_id (asset_id=? AND rowid>? AND rowid<?)")]
    [InlineData("productKey in ('met','x')", "SEARCH d USING INDEX ix_devices_product_id (product_id=? AND rowid>? AND rowid<?)")]
    [InlineData("status = 'online'", "SEARCH d USING INDEX ix_devices_status (status=? AND rowid>? AND rowid<?)")]
    [InlineData("deviceName.zh_CN like 'abc'", "SEARCH d USING INTEGER PRIMARY KEY (rowid=?)")]
    [InlineData(null, "SEARCH d USING COVERING INDEX ix_devices_created (organization_number=?)")]
    public async Task Search_ByWhatAnIndexKnows_ReadsThatIndex(string? expression, string expected)
    {
        await using var portal = await TestPortal.CreateAsync();
        var product = await portal.AddProductAsync("met");
        var search = new DeviceSearch(product.OrganizationNumber, expression is null ? new Filter<DeviceField>.All([]) : DeviceExpression.Parse(expression).Value!);
        var plans = await portal.Get<SqliteReadPool>().ReadAsync(
            reader =>
            {
                var conditions = new DeviceConditions(search, new(() => DeviceRows.Products(reader, product.OrganizationNumber)));
                var pager = new DevicePager(reader, search, conditions);
                var statements = expression is null ? [pager.InOrder(fromOldest: false)] : pager.Gathering();
                return statements!.SelectMany(sql => Plan(reader, sql)).ToList();
            },
            Cancellation);
        Assert.Equal(expected, string.Join('|', plans));
    }

    private static List<string> Plan(SqliteReader reader, SqlText sql)
    {
        var steps = new List<string>();
        reader.QueryOnce("EXPLAIN QUERY PLAN " + sql, sql.Values, rows =>
        {
            while (rows.Read())
            {
                if (rows.GetString(3) is var step && (step.Contains(" d ", StringComparison.Ordinal) || step.Contains("TEMP B-TREE", StringComparison.Ordinal)))
                {
                    steps.Add(step);
                }
            }
        });
        return steps;
    }
}
