using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Bench.Fleet;
using Bench.Measuring;
using Bench.PortalUnderTest;
using Microsoft.Data.Sqlite;
using Portal.Core.Applications;
using Portal.Core.Secrets;

namespace Bench.Goals;

/// <summary>
/// G7, G8, G19: signed <c>replaceDevice</c> of the published portal against the bare limit server, each on a copy of the same fleet: one at a
/// time and many at once, without the secret and with it.
/// </summary>
internal static class ReplacingOverRest
{
    private const int PortalPort = 18064;
    private const int LimitPort = 18065;
    private const int WarmUps = 400;
    private const int Seals = 5_000;

    /// <summary>What a server puts off it does now and at its own cost, not in the other's turn.</summary>
    private static readonly TimeSpan s_rest = TimeSpan.FromSeconds(2.2);

    /// <summary>How many calls of a round are made with how many under way at a time.</summary>
    private static readonly Dictionary<int, int> s_calls = new() { [1] = 250, [16] = 3_000, [128] = 3_000 };

    /// <summary>No limit of calls is measured here, only what they cost.</summary>
    public static readonly IReadOnlyDictionary<string, string> Unlimited = new Dictionary<string, string>
    {
        ["ConnectApi__RequestsPerSecond"] = "1000000",
        ["ConnectApi__Burst"] = "1000000",
    };

