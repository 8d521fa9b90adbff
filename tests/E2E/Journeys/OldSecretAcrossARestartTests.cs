using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using E2E.Infrastructure;
using E2E.Pages;
using Microsoft.Playwright;
using MQTTnet;
using MQTTnet.Exceptions;

namespace E2E.Journeys;

/// <summary>The server dies and comes back while an old unit tries without a pause.</summary>
public sealed class OldSecretAcrossARestartTests(PortalFixture portal) : Journey(portal)
{
    private const string Timestamp = "1795447138138";
    private const int Units = 4;
    private const int TriesAfter = 400;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);

    [Fact]
    [Trait("Requirement", "R-24")]
    public async Task An_old_secret_signs_in_at_no_moment_of_a_restart_and_the_new_one_does_after_it()
    {
        using var server = await PortalServerProcess.StartAsync(("Mqtt__ConnectsPerWindow", "1000000"));
        var page = await OpenBrowserAsync();
        await page.GotoAsync($"{server.Address}sign-in");
        await page.GetByRole(AriaRole.Button, new() { Name = "Olga Brandt" }).ClickAsync();
        await AtHomeAsync(page);
        var assetId = server.AnyOnlineAsset();
        var productKey = server.Rows($"SELECT p.product_key FROM devices d JOIN products p ON p.id = d.product_id WHERE d.asset_id = '{assetId}'").Single();
        var first = await ReplaceAsync(page, server, assetId, "unit-1");
        Assert.Equal(MqttClientConnectResultCode.Success, await ConnectAsync(server, productKey, "unit-1", first));
        var second = await ReplaceAsync(page, server, assetId, "unit-2");

        var (accepted, refused, refusedAfter, isBack) = (0, 0, 0, false);
        using var enough = new CancellationTokenSource(s_patience);
        var units = Enumerable.Range(0, Units).Select(unit => Task.Run(async () =>
        {
            // The old unit as it was, and the old secret with the new key.
            var key = unit % 2 == 0 ? "unit-1" : "unit-2";
            while (Volatile.Read(ref refusedAfter) < TriesAfter && !enough.IsCancellationRequested)
            {
                switch (await ConnectAsync(server, productKey, key, first))
                {
                    case MqttClientConnectResultCode.Success:
                        Interlocked.Increment(ref accepted);
                        break;
                    case MqttClientConnectResultCode.NotAuthorized:
                        Interlocked.Increment(ref refused);
                        _ = Volatile.Read(ref isBack) ? Interlocked.Increment(ref refusedAfter) : 0;
                        break;
                    default:
                        break; // nobody is there, or not yet ready
                }
            }
        })).ToList();
        while (Volatile.Read(ref refused) < TriesAfter && !enough.IsCancellationRequested)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        server.Kill();
        await server.StartAgainAsync();
        Volatile.Write(ref isBack, true);
        await Task.WhenAll(units);

        Assert.Equal(0, accepted);
        Assert.True(refusedAfter >= TriesAfter, $"{refused} tries were refused, {refusedAfter} of them after the restart");
        Assert.Equal(MqttClientConnectResultCode.Success, await ConnectAsync(server, productKey, "unit-2", second));
    }

    private static async Task<string> ReplaceAsync(IPage page, PortalServerProcess server, string assetId, string newKey)
    {
        await page.GotoAsync($"{server.Address}assets/{assetId}");
        await page.Locator("main [data-interactive]").First.WaitForAsync(new() { State = WaitForSelectorState.Attached });
        var dialog = await new AssetPage(page).ReplaceAsync();
        await dialog.ReplaceAsync(newKey);
        var secret = await dialog.ReadSecretAsync();
        await dialog.Stored.ClickAsync();
        return secret;
    }

    /// <returns>Nothing when nobody answered.</returns>
    private static async Task<MqttClientConnectResultCode?> ConnectAsync(PortalServerProcess server, string productKey, string deviceKey, string secret)
    {
        using var client = new MqttClientFactory().CreateMqttClient();
        var digest = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"clientId{deviceKey}deviceKey{deviceKey}productKey{productKey}timestamp{Timestamp}{secret}")));
        try
        {
            return (await client.ConnectAsync(new MqttClientOptionsBuilder()
                .WithTcpServer("127.0.0.1", server.MqttPort)
                .WithTimeout(TimeSpan.FromSeconds(10))
                .WithClientId($"{deviceKey}|securemode=2,signmethod=sha256,timestamp={Timestamp}|")
                .WithCredentials($"{deviceKey}&{productKey}", digest)
                .Build())).ResultCode;
        }
        catch (Exception exception) when (exception is MqttCommunicationException or MqttClientDisconnectedException or OperationCanceledException or SocketException)
        {
            await Task.Delay(10);
            return null;
        }
    }
}
