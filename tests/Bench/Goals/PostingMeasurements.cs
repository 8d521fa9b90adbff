using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Bench.Fleet;
using Bench.Measuring;
using Bench.PortalUnderTest;

namespace Bench.Goals;

/// <summary>Measure points that devices post over MQTT, each post stored durably before it is answered: how many, at what cost, and what the disk keeps.</summary>
internal static class PostingMeasurements
{
    private const int Devices = 200_000;
    private const int PortalPort = 21440;
    private const int PointsAPost = 5;
    private const int PostsADevice = 100;
    private const int WarmUps = 10;
    private const int AnswerSize = 1024;
    private const int OpeningAtOnce = 64;

    /// <summary>ThingsBoard's own figure: MQTT messages a second into PostgreSQL on two processors.</summary>
    private const double PublishedOfThingsBoard = 1_020;

    private static readonly TimeSpan s_settle = TimeSpan.FromSeconds(4);

    /// <summary>Devices that post at once, each as soon as it has its answer.</summary>
    private static readonly int[] s_crowds = [16, 64, 256];

    public static async Task MeasureAsync(Setting setting)
    {
        var fleet = await setting.Fleets.GetAsync(Devices);
        var database = setting.Fleets.CopyWithKeys(fleet);
        var devices = DeviceLogins.Draw(database, fleet.Sample.OrganizationId, s_crowds.Max());
        await using var portal = await PortalBroker.StartAsync(setting, database, PortalPort);
        using var posting = await Posting.OpenAsync(portal, devices);
        await posting.RunAsync(s_crowds.Max(), WarmUps);
        foreach (var crowd in s_crowds)
        {
            await posting.RunAsync(crowd, WarmUps);
            await Task.Delay(s_settle);
            var (cpu, kept, written) = (portal.Server.CpuMilliseconds, portal.BytesOnDisk, portal.Server.BytesWritten);
            var times = new Samples();
            var seconds = await posting.RunAsync(crowd, PostsADevice, times);
            await Task.Delay(s_settle);
            var (posts, values) = ((double)times.Count, (double)times.Count * PointsAPost);
            var report = setting.Report;
            report.AtLeast("POSTS", $"posts stored, {crowd} devices; ThingsBoard as published", "/s", posts / seconds, PublishedOfThingsBoard,
                bar: crowd == 64 ? PublishedOfThingsBoard : null, barText: crowd == 64 ? ">= published" : "");
            report.Info("POSTS", $"  values of {PointsAPost} a post", "/s", values / seconds);
            report.Info("POSTS", "  answered, p50", "ms", times.P50);
            report.Info("POSTS", "  answered, p99", "ms", times.P99);
            report.Info("POSTS", "  server CPU of a post", "us", (portal.Server.CpuMilliseconds - cpu) * 1000 / posts);
            report.Info("POSTS", "  database grew by, a value", "bytes", (portal.BytesOnDisk - kept) / values);
            report.Info("POSTS", "  written to disk, a value", "bytes", (portal.Server.BytesWritten - written) / values);
        }
    }

    /// <summary>Connected devices, each with the time of its next post.</summary>
    private sealed class Posting : IDisposable
    {
        private readonly (MqttSocket Socket, string Topic)[] _devices;
        private readonly int[] _posts;
        private readonly long _start = DateTimeOffset.UtcNow.AddMinutes(-30).ToUnixTimeMilliseconds();

        private Posting((MqttSocket, string)[] devices) => (_devices, _posts) = (devices, new int[devices.Length]);

        public static async Task<Posting> OpenAsync(PortalBroker portal, IReadOnlyList<DeviceLogin> devices)
        {
            var opened = new (MqttSocket, string)[devices.Count];
            await Crowd.RunAsync(OpeningAtOnce, devices.Count, null, number =>
            {
                var device = devices[number];
                var socket = new MqttSocket(portal.Door, AnswerSize);
                var code = socket.SignIn(device.Login.ToConnect());
                if (code != MqttSocket.Accepted)
                {
                    throw new InvalidOperationException($"A device was answered {code}.");
                }

                var topic = $"/sys/{device.ProductKey}/{device.DeviceKey}/thing/measurepoint/post";
                socket.SubscribeTo(topic + "_reply");
                opened[number] = (socket, topic);
            });
            return new Posting(opened);
        }

        /// <summary>Lets the first <paramref name="crowd"/> devices post, so many times each.</summary>
        /// <returns>What it took, in seconds.</returns>
        public Task<double> RunAsync(int crowd, int posts, Samples? times = null) =>
            Crowd.RunAsync(crowd, crowd, null, number =>
            {
                for (var i = 0; i < posts; i++)
                {
                    var started = Stopwatch.GetTimestamp();
                    PostNext(number);
                    times?.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                }
            });

        public void Dispose()
        {
            foreach (var (socket, _) in _devices)
            {
                socket.Dispose();
            }
        }

        private void PostNext(int number)
        {
            var (socket, topic) = _devices[number];
            var post = _posts[number]++;
            var points = string.Join(',', Enumerable.Range(0, PointsAPost).Select(point => string.Create(
                CultureInfo.InvariantCulture, $"\"point{point}\":{20 + Math.Round(Math.Sin((post + (number * point)) / 20.0) * 5, 2)}")));
            var payload = $$$"""{"id":"{{{post}}}","version":"1.1","method":"thing.measurepoint.post","params":{"measurepoints":{{{{points}}}},"time":{{{_start + (post * 1000)}}}}}""";
            var answer = socket.Ask(topic, payload, (ushort)((post % 65_000) + 1));
            using var json = JsonDocument.Parse(answer[answer.IndexOf('{', StringComparison.Ordinal)..]);
            if (json.RootElement.GetProperty("code").GetInt32() != 200)
            {
                throw new InvalidOperationException($"A post was answered {answer}.");
            }
        }
    }
}
