using System.Text;
using Portal.Core.Access;
using Portal.Core.Devices;
using Portal.Core.Replacements;
using Unit.Imports;
using Unit.Support;

namespace Unit.Devices;

public sealed class DeviceKeyTests
{
    private const string Allowed = "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";

    [Fact]
    [Trait("Requirement", "R-43")]
    public void Rule_EveryUnicodeScalarAtEveryPosition_AllowsSixtyFiveOfThem()
    {
        var accepted = new StringBuilder();
        for (var value = 0; value <= 0x10FFFF; value++)
        {
            // Halves of surrogate pairs are no scalars, but a string may hold one.
            var text = value is >= 0xD800 and <= 0xDFFF ? ((char)value).ToString() : char.ConvertFromUtf32(value);
            string[] keys = [$"{text}aaaa", $"aa{text}aa", $"aaaa{text}"];
            var answer = DeviceKey.TryParse(keys[0], out _);
            if (keys.Any(key => DeviceKey.TryParse(key, out _) != answer))
            {
                Assert.Fail($"U+{value:X4} is allowed at one position and not at another");
            }

            Assert.Equal(answer, DeviceKey.FirstIllegal(text) < 0);
            Assert.Equal(answer, DeviceFields.Check(Request(keys[0])) is null);
            if (answer)
            {
                accepted.Append(text);
            }
        }

        Assert.Equal(Allowed, accepted.ToString());
    }

    [Fact]
    [Trait("Requirement", "R-43")]
    public void Rule_EveryLength_AllowsFourToSixtyFour()
    {
        for (var length = 0; length <= 70; length++)
        {
            foreach (var character in Allowed)
            {
                var key = new string(character, length);
                Assert.Equal(length is >= 4 and <= 64, DeviceKey.TryParse(key, out var parsed));
                Assert.Equal(length is >= 4 and <= 64 ? key : null, parsed.Value);
                Assert.Equal(length is >= 4 and <= 64, DeviceFields.Check(Request(key)) is null);
            }
        }

        Assert.False(DeviceKey.TryParse(null, out _));
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("abcd")]
    [InlineData("abcd\n")]
    [InlineData("\u212Aelvin")]
    [InlineData("abcd\0")]
    [InlineData(" abcd")]
    [InlineData("１２３４")]
    [InlineData("a:cd")]
    [InlineData("-._-")]
    [InlineData("")]
    [Trait("Requirement", "R-43")]
    public async Task Rule_AskedThroughEveryDoorOfTheCore_GetsOneAnswer(string key)
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("asset-1", "key-1");
        var olga = await portal.SignInAsync(Role.FullAccess);

        var check = PortalCommands.Value(await portal.Get<AssetQueries>().CheckNewKeyAsync(olga, "asset-1", key, TestContext.Current.CancellationToken));
        var created = await portal.Get<DeviceService>().CreateAsync(olga, Request(key));
        var deleted = created.IsSuccess ? await portal.Get<DeviceService>().DeleteAsync(olga, AssetSelector.Asset(created.Value.AssetId)) : null;
        var imported = await portal.PreviewAsync(olga, ImportFiles.Header, ImportFiles.Line("asset-2", $"\"{key}\"", productKey: $"inverter-{TestPortal.Organization}"));
        var replaced = await portal.ReplaceAsync(olga, "asset-1", key);

        Assert.Equal(check.IsUsable, created.IsSuccess);
        Assert.Equal(check.IsUsable, replaced.IsSuccess);
        Assert.Equal(check.IsUsable ? null : new DeviceKeyInvalid(key, check.Fault), created.Error);
        Assert.Equal(created.Error, replaced.Error);
        Assert.Equal(created.Error, Assert.Single(imported.Rows).Fault);
        Assert.Null(deleted?.Error);
    }

    private static CreateDeviceRequest Request(string key) =>
        new(TestPortal.Organization, $"inverter-{TestPortal.Organization}", "Inverter", "+01:00", DeviceKey: key);
}
