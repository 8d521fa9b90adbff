using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Portal.Core.Access;
using Portal.Core.SampleFleet;
using Unit.Support;
using static Unit.ConnectApi.ConnectWorld;

namespace Unit.ConnectApi;

/// <summary>Every action once as it should go, and its own refusals.</summary>
public sealed class ActionTests
{
    private static readonly string[] s_device =
    [
        "orgId", "assetId", "modelId", "modelIdPath", "productKey", "productName", "productType", "dataFormat", "deviceKey", "deviceName", "deviceDesc", "timezone",
        "deviceAttributes", "deviceTags", "firmwareVersion", "createTime", "status", "activeTime", "lastOnlineTime", "lastOfflineTime",
        "measurepointLastUpdate", "eventLastUpdate", "attributeLastUpdate", "featureLastUpdate",
    ];

    [Fact]
    public async Task The_flow_of_the_vendors_samples_works_from_product_to_deletion()
    {
        await using var world = await StartAsync();
        var client = await world.NewClientAsync(allowsClearText: true);

        var product = Ok(await client.PostAsync(ProductsV21, "create",
            """{"productName":{"defaultValue":"Logger","i18nValue":{"zh_CN":"采集器","en_US":"Data logger"}},"modelId":"EnOS_Logger","productDesc":"for tests","productType":"Gateway","dataFormat":"Json","biDirectionalAuth":false,"productTags":{}}"""))
            .GetString()!;
        var made = Ok(await client.PostAsync(V21, "create",
            $$$"""{"productKey":"{{{product}}}","timezone":"+08:00","deviceName":{"defaultValue":"Logger 1","i18nValue":{"zh_CN":"采集器一"}},"deviceKey":"logger-0001","deviceDesc":"on the roof","deviceAttributes":{"rows":[1,2],"Name":"x"},"deviceTags":{"site":"A"}}"""));
        var asset = made.GetProperty("assetId").GetString()!;
        Assert.Equal(32, made.GetProperty("deviceSecret").GetString()!.Length);
        Refused(await client.PostAsync(V21, "enable", "", ("assetId", asset)), 11794);
        Assert.Equal(JsonValueKind.Null, Ok(await client.PostAsync(V21, "disable", "", ("assetId", asset))).ValueKind);
        Refused(await client.PostAsync(V21, "disable", "{}", ("assetId", asset)), 11794);
        Ok(await client.PostAsync(V21, "enable", "", ("productKey", product), ("deviceKey", "logger-0001")));
        Ok(await client.PostAsync(V21, "update", """{"deviceName":{"defaultValue":"Logger one"},"deviceTags":{"row":"7"}}""", ("assetId", asset)));
        var secret = Ok(await client.PostAsync(V21, "replaceDevice", """{"newDeviceKey":"logger-0002"}""", ("assetId", asset))).GetProperty("deviceSecret").GetString();

        var device = Ok(await client.GetAsync(V21, "get", ("assetId", asset)));
        Assert.Equal(secret, device.GetProperty("deviceSecret").GetString());
        Assert.Equal(s_device, device.EnumerateObject().Select(member => member.Name).Where(name => name != "deviceSecret"));
        Assert.Equal("""{"defaultValue":"Logger one","i18nValue":{"zh_CN":"采集器一"}}""", device.GetProperty("deviceName").GetRawText());
        Assert.Equal("""{"defaultValue":"Logger","i18nValue":{"en_US":"Data logger","zh_CN":"采集器"}}""", device.GetProperty("productName").GetRawText());
        Assert.Equal("""{"row":"7","site":"A"}""", device.GetProperty("deviceTags").GetRawText());
        Assert.Equal("""{"rows":[1,2],"Name":"x"}""", device.GetProperty("deviceAttributes").GetRawText());
        Assert.Equal(("inactive", "Gateway", "+08:00", "on the roof", "logger-0002"), (Text(device, "status"), Text(device, "productType"), Text(device, "timezone"), Text(device, "deviceDesc"), Text(device, "deviceKey")));
        Assert.Equal((0, 0, 0), (device.GetProperty("activeTime").GetInt64(), device.GetProperty("lastOnlineTime").GetInt64(), device.GetProperty("lastOfflineTime").GetInt64()));
        Assert.InRange(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - device.GetProperty("createTime").GetInt64(), 0, 120_000);
        Assert.All(s_device[^4..].Append("firmwareVersion"), name => Assert.Equal(JsonValueKind.Null, device.GetProperty(name).ValueKind));

        Refused(await client.PostAsync(ProductsV21, "delete", "", ("productKey", product)), 11619, "Existing Device Restrictions");
        Ok(await client.PostAsync(V21, "delete", "", ("assetId", asset)));
        Refused(await client.GetAsync(V21, "get", ("assetId", asset)), 99404, "Device cannot be found");
        Ok(await client.PostAsync(ProductsV21, "delete", "", ("productKey", product)));
        Refused(await client.GetAsync(ProductsV24, "get", ("productKey", product)), 11611, "productKey does not exist");
    }

