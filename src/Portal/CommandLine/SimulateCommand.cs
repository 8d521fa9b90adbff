using System.Globalization;
using System.Runtime.InteropServices;
using Portal.Core.Persistence;
using Portal.Core.SampleFleet;

namespace Portal.CommandLine;

/// <summary>
/// <c>simulate --asset A [--url ...] [--old | --key K]</c>: plays the hardware of an asset, so that a newcomer
/// sees a replacement come to its end. Asks for the device secret. Development only.
/// </summary>
public sealed class SimulateCommand(
    SampleDevices devices, IPortalDatabase database, IHostEnvironment environment, TimeProvider clock, TextWriter output)
{
    public const string Name = "simulate";

    private const int Stored = 200;
    private static readonly TimeSpan s_postEach = TimeSpan.FromSeconds(5);

    /// <summary>Less often than a device may connect, so that no try is turned away for that.</summary>
    private static readonly TimeSpan s_knockEach = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan s_reconnectAfter = TimeSpan.FromSeconds(3);

    /// <returns>The exit code: 0 played until it was stopped, 1 refused, 2 not understood.</returns>
    public async Task<int> RunAsync(string[] args)
    {
        if (await PrepareAsync(args) is not { } part)
        {
            return 2;
        }

        using var secret = TypedSecret.Ask(output, part.IsPresent
            ? "Device secret (paste it, it is not shown): "
            : "Device secret of that unit (Enter if you do not have it: it is refused either way): ");
        using var stop = new CancellationTokenSource();
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, StopIt);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, StopIt);
        return await PlayAsync(part, secret, stop.Token);

        void StopIt(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }

    /// <summary>Which hardware is played; nothing, and why in words, if there is none.</summary>
    internal async Task<SimulatedPart?> PrepareAsync(string[] args)
    {
        if (!environment.IsDevelopment())
        {
            Say("This command plays hardware, for trying the portal out: in Development only.");
            return null;
        }

        if (SimulateOptions.Parse(args) is not { } options)
        {
            Say(SimulateOptions.Usage);
            return null;
        }

        await database.MigrateAsync();
        if (await devices.FindHardwareAsync(options.AssetId) is not { } hardware)
        {
            Say($"There is no asset '{options.AssetId}' in this database. Its ID stands on its page, beside the name.");
            return null;
        }

        if (options.IsOld && hardware.FormerKey is null)
        {
            Say($"Asset {hardware.AssetId} was never given other hardware: replace its device first, then there is an old unit.");
            return null;
        }

        var key = options.IsOld ? hardware.FormerKey! : options.DeviceKey ?? hardware.DeviceKey;
        var isPresent = key == hardware.DeviceKey;
        Say($"Asset {hardware.AssetId}, product {hardware.ProductKey}, device key {key}: {(isPresent ? "the hardware that belongs there now" : "not the hardware that belongs there now")}.");
        return new SimulatedPart(options, hardware, key, isPresent);
    }

    /// <summary>Connects, posts and reconnects until it is stopped.</summary>
    internal async Task<int> PlayAsync(SimulatedPart part, TypedSecret secret, CancellationToken stop)
    {
        if (part.IsPresent && secret.IsEmpty)
        {
            Say("Without the secret there is nothing to sign in with. It is shown once after a replacement; \"re-issue\" on the asset's page makes another.");
            return 2;
        }

        using var device = new SimulatedDevice(part.Hardware.ProductKey, part.DeviceKey);
        try
        {
            return await PlayAsync(part, device, secret, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await device.CloseAsync();
            Say("Stopped: the device is switched off.");
            return 0;
        }
    }

    private async Task<int> PlayAsync(SimulatedPart part, SimulatedDevice device, TypedSecret secret, CancellationToken stop)
    {
        var wasAccepted = false;
        for (var tries = 1; ; tries++)
        {
            var outcome = await device.ConnectAsync(part.Options.Address, part.Options.IsTls, secret, stop);
            Say(outcome switch
            {
                ConnectOutcome.Accepted => $"Connected to {part.Options.Address.Authority}: signed in, the device is online.",
                ConnectOutcome.Refused when part.IsPresent && !wasAccepted => "Refused: not authorized. The secret is not the one of this device now (copied wrongly, or replaced since).",
                ConnectOutcome.Refused => $"Refused: not authorized (try {tries}). The portal notes it as a knock at the asset that has or had this key: see the connections on its page.",
                ConnectOutcome.Unavailable => "Turned away: too many connections in a short time, or the server is not ready.",
                _ => $"Nobody answers at {part.Options.Address.Authority}. Is the portal running, with its broker switched on (Mqtt:Enabled){(part.Options.IsTls ? ", and is its certificate trusted here" : "")}?",
            });
            if (outcome != ConnectOutcome.Accepted && part.IsPresent && !wasAccepted)
            {
                return 1;
            }

            if (outcome == ConnectOutcome.Accepted)
            {
                await PostAsync(part, device, stop);
                wasAccepted = true;
                Say("The connection was closed from the other side: the device tries again, as hardware does.");
            }

            await Task.Delay(outcome == ConnectOutcome.Accepted ? s_reconnectAfter : s_knockEach, clock, stop);
        }
    }

    /// <summary>Posts until the connection is gone.</summary>
    private async Task PostAsync(SimulatedPart part, SimulatedDevice device, CancellationToken stop)
    {
        Say($"Posting each {s_postEach.TotalSeconds:N0} s. Ctrl+C switches the device off.");
        while (device.IsConnected)
        {
            var now = clock.GetUtcNow();
            var reading = part.Hardware.At(now);
            if (await device.PostAsync(now, reading, stop) is not { } code)
            {
                return;
            }

            Say(string.Create(
                CultureInfo.InvariantCulture,
                $"{now.ToLocalTime():HH:mm:ss}  {string.Join(", ", reading.Select(value => string.Create(CultureInfo.InvariantCulture, $"{value.Point} {value.Text}{value.Number:N2}")))}: {InWords(code)}"));
            await Task.Delay(s_postEach, clock, stop);
        }
    }

    private static string InWords(int code) => code switch
    {
        Stored => "stored",
        SimulatedDevice.NoReply => "taken, no reply",
        _ => string.Create(CultureInfo.InvariantCulture, $"not stored, code {code}"),
    };

    private void Say(string line) => output.WriteLine(line);
}

/// <summary>The hardware that is played.</summary>
internal sealed record SimulatedPart(SimulateOptions Options, SampleHardware Hardware, string DeviceKey, bool IsPresent);
