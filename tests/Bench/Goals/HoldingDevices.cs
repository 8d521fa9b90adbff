using System.Diagnostics;
using System.Net;
using Bench.Fleet;
using Bench.Measuring;
using Bench.PortalUnderTest;
using Bench.References;

namespace Bench.Goals;

/// <summary>G15: memory of a device that is connected and says nothing, against bare MQTTnet which lets anybody in; and that its keep-alives hold it.</summary>
internal static class HoldingDevices
{
    private const int Devices = 200_000;
    private const int PortalPort = 21430;
    private const int BarePort = 21432;
    private const int MosquittoPort = 21433;
    private const int Held = 10_000;
    private const int WarmUps = 500;
    private const double KiBPerGiB = 1024 * 1024;
    private const ushort KeepAliveInSeconds = 10;
    private static readonly TimeSpan s_settle = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_pingEach = TimeSpan.FromSeconds(6);

    /// <summary>A server that did not take the keep-alives would have ended each of them by now: after one and a half of their time.</summary>
    private static readonly TimeSpan s_hold = TimeSpan.FromSeconds(30);

    private static readonly Dictionary<string, string> s_settings = new() { ["Mqtt__MinKeepAliveSeconds"] = $"{KeepAliveInSeconds}" };

    public static async Task MeasureAsync(Setting setting)
    {
        var fleet = await setting.Fleets.GetAsync(Devices);
        var database = setting.Fleets.CopyWithKeys(fleet);
        var logins = DeviceLogins.Draw(database, fleet.Sample.OrganizationId, Held + WarmUps).Select(device => device.Login).ToList();
        var ours = new Side();
        await using (var portal = await PortalBroker.StartAsync(setting, database, PortalPort, s_settings))
        {
            using var http = new HttpClient();
            await ours.HoldAsync(portal.Server, portal.Door, logins, () => PortalPages.CollectAsync(http, portal.Server.Address));
        }

        var (bare, plain) = (new Side(), new Side());
        await using (var server = await setting.References.StartLimitMqttAsync(database: null, BarePort))
        {
            await bare.HoldAsync(server, new IPEndPoint(IPAddress.Loopback, BarePort), logins);
        }

        await using (var server = await Mosquitto.StartAsync(setting.Options, logins, MosquittoPort))
        {
            await plain.HoldAsync(server, new IPEndPoint(IPAddress.Loopback, MosquittoPort), logins);
        }

        var report = setting.Report;
        report.Ratio("G15", "connected device, memory; bare MQTTnet beside", "KiB", ours.ResidentKiB, bare.ResidentKiB, bar: 2, moonshot: 1.2);
        report.Info("G15", "connected device, memory; mosquitto beside", "KiB", ours.ResidentKiB, plain.ResidentKiB);
        report.Info("G15", "  live heap", "KiB", ours.HeapKiB);
        report.AtLeast("G15", "devices per GiB of resident memory", "", KiBPerGiB / ours.ResidentKiB, KiBPerGiB / bare.ResidentKiB,
            bar: null, moonshot: 80_000, moonshotText: ">= 80,000");
        report.AtLeast("G15", $"of {Held:N0} devices, held by their keep-alives for {s_hold.TotalSeconds:0} s", "", ours.Answered, bare.Answered, bar: Held, barText: "all");
        report.Info("G15", "keep-alive, server CPU; bare MQTTnet beside", "us", ours.CpuOfPing, bare.CpuOfPing);
    }

    private sealed class Side
    {
        public double ResidentKiB { get; private set; }

        public double HeapKiB { get; private set; }

        public double CpuOfPing { get; private set; }

        public int Answered { get; private set; }

        /// <param name="collectAsync">Full collection; bytes of live heap.</param>
        public async Task HoldAsync(ServerProcess server, IPEndPoint door, IReadOnlyList<MqttLogin> logins, Func<Task<double>>? collectAsync = null)
        {
            using (var warmUp = await HeldConnections.OpenAsync(door, [.. logins.Take(WarmUps)], KeepAliveInSeconds))
            {
                warmUp.Ping();
                warmUp.SignOut();
            }

            await Task.Delay(s_settle);
            var heap = collectAsync is null ? 0 : await collectAsync();
            var resident = server.ResidentKiB;
            using var held = await HeldConnections.OpenAsync(door, [.. logins.Skip(WarmUps)], KeepAliveInSeconds);
            await Task.Delay(s_settle);
            ResidentKiB = (server.ResidentKiB - resident) / held.Count;
            HeapKiB = collectAsync is null ? 0 : (await collectAsync() - heap) / 1024 / held.Count;
            await PingAsync(server, held);
            held.SignOut();
        }

        private async Task PingAsync(ServerProcess server, HeldConnections held)
        {
            var (cpu, pings) = (server.CpuMilliseconds, 0);
            for (var started = Stopwatch.StartNew(); started.Elapsed < s_hold; pings++)
            {
                Answered = held.Ping();
                await Task.Delay(s_pingEach);
            }

            CpuOfPing = (server.CpuMilliseconds - cpu) * 1000 / ((double)pings * held.Count);
        }
    }
}