    [Fact]
    public async Task Products_are_found_changed_and_refused_as_the_contract_says()
    {
        await using var world = await StartAsync();
        var client = await world.NewClientAsync();
        var key = Ok(await client.PostAsync(ProductsV24, "create", """{"productName":{"defaultValue":"Meter"},"modelId":"EnOS_Meter","dynamicActivateEnabled":true}""")).GetString()!;
        Assert.Equal(key, Ok(await client.PostAsync(ProductsV24, "update", """{"productDesc":"three phases"}""", ("productKey", key))).GetString());

        var product = Ok(await client.GetAsync(ProductsV24, "get", ("productKey", key)));
        Assert.Equal(["orgId", "productKey", "productName", "productDesc", "productType", "modelId", "dataFormat", "dynamicActivateEnabled", "biDirectionalAuth", "createTime"], product.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("Meter", "three phases", "Device", "Json"), (Text(product.GetProperty("productName"), "defaultValue"), Text(product, "productDesc"), Text(product, "productType"), Text(product, "dataFormat")));
        Assert.Equal((true, false), (product.GetProperty("dynamicActivateEnabled").GetBoolean(), product.GetProperty("biDirectionalAuth").GetBoolean()));
        var found = await client.PostAsync(ProductsV24, "search", $$$"""{"expression":"productKey = '{{{key}}}'","pagination":{"pageNo":1,"pageSize":5}}""");
        Assert.Equal(key, Text(Ok(found)[0], "productKey"));
        Assert.Equal("""{"sortedBy":null,"pageNo":1,"pageSize":5,"totalSize":1}""", found.GetProperty("pagination").GetRawText());

        // The whole of it, and what is left out is no more.
        Refused(await client.PostAsync(ProductsV24, "update", """{"productDesc":"x"}""", ("productKey", key), ("isPatchUpdate", "false")), 99400, "Invalid Argument productName");
        Ok(await client.PostAsync(ProductsV24, "update", """{"productName":{"defaultValue":"Counter"}}""", ("productKey", key), ("isPatchUpdate", "false")));
        product = Ok(await client.GetAsync(ProductsV24, "get", ("productKey", key)));
        Assert.Equal((null, false), (product.GetProperty("productDesc").GetString(), product.GetProperty("dynamicActivateEnabled").GetBoolean()));

        Refused(await client.PostAsync(ProductsV24, "update", """{"biDirectionalAuth":true}""", ("productKey", key)), 99400, "Invalid Argument biDirectionalAuth");
        Refused(await client.PostAsync(ProductsV24, "create", """{"productName":{"defaultValue":"x"},"modelId":"M","biDirectionalAuth":true}"""), 99400, "Invalid Argument biDirectionalAuth");
        Refused(await client.PostAsync(ProductsV24, "update", """{"productName":{"defaultValue":"x"}}""", ("productKey", "unknown1")), 11651);
        Refused(await client.PostAsync(ProductsV24, "create", """{"productName":{"defaultValue":"a<b"},"modelId":"M"}"""), 99400, "Invalid Argument productName");
        Refused(await client.PostAsync(ProductsV24, "create", """{"productName":{"defaultValue":"x"},"modelId":"M","productType":"gateway"}"""), 99400, "Invalid Argument productType");
        Refused(await client.PostAsync(ProductsV24, "create", """{"productName":{"defaultValue":"x"},"modelId":"M","dataFormat":"Custom"}"""), 99400, "Invalid Argument dataFormat");
    }

