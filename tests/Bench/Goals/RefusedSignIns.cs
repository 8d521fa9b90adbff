using System.Diagnostics;
using Bench.Fleet;
using Bench.Measuring;
using Bench.PortalUnderTest;

namespace Bench.Goals;

/// <summary>
/// G12: old credentials of replaced devices and floods of bad ones, against sign-ins that are accepted in the same run; what the disk keeps of
/// them; and how long others wait meanwhile.
/// </summary>
internal static class RefusedSignIns
{
    private const int Devices = 200_000;
    private const int PortalPort = 21420;
    private const int Replaced = 4_000;
    private const int ReplacingAtOnce = 16;
    private const int Present = 8_000;
    private const int ARound = 4_000;
    private const int FloodingKeys = 100;
    private const int Others = 600;
    private const int OthersAtOnce = 4;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Until what is noted of refusals is written.</summary>
    private static readonly TimeSpan s_settle = TimeSpan.FromSeconds(12);

    public static async Task MeasureAsync(Setting setting)
    {
        var fleet = await setting.Fleets.GetAsync(Devices);
        var database = setting.Fleets.CopyWithKeys(fleet);
        var devices = DeviceLogins.Draw(database, fleet.Sample.OrganizationId, Replaced + Present + Others + Others);
        var (replaced, present, others) = (devices.Take(Replaced).ToList(), devices.Skip(Replaced).Take(Present).ToList(), devices.Skip(Replaced + Present).ToList());
        await using var portal = await PortalBroker.StartAsync(setting, database, PortalPort, ReplacingOverRest.Unlimited);
        await ReplaceAsync(portal, replaced);

        SignIns Side(bool areAccepted, IEnumerable<MqttLogin> logins) => new(portal.Server, portal.Door, areAccepted, [.. logins]);
        var accepted = Side(true, present.Select(device => device.Login));
        var refused = new Dictionary<string, SignIns>
        {
            ["old credentials of replaced devices"] = Side(false, replaced.Select(device => device.Login)),
            ["a wrong secret each"] = Side(false, present.Select(device => Wrong(device.Login))),
            ["a key each that nobody has"] = Side(false, Enumerable.Range(0, Present).Select(number => Unknown(present[0].Login, number))),
            [$"a flood by {FloodingKeys} devices"] = Side(false, replaced.Take(FloodingKeys).Select(device => device.Login)),
        };
        await accepted.RunAsync(Present, counted: false);
        foreach (var side in refused.Values)
        {
            await side.RunAsync(ARound / 2, counted: false);
        }

        for (var round = 0; round < setting.Options.Rounds; round++)
        {
            foreach (var side in refused.Values.Prepend(accepted))
            {
                await side.RunAsync(ARound, counted: true);
            }
        }

        var report = setting.Report;
        foreach (var (what, side) in refused)
        {
            report.AtLeast("G12", $"refused, {what}; accepted beside", "/s", side.PerSecond, accepted.PerSecond,
                bar: accepted.PerSecond, barText: ">= 1 x", moonshot: 1.3 * accepted.PerSecond, moonshotText: ">= 1.3 x");
            report.Info("G12", "  server CPU", "us", side.CpuMicroseconds, accepted.CpuMicroseconds);
            report.Info("G12", "  p99", "ms", side.Times.P99, accepted.Times.P99);
        }

        await KeptAsync(report, portal, refused.Values);
        await OthersAsync(report, portal, others, refused.Values.Last());
    }

    /// <summary>Four times as many refusals: what the disk holds more, and how much is written for one.</summary>
    private static async Task KeptAsync(Report report, PortalBroker portal, IReadOnlyCollection<SignIns> refused)
    {
        async Task<(long Kept, long Written)> RunAsync(int count)
        {
            var (kept, written) = (portal.BytesOnDisk, portal.Server.BytesWritten);
            foreach (var side in refused)
            {
                await side.RunAsync(count, counted: false);
            }

            await Task.Delay(s_settle);
            return (portal.BytesOnDisk - kept, portal.Server.BytesWritten - written);
        }

        await Task.Delay(s_settle);
        var few = await RunAsync(ARound);
        var many = await RunAsync(4 * ARound);
        report.AtMost("G12", $"disk taken by {refused.Count * 4 * ARound:N0} refusals; by a quarter of them beside", "KiB",
            many.Kept / 1024.0, few.Kept / 1024.0, bar: 512, barText: "<= 512 KiB");
        report.AtMost("G12", "written to disk for one refusal", "bytes", many.Written / (refused.Count * 4.0 * ARound), few.Written / (refused.Count * 1.0 * ARound),
            bar: 4096, barText: "< a page");
    }

    /// <summary>How long devices that are let in wait, alone and while others are refused as fast as they can knock.</summary>
    private static async Task OthersAsync(Report report, PortalBroker portal, List<DeviceLogin> others, SignIns flood)
    {
        async Task<Samples> SignInAsync(IEnumerable<DeviceLogin> devices)
        {
            var (connects, times) = (devices.Select(device => device.Login.ToConnect()).ToList(), new Samples());
            await Crowd.RunAsync(OthersAtOnce, connects.Count, null, number =>
            {
                Thread.Sleep(s_pause);
                var started = Stopwatch.GetTimestamp();
                using var socket = new MqttSocket(portal.Door);
                if (socket.SignIn(connects[number]) != MqttSocket.Accepted)
                {
                    throw new InvalidOperationException("A device was refused that is known and has not knocked before.");
                }

                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                socket.SignOut();
            });
            return times;
        }

        var alone = await SignInAsync(others.Take(Others));
        using var over = new CancellationTokenSource();
        var flooding = flood.RunUntilAsync(over.Token);
        var amid = await SignInAsync(others.Skip(Others));
        await over.CancelAsync();
        await flooding;
        report.Info("G12", "others' sign-in during a flood, p50; alone beside", "ms", amid.P50, alone.P50);
        report.Ratio("G12", "others' sign-in during a flood, p99; alone beside", "ms", amid.P99, alone.P99, bar: null, moonshot: 1.5);
    }

    private static async Task ReplaceAsync(PortalBroker portal, IReadOnlyList<DeviceLogin> devices)
    {
        using var client = await SignedClient.OpenAsync(portal.Server.Address);
        await Parallel.ForEachAsync(devices, new ParallelOptions { MaxDegreeOfParallelism = ReplacingAtOnce }, async (device, _) =>
            await client.SendAsync(client.Replace(device.AssetId, $"BENCH-{Guid.NewGuid():N}", requireSecret: false)));
    }

    private static MqttLogin Wrong(MqttLogin login) => login with { Password = string.Concat(login.Password.Reverse()) };

    private static MqttLogin Unknown(MqttLogin login, int number) => login with { UserName = $"NOBODY-{number}{login.UserName[login.UserName.IndexOf('&', StringComparison.Ordinal)..]}" };
}
