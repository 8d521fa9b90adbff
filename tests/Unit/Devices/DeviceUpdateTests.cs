using Microsoft.EntityFrameworkCore;
using Portal.Core;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Core.Devices;
using Unit.Support;

namespace Unit.Devices;

/// <summary>What an API caller changes of a device, and what attributes and tags may hold.</summary>
public sealed class DeviceUpdateTests
{
    [Fact]
    public async Task Create_AttributesAndTags_AreStoredAsTheyWereGiven()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddProductAsync();
        var olga = await portal.SignInAsync(Role.FullAccess);

        PortalCommands.Value(await portal.Get<DeviceService>().CreateAsync(olga, new CreateDeviceRequest(
            TestPortal.Organization, "inverter", "泵", "+08:00", "asset-1", "key-of-1", Delivery: SecretDelivery.None)
        {
            NameEn = "Pump",
            Attributes = """{ "height": 1.50, "site": { "row": 3 } }""",
            Tags = new Dictionary<string, string> { ["zone"] = "east", ["area/1"] = "" },
        }));
        PortalCommands.Value(await portal.Get<DeviceService>().CreateAsync(olga, new CreateDeviceRequest(
            TestPortal.Organization, "inverter", "Bare", "+08:00", "asset-2", "key-of-2", Delivery: SecretDelivery.None) { Attributes = "{}", Tags = new Dictionary<string, string>() }));