    [Fact]
    public async Task Search_pages_projects_and_points_at_faults()
    {
        await using var world = await StartAsync();
        var client = await world.NewClientAsync();
        var all = await client.PostAsync(V24, "search", "");
        Assert.Equal(10, Ok(all).GetArrayLength());
        var total = all.GetProperty("pagination").GetProperty("totalSize").GetInt64();
        Assert.Equal(world.Portal.Database.Scalar<long>("SELECT count(*) FROM devices WHERE organization_number=1"), total);
        var times = Ok(await client.PostAsync(V24, "search", """{"pagination":{"pageSize":1000}}""")).EnumerateArray().Select(device => device.GetProperty("createTime").GetInt64()).ToList();
        Assert.Equal(times.OrderDescending(), times);
        Assert.Equal(total, times.Count);

        var one = Ok(all)[3];
        var found = Ok(await client.PostAsync(V24, "search", $$"""{"expression":"assetId in ('{{Text(one, "assetId")}}') and deviceKey = \"{{Text(one, "deviceKey")}}\"","projection":["assetId","deviceName.defaultValue"]}"""));
        Assert.Equal(["assetId", "deviceName"], Assert.Single(found.EnumerateArray()).EnumerateObject().Select(member => member.Name));
        foreach (var member in new[] { "deviceSecret", "sessionKey" })
        {
            var secret = Ok(await client.PostAsync(V24, "search", $$"""{"expression":"assetId = '{{Text(one, "assetId")}}'","projection":["assetId","{{member}}"],"requireSecret":true}"""));
            Assert.Equal(["assetId", member], Assert.Single(secret.EnumerateArray()).EnumerateObject().Select(each => each.Name));
        }

        Assert.Equal(s_device, one.EnumerateObject().Select(member => member.Name));

        Refused(await client.PostAsync(V24, "search", """{"expression":"status = = 'online'"}"""), 99400, "Invalid Argument expression: column 10");
        Refused(await client.PostAsync(V24, "search", """{"pagination":{"pageNo":0}}"""), 99400, "Invalid Argument pagination.pageNo");
        Refused(await client.PostAsync(V24, "search", """{"pagination":{"pageSize":1001}}"""), 99400, "Invalid Argument pagination.pageSize");
        Refused(await client.PostAsync(V24, "search", """{"pagination":{"sorters":[{"field":"assetId"}]}}"""), 99400, "Invalid Argument pagination.sorters");
    }

    [Fact]
    public async Task Secrets_are_read_encrypted_by_whom_may_and_with_a_hint_in_their_place_by_others()
    {
        await using var world = await StartAsync();
        var (reader, other, keyless) = (await world.NewClientAsync(), await world.NewClientAsync(Right.Read), await world.NewClientAsync(hasKey: false));
        var device = await world.NextDeviceAsync();
        var replaced = Ok(await reader.PostAsync(V24, "replaceDevice", """{"newDeviceKey":"logger-read","requireSecret":true}""", ("assetId", device.AssetId)));

        var got = Ok(await reader.GetAsync(V24, "get", ("assetId", device.AssetId), ("requireSecret", "true")));
        Assert.True(ReplaceFlowTests.Open(replaced) == ReplaceFlowTests.Open(got), "get reads another secret");
        Assert.Equal(1, SecretsRead(world, device.AssetId));
        var found = Ok(await reader.PostAsync(V24, "search", $$"""{"expression":"assetId = '{{device.AssetId}}'","requireSecret":true}"""));
        Assert.True(ReplaceFlowTests.Open(replaced) == ReplaceFlowTests.Open(found[0]), "search reads another secret");
        Assert.Equal(2, SecretsRead(world, device.AssetId));
        Assert.False(Ok(await reader.GetAsync(V24, "get", ("assetId", device.AssetId), ("requireSecret", "false"))).TryGetProperty("deviceSecret", out _));
        Assert.False(Ok(await reader.GetAsync(V21, "get", ("assetId", device.AssetId))).TryGetProperty("deviceSecret", out _));

        var hint = Ok(await other.GetAsync(V24, "get", ("assetId", device.AssetId), ("requireSecret", "true")));
        Assert.StartsWith("Denied resource", Text(hint, "deviceSecret"), StringComparison.Ordinal);
        Refused(await keyless.GetAsync(V24, "get", ("assetId", device.AssetId), ("requireSecret", "true")), 11858);
        Refused(await keyless.PostAsync(V24, "search", """{"expression":"assetId = 'nowhere1'","requireSecret":true}"""), 11858); // whatever it finds
        Assert.Equal(2, SecretsRead(world, device.AssetId));
    }

