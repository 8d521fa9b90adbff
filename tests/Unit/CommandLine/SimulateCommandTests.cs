using System.Text;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Portal.CommandLine;
using Portal.Core.Devices;
using Portal.Core.Persistence;
using Portal.Core.SampleFleet;
using Unit.Broker;

namespace Unit.CommandLine;

public sealed class SimulateCommandTests(DeviceWorldFixture fixture) : IClassFixture<DeviceWorldFixture>
{
    private readonly StringBuilder _said = new();

    private DeviceWorld World => fixture.World;

    private string Said
    {
        get
        {
            lock (_said)
            {
                return _said.ToString();
            }
        }
    }

    [Fact]
    public async Task Simulate_WithItsSecret_PostsUntilItIsStopped()
    {
        var device = await World.AddDeviceAsync();
        using var stop = new CancellationTokenSource();

        var playing = PlayAsync(device.Secret, stop.Token, "--asset", device.AssetId);

        // What is stored is answered a moment later, and a device that is switched off in between never hears of it.
        await DeviceWorld.UntilAsync(() => World.ValuesOf(device).Count >= 3 && Said.Contains(": stored", StringComparison.Ordinal));
        Assert.Equal(DeviceStatus.Online, World.StatusOf(device));
        await stop.CancelAsync();

        Assert.Equal(0, await playing);
        Assert.Equal(["activePower", "energyTotal", "state"], World.ValuesOf(device).Select(value => value.Split('=')[0]).Distinct().Order());
        Assert.Contains("Stopped", Said, StringComparison.Ordinal);
        Assert.DoesNotContain(device.Secret, Said, StringComparison.Ordinal);
        await DeviceWorld.UntilAsync(() => World.StatusOf(device) == DeviceStatus.Offline);
    }

    [Fact]
    public async Task Simulate_WhileItsHardwareIsReplaced_IsPutOut()
    {
        var device = await World.AddDeviceAsync();
        using var stop = new CancellationTokenSource();
        var playing = PlayAsync(device.Secret, stop.Token, "--asset", device.AssetId);
        await DeviceWorld.UntilAsync(() => World.ValuesOf(device).Count > 0);

        await World.ReplaceAsync(device);

        await DeviceWorld.UntilAsync(() => Said.Contains("closed from the other side", StringComparison.Ordinal));
        await stop.CancelAsync();
        Assert.Equal(0, await playing);
    }

    [Fact]
    public async Task Simulate_TheOldUnit_KnocksInVain()
    {
        var old = await World.AddDeviceAsync();
        var hardware = await World.ReplaceAsync(old);
        using var stop = new CancellationTokenSource();

        var playing = PlayAsync("", stop.Token, "--asset", old.AssetId, "--old");
        await DeviceWorld.UntilAsync(() => Said.Contains("notes it as a knock", StringComparison.Ordinal));
        await stop.CancelAsync();

        Assert.Equal(0, await playing);
        Assert.Contains($"device key {old.DeviceKey}: not the hardware", Said, StringComparison.Ordinal);
        Assert.Equal(DeviceStatus.Inactive, World.StatusOf(hardware));
    }

    [Fact]
    public async Task Simulate_WithAnotherSecretOrNone_SaysWhyAndEnds()
    {
        var device = await World.AddDeviceAsync();

        Assert.Equal(1, await PlayAsync("wrong", CancellationToken.None, "--asset", device.AssetId));
        Assert.Contains("Refused: not authorized", Said, StringComparison.Ordinal);
        Assert.Equal(2, await PlayAsync("", CancellationToken.None, "--asset", device.AssetId));
        Assert.Equal(1, await PlayAsync("any", CancellationToken.None, "--asset", device.AssetId, "--url", "mqtt://127.0.0.1:1"));
        Assert.Contains("Nobody answers at 127.0.0.1:1", Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Simulate_WhatIsNotThere_IsToldInWords()
    {
        var device = await World.AddDeviceAsync();

        Assert.Null(await Command().PrepareAsync(["simulate"]));
        Assert.Null(await Command().PrepareAsync(["simulate", "--asset", "nothing"]));
        Assert.Null(await Command().PrepareAsync(["simulate", "--asset", device.AssetId, "--old"]));
        Assert.Null(await Command(Environments.Production).PrepareAsync(["simulate", "--asset", device.AssetId]));
        Assert.Equal(
            ["Usage", "There is no asset 'nothing'", "was never given other hardware", "in Development only"],
            new[] { "Usage", "There is no asset 'nothing'", "was never given other hardware", "in Development only" }.Where(part => Said.Contains(part, StringComparison.Ordinal)));
    }

    private async Task<int> PlayAsync(string secret, CancellationToken stop, params string[] args)
    {
        var command = Command();
        var part = await command.PrepareAsync(["simulate", .. args, "--url", $"mqtt://127.0.0.1:{World.Port}"]);
        using var typed = TypedSecret.From(new MemoryStream(Encoding.ASCII.GetBytes(secret)));
        return await command.PlayAsync(part!, typed, stop);
    }

    private SimulateCommand Command(string? environment = null) => new(
        World.Portal.Get<SampleDevices>(), World.Portal.Get<IPortalDatabase>(),
        new HostingEnvironment { EnvironmentName = environment ?? Environments.Development }, TimeProvider.System, new Locked(_said));

    /// <summary>Written by the command, read by the test.</summary>
    private sealed class Locked(StringBuilder said) : TextWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void WriteLine(string? value)
        {
            lock (said)
            {
                said.AppendLine(value);
            }
        }
    }
}