        Assert.Equal(("Pump", """{"height":1.50,"site":{"row":3}}""", """{"area/1":"","zone":"east"}"""), await ReadAsync(portal, "asset-1"));
        Assert.Equal((null, null, null), await ReadAsync(portal, "asset-2"));
    }

    [Fact]
    public async Task Update_Patch_LeavesWhatWasLeftOut()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("asset-1", "key-of-1", name: "Pump", nameZh: "泵");
        var application = await TestApplication.CreateAsync(portal, Right.ManageDevices);
        Task<Result<ChangedDevice>> PatchAsync(UpdateDeviceRequest request) => portal.Get<DeviceUpdateService>().UpdateAsync(application.Actor, request);
        var patch = new UpdateDeviceRequest(AssetSelector.Key($"inverter-{TestPortal.Organization}", "key-of-1"), IsPatch: true);

        PortalCommands.Value(await PatchAsync(patch with { Attributes = """{"a":1,"b":2}""", Tags = new Dictionary<string, string> { ["x"] = "1" } }));
        var changed = PortalCommands.Value(await PatchAsync(patch with
        {
            NameEn = "Pump 1",
            TimeZone = "-03:00",
            Attributes = """{"b":null,"c":[3]}""",
            Tags = new Dictionary<string, string> { ["y"] = "2" },
        }));

        Assert.Equal(3, changed.Version);
        Assert.Equal(("Pump 1", """{"a":1,"c":[3]}""", """{"x":"1","y":"2"}"""), await ReadAsync(portal, "asset-1"));
        Assert.Equal(("Pump", "泵", "-03:00"), await portal.ReadAsync(db => db.Devices.Select(device => ValueTuple.Create(device.Name, device.NameZh, device.TimeZone)).SingleAsync()));
        Assert.IsType<DeviceChanged>((await PatchAsync(patch with { SeenVersion = 1 })).Error);
    }

    [Fact]
    public async Task Update_Whole_EmptiesWhatWasLeftOut()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("asset-1", "key-of-1", name: "Pump", nameZh: "泵");
        var olga = await portal.SignInAsync(Role.FullAccess);
        var whole = new UpdateDeviceRequest(AssetSelector.Asset("asset-1"), IsPatch: false) { Name = "Pump", TimeZone = "+00:00", NameEn = "P", Attributes = """{"a":1}""", Tags = new Dictionary<string, string> { ["x"] = "1" } };
        PortalCommands.Value(await portal.Get<DeviceUpdateService>().UpdateAsync(olga, whole));

        PortalCommands.Value(await portal.Get<DeviceUpdateService>().UpdateAsync(olga, new UpdateDeviceRequest(AssetSelector.Asset("asset-1"), IsPatch: false) { Name = "Pump 2", TimeZone = "+00:00" }));

        Assert.Equal((null, null, null), await ReadAsync(portal, "asset-1"));
        Assert.Null(await portal.ReadAsync(db => db.Devices.Select(device => device.NameZh).SingleAsync()));
        Assert.Equal("name", Assert.IsType<FieldInvalid>((await portal.Get<DeviceUpdateService>().UpdateAsync(olga, whole with { Name = null })).Error).Field);
        Assert.Equal("timezone", Assert.IsType<FieldInvalid>((await portal.Get<DeviceUpdateService>().UpdateAsync(olga, whole with { TimeZone = null })).Error).Field);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("{")]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("{\"a\":{\"b\":1,\"b\":2}}")]
    [InlineData("{\"a\":1} x")]
    [InlineData("{'a':1}")]
    [InlineData("{\"a\":[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]}")]
    public void Attributes_ThatAreNoObject_AreRefused(string json) => Assert.NotNull(DeviceAttributes.Check(json));

    [Fact]
    public async Task Attributes_AndTags_AreBoundedAlsoTogetherWithThoseThatAreThere()
    {
        string Attribute(string name, int length) => $$"""{"{{name}}":"{{new string('x', length)}}"}""";
        Assert.Null(DeviceAttributes.Check(Attribute("a", 16_000)));
        Assert.NotNull(DeviceAttributes.Check(Attribute("a", 17_000)));
        Assert.NotNull(DeviceAttributes.Check(Attribute("a", 0)[..^2] + new string('泵', 6000) + "\"}"));

        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("asset-1", "key-of-1");
        var olga = await portal.SignInAsync(Role.FullAccess);
        Task<Result<ChangedDevice>> PatchAsync(string? attributes, Dictionary<string, string>? tags) => portal.Get<DeviceUpdateService>().UpdateAsync(
            olga, new UpdateDeviceRequest(AssetSelector.Asset("asset-1"), IsPatch: true) { Attributes = attributes, Tags = tags });
        Dictionary<string, string> Tags(int from, int count) => Enumerable.Range(from, count).ToDictionary(n => $"tag-{n}", n => "");

        PortalCommands.Value(await PatchAsync(Attribute("a", 10_000), Tags(0, 60)));
        Assert.Equal("deviceAttributes", Assert.IsType<FieldInvalid>((await PatchAsync(Attribute("b", 10_000), null)).Error).Field);
        Assert.Equal("deviceTags", Assert.IsType<FieldInvalid>((await PatchAsync(null, Tags(60, 41))).Error).Field);
        PortalCommands.Value(await PatchAsync(Attribute("a", 16_000), Tags(60, 40)));
    }

    [Theory]
    [InlineData("zone", "east wing", true)]
    [InlineData("a/B_c-9", "", true)]
    [InlineData("", "x", false)]
    [InlineData("zo ne", "x", false)]
    [InlineData("zone.1", "x", false)]
    [InlineData("区", "x", false)]
    [InlineData("zone\n", "x", false)]
    [InlineData("zone", " x", false)]
    [InlineData("zone", "x ", false)]
    [InlineData("zone", "x\ty", false)]
    [InlineData("zone", null, false)]
    public void Tags_ByTheRulesOfTheContract(string key, string? value, bool isRight) =>
        Assert.Equal(isRight, DeviceTags.Check(new Dictionary<string, string> { [key] = value! }) is null);

    [Fact]
    public void Tags_LengthsAndCount_HaveLimits()
    {
        Assert.Null(DeviceTags.Check(new Dictionary<string, string> { [new string('k', 50)] = new string('v', 200) }));
        Assert.NotNull(DeviceTags.Check(new Dictionary<string, string> { [new string('k', 51)] = "v" }));
        Assert.NotNull(DeviceTags.Check(new Dictionary<string, string> { ["k"] = new string('v', 201) }));
        Assert.Null(DeviceTags.Check(Enumerable.Range(0, 100).ToDictionary(n => $"k{n}", _ => "v")));
        Assert.NotNull(DeviceTags.Check(Enumerable.Range(0, 101).ToDictionary(n => $"k{n}", _ => "v")));
    }

    private static Task<(string?, string?, string?)> ReadAsync(TestPortal portal, string assetId) => portal.ReadAsync(db => db.Devices
        .Where(device => device.AssetId == assetId).Select(device => ValueTuple.Create(device.NameEn, device.Attributes, device.Tags)).SingleAsync());
}