    [Fact]
    public async Task A_search_of_V21_tells_secrets_in_clear_text_to_whom_may_have_them_so()
    {
        await using var world = await StartAsync();
        var (reader, other) = (await world.NewClientAsync(allowsClearText: true), await world.NewClientAsync(Right.Read, allowsClearText: true));
        var device = await world.NextDeviceAsync();
        var secret = Text(Ok(await reader.PostAsync(V21, "replaceDevice", """{"newDeviceKey":"logger-found"}""", ("assetId", device.AssetId))), "deviceSecret");
        var (search, read) = ($"\"expression\":\"assetId = '{device.AssetId}'\"", SecretsRead(world, device.AssetId));

        Assert.Equal(secret, Text(Ok(await reader.PostAsync(V21, "search", $"{{{search}}}"))[0], "deviceSecret"));
        Assert.Equal($$"""[{"deviceSecret":"{{secret}}"}]""", Ok(await reader.PostAsync(V21, "search", $$"""{{{search}},"projection":["deviceSecret"]}""")).GetRawText());
        Assert.Equal(read + 2, SecretsRead(world, device.AssetId));

        Assert.False(Ok(await reader.PostAsync(V21, "search", $$"""{{{search}},"projection":["assetId"]}"""))[0].TryGetProperty("deviceSecret", out _));
        Assert.False(Ok(await other.PostAsync(V21, "search", $"{{{search}}}"))[0].TryGetProperty("deviceSecret", out _));
        Assert.Equal(read + 2, SecretsRead(world, device.AssetId));
    }

    [Fact]
    public async Task A_secret_is_that_of_the_key_beside_it_however_often_the_device_is_replaced_meanwhile()
    {
        await using var world = await StartAsync();
        var (client, clearClient) = (await world.NewClientAsync(), await world.NewClientAsync(allowsClearText: true));
        var device = await world.NextDeviceAsync();
        var secrets = new ConcurrentDictionary<string, string>();
        using var enough = new CancellationTokenSource();
        async Task ReplaceAsync()
        {
            for (var number = 0; !enough.IsCancellationRequested; number++)
            {
                var made = Ok(await clearClient.PostAsync(V21, "replaceDevice", $$"""{"newDeviceKey":"logger-{{number}}"}""", ("assetId", device.AssetId)));
                secrets[Text(made, "deviceKey")!] = Text(made, "deviceSecret")!;
            }
        }

        var read = new List<(string Key, string Secret)>();
        async Task ReadAsync(Func<Task<JsonElement>> ask)
        {
            try
            {
                var data = Ok(await ask());
                var one = data.ValueKind == JsonValueKind.Array ? data[0] : data;
                read.Add((Text(one, "deviceKey")!, one.TryGetProperty("sessionKey", out _) ? ReplaceFlowTests.Open(one) : Text(one, "deviceSecret")!));
            }
            catch (Xunit.Sdk.EqualException exception) when (exception.Message.Contains("409", StringComparison.Ordinal))
            {
                // Replaced twice while it was read: said so, and no pair is told.
            }
        }

        var replacing = ReplaceAsync();
        using var other = new EnosClient(world.Portal.Address, clearClient.AccessKey, clearClient.SecretKey, Organization);
        for (var round = 0; round < 60; round++)
        {
            await ReadAsync(() => client.GetAsync(V24, "get", ("assetId", device.AssetId), ("requireSecret", "true")));
            await ReadAsync(() => client.PostAsync(V24, "search", $$"""{"expression":"assetId = '{{device.AssetId}}'","requireSecret":true}"""));
            await ReadAsync(() => other.GetAsync(V21, "get", ("assetId", device.AssetId)));
        }

        await enough.CancelAsync();
        await replacing;
        Assert.True(read.Count > 50, $"{read.Count} were told");
        Assert.All(read.Where(pair => pair.Key != device.DeviceKey), pair => Assert.True(secrets[pair.Key] == pair.Secret, $"{pair.Key} with the secret of another"));
    }

