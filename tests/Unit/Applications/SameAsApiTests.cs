using System.Text.Json;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Portal.Features.Applications;
using Unit.ConnectApi;

namespace Unit.Applications;

/// <summary>What the screen says that a program sends is what the portal takes.</summary>
public sealed class SameAsApiTests : BunitContext
{
    public SameAsApiTests() => Services.AddLocalization();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Replace_AsShown_ReplacesWithOrWithoutTheSecret(bool requireSecret)
    {
        await using var world = await ConnectWorld.StartAsync();
        var (client, device) = (await world.NewClientAsync(), await world.NextDeviceAsync());
        await client.SignInAsync();
        var drawer = Render<SameAsReplace>(parameters => parameters
            .Add(shown => shown.OrganizationId, ConnectWorld.Organization).Add(shown => shown.AssetId, device.AssetId)
            .Add(shown => shown.NewDeviceKey, "logger-shown").Add(shown => shown.RequireSecret, requireSecret));
        drawer.Find("button").Click();

        using var answer = JsonDocument.Parse(await ShownRequest.SendAsync(Shown(drawer, world), client.Token!, client.SecretKey));

        Assert.Equal(0, answer.RootElement.GetProperty("code").GetInt32());
        var data = answer.RootElement.GetProperty("data");
        Assert.Equal((device.AssetId, "logger-shown"), (data.GetProperty("assetId").GetString(), data.GetProperty("deviceKey").GetString()));
        Assert.Equal(requireSecret, data.TryGetProperty("sessionKey", out _));
    }

    [Fact]
    public async Task EveryCallBesideAnAsset_AsShown_IsTaken()
    {
        await using var world = await ConnectWorld.StartAsync();
        var (client, device) = (await world.NewClientAsync(), await world.NextDeviceAsync());
        await client.SignInAsync();
        var (portal, organization) = (world.Portal.Address, ConnectWorld.Organization);
        foreach (var call in (ConnectCall[])
            [
                ConnectCall.Get(portal, organization, device.AssetId), ConnectCall.Disable(portal, organization, device.AssetId),
                ConnectCall.Enable(portal, organization, device.AssetId), ConnectCall.Replace(portal, organization, device.AssetId, null, requireSecret: true),
            ])
        {
            using var answer = JsonDocument.Parse(await ShownRequest.SendAsync((call.Text, call.SignedText), client.Token!, client.SecretKey, "logger-typed"));

            Assert.True(answer.RootElement.GetProperty("code").GetInt32() == 0, $"{call.Action}: {answer.RootElement}");
        }
    }

    [Theory]
    [InlineData("a&b=c ü", "assetId=a%26b%3Dc%20%C3%BC")]
    [InlineData("plain-1", "assetId=plain-1")]
    public void Address_OfAnyAsset_IsEscapedAndSignedAsItIs(string assetId, string escaped)
    {
        var call = ConnectCall.Get(new Uri("https://portal.example/"), "o1", assetId);

        Assert.Equal($"https://portal.example/connect-service/v2.4/devices?action=get&{escaped}&orgId=o1", call.Address.AbsoluteUri);
        Assert.Equal($"ACCESS_TOKENactiongetassetId{assetId}orgIdo1TIMESTAMPSECRET_KEY", call.SignedText);
    }

    [Fact]
    public void NoKeyTypedYet_ShowsAPlaceForIt()
    {
        var call = ConnectCall.Replace(new Uri("https://portal.example/"), "o1", "asset-1", null, requireSecret: false);

        Assert.EndsWith("""{"newDeviceKey":"NEW_DEVICE_KEY","requireSecret":false}""", call.Text, StringComparison.Ordinal);
    }

    private static (string Request, string Signed) Shown(IRenderedComponent<SameAsReplace> drawer, ConnectWorld world) =>
        (drawer.FindAll("pre")[0].TextContent.Replace("http://localhost/", world.Portal.Address.ToString(), StringComparison.Ordinal), drawer.FindAll("pre")[1].TextContent);
}