    public static async Task MeasureAsync(Setting setting)
    {
        var fleet = await setting.Fleets.GetAsync(setting.Options.Devices);
        var devices = Draw(fleet);
        await using var limitServer = await setting.References.StartLimitAsync(setting.Fleets.Copy(fleet.ReferenceDatabase), LimitPort);
        await using var portalServer = await setting.Portal.StartAsync(setting.Fleets.CopyWithKeys(fleet), PortalPort, PortalPages.Sample, Unlimited);
        using var client = await SignedClient.OpenAsync(portalServer.Address);
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false, UseProxy = false }) { BaseAddress = limitServer.Address };

        // Every call another asset: the second replacement of one has the first to close, which the reference does not know of.
        var half = devices.Length / 2;
        var limit = new Side(limitServer, devices, device => Limit(http, device));
        var plain = new Side(portalServer, devices[..half], device => Call(client, device, requireSecret: false));
        var secret = new Side(portalServer, devices[half..], device => Call(client, device, requireSecret: true));
        Side[] sides = [limit, plain, secret];
        foreach (var side in sides)
        {
            await side.RunAsync(16, WarmUps, count: false);
        }

        for (var round = 0; round < setting.Options.Rounds; round++)
        {
            foreach (var (clients, calls) in s_calls)
            {
                foreach (var side in sides)
                {
                    await side.RunAsync(clients, calls, count: true);
                }
            }
        }

        var report = setting.Report;
        foreach (var (side, what) in new[] { (plain, "without secret"), (secret, "with secret") })
        {
            var (ours, theirs) = (side.At(1), limit.At(1));
            report.Ratio("G7", $"REST replace {what}, p50", "ms", ours.Times.P50, theirs.Times.P50, bar: 1.5, moonshot: 1.15);
            report.Ratio("G7", $"REST replace {what}, p99", "ms", ours.Times.P99, theirs.Times.P99, bar: 2, moonshot: 1.2);
            report.Info("G7", "  longest", "ms", ours.Times.Max, theirs.Times.Max);
            report.Info("G7", $"REST replace {what}, server CPU", "ms", ours.CpuPerOperation, theirs.CpuPerOperation);
            foreach (var clients in s_calls.Keys.Where(clients => clients > 1))
            {
                (ours, theirs) = (side.At(clients), limit.At(clients));
                var line = $"REST replaces at {clients} clients, {what}";
                report.AtLeast("G8", line, "/s", ours.PerSecond, theirs.PerSecond,
                    bar: clients == 16 ? 0.6 * theirs.PerSecond : null, barText: clients == 16 ? ">= 0.6 x" : "", moonshot: 0.85 * theirs.PerSecond, moonshotText: ">= 0.85 x");
                report.Info("G8", "  p99", "ms", ours.Times.P99, theirs.Times.P99);
                report.Info("G8", "  server CPU of one", "ms", ours.CpuPerOperation, theirs.CpuPerOperation);
            }
        }

        report.Info("G8", "memory of the server after all", "MiB", portalServer.ResidentKiB / 1024, limitServer.ResidentKiB / 1024);
        Seal(report, secret.At(16).CpuPerOperation);
    }

    /// <summary>G19: what sealing costs in one thread, beside bare RSA-OAEP under the same key, and as a share of a replacement.</summary>
    private static void Seal(Report report, double replaceCpu)
    {
        using var rsa = RSA.Create(2048);
        var key = RsaPublicKey.Parse(Convert.ToBase64String(rsa.ExportSubjectPublicKeyInfo())).Value ?? throw new InvalidOperationException("The key was refused.");
        using var secret = DeviceSecret.Generate();
        var (seal, bare) = (new Samples(), new Samples());
        var plain = new byte[SecretEnvelope.KeySizeInBytes];
        for (var round = 0; round < 6; round++)
        {
            Time(round == 0 ? null : seal, () => SecretEnvelope.Seal(secret, key));
            Time(round == 0 ? null : bare, () => rsa.Encrypt(plain, RSAEncryptionPadding.OaepSHA256));
        }

        report.Ratio("G19", "sealing a secret under RSA-2048, bare RSA-OAEP beside", "us", seal.P50, bare.P50, bar: null, moonshot: 1.2);
        report.AtMost("G19", "sealing, share of a replacement's CPU at 16 clients", "%", seal.P50 / 10 / replaceCpu, null, bar: 15);
    }

    private static void Time(Samples? into, Action seal)
    {
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < Seals; i++)
        {
            seal();
        }

        into?.Add(Stopwatch.GetElapsedTime(started).TotalMicroseconds / Seals);
    }

    private static Func<Task> Call(SignedClient client, Device device, bool requireSecret)
    {
        var request = client.Replace(device.AssetId, NewKey(), requireSecret);
        return () => client.SendAsync(request);
    }

    private static Func<Task> Limit(HttpClient http, Device device)
    {
        var content = new StringContent($$"""{"newDeviceKey":"{{NewKey()}}"}""", new MediaTypeHeaderValue("application/json"));
        return async () =>
        {
            using var answer = await http.PostAsync(new Uri($"/replace/{device.Id}", UriKind.Relative), content);
            await answer.Content.ReadAsByteArrayAsync();
            answer.EnsureSuccessStatusCode();
        };
    }

    private static string NewKey() => $"BENCH-{Guid.NewGuid():N}";

    /// <summary>The devices of the sample's organization, shuffled.</summary>
    private static Device[] Draw(SeededFleet fleet)
    {
        using var connection = Sqlite.Open(fleet.ReferenceDatabase);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT id, asset_id FROM devices WHERE org_id = $org ORDER BY id";
        command.Parameters.AddWithValue("$org", fleet.Sample.OrganizationId);
        using var reader = command.ExecuteReader();
        var devices = new List<Device>();
        while (reader.Read())
        {
            devices.Add(new Device(reader.GetInt64(0), reader.GetString(1)));
        }

        var shuffled = devices.ToArray();
        new Random(7).Shuffle(shuffled);
        return shuffled;
    }

    private sealed record Device(long Id, string AssetId);

    /// <param name="Clients">How many calls were under way at a time.</param>
    private sealed record Run(int Clients)
    {
        public Samples Times { get; } = new();

        public double Seconds { get; set; }

        public double CpuMilliseconds { get; set; }

        public double PerSecond => Times.Count / Seconds;

        public double CpuPerOperation => CpuMilliseconds / Times.Count;
    }

    /// <param name="prepare">Makes a call ready, which is not timed, and gives what sends it.</param>
    private sealed class Side(ServerProcess server, Device[] devices, Func<Device, Func<Task>> prepare)
    {
        private readonly Dictionary<int, Run> _runs = s_calls.Keys.ToDictionary(clients => clients, clients => new Run(clients));
        private int _next;

        public Run At(int clients) => _runs[clients];

        public async Task RunAsync(int clients, int calls, bool count)
        {
            var ready = Enumerable.Range(0, calls).Select(_ => prepare(devices[_next++ % devices.Length])).ToList();
            var (run, at, cpu) = (count ? _runs[clients] : new Run(clients), -1, server.CpuMilliseconds);
            var started = Stopwatch.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, clients).Select(async _ =>
            {
                while (Interlocked.Increment(ref at) is var index && index < ready.Count)
                {
                    var sent = Stopwatch.GetTimestamp();
                    await ready[index]();
                    run.Times.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
                }
            }));
            run.Seconds += Stopwatch.GetElapsedTime(started).TotalSeconds;
            await Task.Delay(s_rest);
            run.CpuMilliseconds += server.CpuMilliseconds - cpu;
        }
    }
}