    [Fact]
    public async Task Times_and_states_are_those_of_the_device()
    {
        await using var world = await StartAsync();
        var client = await world.NewClientAsync();
        var device = await world.NextDeviceAsync();
        foreach (var (number, word) in ((int, string)[])[(0, "inactive"), (1, "online"), (2, "offline"), (3, "disabled")])
        {
            world.Portal.Database.Execute(
                $"UPDATE devices SET status={number}, created_at=1790000000000, activated_at=1790000001000, last_online_at=1790000002000, last_offline_at=1790000003000 WHERE asset_id='{device.AssetId}'");
            var got = Ok(await client.GetAsync(V24, "get", ("assetId", device.AssetId)));
            Assert.Equal(word, Text(got, "status"));
            Assert.Equal(
                [1_790_000_000_000, 1_790_000_001_000, 1_790_000_002_000, 1_790_000_003_000],
                new[] { "createTime", "activeTime", "lastOnlineTime", "lastOfflineTime" }.Select(name => got.GetProperty(name).GetInt64()));
        }
    }

    [Fact]
    public async Task A_secret_that_does_not_open_and_a_product_that_is_full_have_their_codes()
    {
        await using var world = await StartAsync(("Products:MaxDevices", "1"));
        var client = await world.NewClientAsync(allowsClearText: true);
        var device = await world.NextDeviceAsync();
        Refused(await client.PostAsync(V24, "create", $$$"""{"productKey":"{{{device.ProductKey}}}","timezone":"+01:00","deviceName":{"defaultValue":"x"}}"""), 11739, "Exceed max device size");

        world.Portal.Database.Execute($"UPDATE devices SET credential_sealed=zeroblob(64) WHERE asset_id='{device.AssetId}'");
        Refused(await client.GetAsync(V24, "get", ("assetId", device.AssetId), ("requireSecret", "true")), 99500, "Internal Server Error");
        Refused(await client.GetAsync(V21, "get", ("assetId", device.AssetId)), 99500, "Internal Server Error");
        Refused(await client.PostAsync(V24, "search", $$"""{"expression":"assetId = '{{device.AssetId}}'","requireSecret":true}"""), 99500, "Internal Server Error");
    }

    [Fact]
    public async Task A_batch_makes_what_it_can_and_says_what_it_could_not()
    {
        await using var world = await StartAsync();
        var client = await world.NewClientAsync();
        var product = (await world.NextDeviceAsync()).ProductKey;
        string Device(string key, string timeZone = "+01:00") => $$"""{"productKey":"{{product}}","timezone":"{{timeZone}}","deviceName":{"defaultValue":"{{key}}"},"deviceKey":"{{key}}"}""";

        var answer = await client.PostAsync(V24, "batchCreate", $$"""{"deviceList":[{{Device("batch-1")}},{{Device("batch-2", "noon")}},{{Device("batch-1")}},{{Device("batch-3")}}],"requireSecret":true}""");

        Assert.Equal(["code", "msg", "requestId", "data", "successSize", "totalSize"], answer.EnumerateObject().Select(member => member.Name));
        Assert.Equal((2, 4), (answer.GetProperty("successSize").GetInt32(), answer.GetProperty("totalSize").GetInt32()));
        var data = Ok(answer);
        Assert.Equal([0, -1, -1, 0], data.EnumerateArray().Select(element => element.GetProperty("code").GetInt32()));
        Assert.Contains("timezone", Text(data[1], "msg"), StringComparison.Ordinal);
        Assert.Equal("DeviceKey existed", Text(data[2], "msg"));
        Assert.NotEqual(ReplaceFlowTests.Open(data[0].GetProperty("data")), ReplaceFlowTests.Open(data[3].GetProperty("data")));

        Refused(await client.PostAsync(V24, "batchCreate", """{"deviceList":[]}"""), 99400, "Invalid Argument deviceList");
        Refused(await client.PostAsync(V24, "batchCreate", $$"""{"deviceList":[{{Device("batch-4")}},{"productKey":"x"}]}"""), 99400, "Invalid Argument deviceList[1].timezone");
        var (reader, keyless) = (await world.NewClientAsync(Right.Read), await world.NewClientAsync(hasKey: false));
        await reader.SignInAsync();
        await keyless.SignInAsync();
        var before = world.Snapshot();
        Refused(await reader.PostAsync(V24, "batchCreate", $$"""{"deviceList":[{{Device("batch-5")}},{{Device("batch-6")}}]}"""), 99403);
        Refused(await keyless.PostAsync(V24, "batchCreate", $$"""{"deviceList":[{{Device("batch-5")}}],"requireSecret":true}"""), 11858);
        Refused(await keyless.PostAsync(V24, "batchCreate", $$"""{"deviceList":[{{Device("x")}},{{Device("batch-5")}}],"requireSecret":true}"""), 11858);
        Refused(await keyless.PostAsync(V24, "batchCreate", $$"""{"deviceList":[{{Device("batch-5")}},{{Device("batch-6")[..^1]}},"requireSecret":true}]}"""), 11858);
        Refused(await keyless.PostAsync(V21, "batchCreate", $$"""{"deviceList":[{{Device("x")}},{{Device("batch-5")}}]}"""), 99403);
        Assert.Equal(before, world.Snapshot());

        // A device may ask by itself.
        var asked = Ok(await client.PostAsync(V24, "batchCreate", $$"""{"deviceList":[{{Device("batch-7")}},{{Device("batch-8")[..^1]}},"requireSecret":true}]}"""));
        Assert.Equal([false, true], asked.EnumerateArray().Select(element => element.GetProperty("data").TryGetProperty("deviceSecret", out _)));
    }

    [Fact]
    public async Task A_batch_gives_up_when_the_database_does()
    {
        await using var world = await StartAsync();
        var client = await world.NewClientAsync();
        var device = await world.NextDeviceAsync();
        await client.SignInAsync();
        var list = string.Join(',', Enumerable.Range(0, 350).Select(number => $$"""{"productKey":"{{device.ProductKey}}","timezone":"+01:00","deviceName":{"defaultValue":"x"},"deviceKey":"gives-up-{{number}}"}"""));
        world.Portal.Database.Execute("ALTER TABLE devices RENAME TO away");
        var before = world.Portal.Database.Scalar<long>("SELECT count(*) FROM audit_entries");

        using var answer = await client.SendAsync(HttpMethod.Post, V24, [("action", "batchCreate"), ("orgId", Organization)], $$"""{"deviceList":[{{list}}]}""");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.InRange(world.Portal.Database.Scalar<long>("SELECT count(*) FROM audit_entries") - before, 0, 1);
    }

    [Fact]
    [Trait("Requirement", "R-54")]
    public async Task Secrets_read_by_a_search_are_one_audit_entry_each_and_so_is_the_right_to_them()
    {
        await using var world = await StartAsync();
        var client = await world.NewClientAsync(Right.Read);
        const string Search = """{"pagination":{"pageNo":1,"pageSize":7},"requireSecret":true}""";
        Assert.All(Ok(await client.PostAsync(V24, "search", Search)).EnumerateArray(), device => Assert.StartsWith("Denied resource", Text(device, "sessionKey"), StringComparison.Ordinal));

        await world.GrantAsync(client, Right.Read | Right.ReadSecrets);
        var answer = await client.PostAsync(V24, "search", Search);

        var devices = Ok(answer).EnumerateArray().Select(device => Text(device, "assetId")!).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(7, devices.Count);
        Assert.Equal(devices, world.Portal.Database.Rows(
            $"SELECT asset_id AS a FROM audit_entries WHERE action='secret.read' AND outcome='ok' AND actor_subject='{client.AccessKey}' AND json_extract(detail,'$.requestId')='{Text(answer, "requestId")}'")
            .Select(row => row["a=".Length..]).Order(StringComparer.Ordinal));
        Assert.Equal(["rights=Read, ReadSecrets"], world.Portal.Database.Rows(
            $"SELECT json_extract(detail,'$.to.rights') AS rights FROM audit_entries WHERE action='application.edit' AND json_extract(detail,'$.to.accessKey')='{client.AccessKey}'"));
    }

    [Fact]
    [Trait("Requirement", "R-29")]
    public async Task What_is_anothers_answers_as_what_is_nowhere()
    {
        await using var world = await StartAsync();
        var client = await world.NewClientAsync(allowsClearText: true);
        var foreign = await world.NextDeviceAsync(SampleOrganizations.Yuanshan);
        var foreignProduct = world.Portal.Database.Scalar<string>("SELECT product_key FROM products WHERE organization_number=2 LIMIT 1");
        await client.SignInAsync();
        var before = world.Snapshot();
        async Task SameAsync(Func<string, Task<JsonElement>> ask, string theirs, string nobodys)
        {
            static string Said(JsonElement answer, string id) => $"{answer.GetProperty("code")} {answer.GetProperty("msg")} {answer.GetProperty("data")}".Replace(id, "ID", StringComparison.Ordinal);
            var answer = await ask(theirs);
            Assert.NotEqual(0, answer.GetProperty("code").GetInt32());
            Assert.Equal(Said(await ask(nobodys), nobodys), Said(answer, theirs));
        }

        await SameAsync(asset => client.PostAsync(V24, "replaceDevice", """{"newDeviceKey":"logger-x"}""", ("assetId", asset)), foreign.AssetId, "nowhere1");
        await SameAsync(asset => client.GetAsync(V24, "get", ("assetId", asset)), foreign.AssetId, "nowhere1");
        await SameAsync(asset => client.GetAsync(V21, "get", ("assetId", asset)), foreign.AssetId, "nowhere1");
        await SameAsync(key => client.GetAsync(V24, "get", ("productKey", foreign.ProductKey), ("deviceKey", key)), foreign.DeviceKey, "nowhere1");
        foreach (var action in new[] { "enable", "disable", "delete" })
        {
            await SameAsync(asset => client.PostAsync(V21, action, "", ("assetId", asset)), foreign.AssetId, "nowhere1");
        }

        await SameAsync(asset => client.PostAsync(V21, "update", """{"deviceDesc":"mine"}""", ("assetId", asset), ("isPatchUpdate", "true")), foreign.AssetId, "nowhere1");
        await SameAsync(key => client.GetAsync(ProductsV24, "get", ("productKey", key)), foreignProduct, "nowhere1");
        await SameAsync(key => client.PostAsync(ProductsV24, "delete", "", ("productKey", key)), foreignProduct, "nowhere1");
        await SameAsync(
            key => client.PostAsync(V24, "create", $$$"""{"productKey":"{{{key}}}","timezone":"+01:00","deviceName":{"defaultValue":"x"}}"""), foreignProduct, "nowhere1");
        await SameAsync(async organization =>
        {
            using var answer = await client.SendAsync(HttpMethod.Post, V24, [("action", "search"), ("orgId", organization)], "{}");
            return await EnosClient.ReadAsync(answer);
        }, OtherOrganization, "o15724301689999");
        Assert.Equal(before, world.Snapshot());
    }

    private static long SecretsRead(ConnectWorld world, string assetId) =>
        world.Portal.Database.Scalar<long>($"SELECT count(*) FROM audit_entries WHERE action='secret.read' AND outcome='ok' AND asset_id='{assetId}'");

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
