using System.Diagnostics;
using System.Globalization;
using System.Text;
using Bench.Fleet;
using Bench.Measuring;
using Bench.PortalUnderTest;

namespace Bench.Goals;

/// <summary>
/// A file of new devices into the fleet, and what a single replacement waits meanwhile. The file is one transaction of
/// the one writer: whoever replaces a device waits for the rest of it.
/// </summary>
internal static class Importing
{
    private static readonly int[] s_sizes = [1_000, 10_000, 100_000];

    public static async Task MeasureAsync(Setting setting)
    {
        var fleet = await setting.Fleets.GetAsync(setting.Options.Devices);
        var copy = setting.Fleets.Copy(fleet.PortalDatabase);
        var product = ProductOf(copy, fleet.Sample.OrganizationId);
        await using var core = await CorePortal.OpenAsync(copy, fleet.Sample.OrganizationId);
        var next = 0;
        Task ReplaceNextAsync() => core.ReplaceAsync(fleet.Sample.AssetIds[next++ % fleet.Sample.AssetIds.Count], $"BENCH-{Guid.NewGuid():N}");
        var idle = new Samples();
        for (var i = 0; i < 220; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await ReplaceNextAsync();
            if (i >= 20)
            {
                idle.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }
        }

        foreach (var size in s_sizes)
        {
            using var file = new MemoryStream(Encoding.UTF8.GetBytes(Csv(product, size)));
            var waits = new Samples();
            using var done = new CancellationTokenSource();
            var replacing = Task.Run(async () =>
            {
                while (!done.IsCancellationRequested)
                {
                    var started = Stopwatch.GetTimestamp();
                    await ReplaceNextAsync();
                    waits.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                }
            });
            var (watch, read) = (Stopwatch.StartNew(), TimeSpan.Zero);
            await core.ImportAsync(file, () => read = watch.Elapsed);
            var total = watch.Elapsed;
            await done.CancelAsync();
            await replacing;
            var what = string.Create(CultureInfo.InvariantCulture, $"{size:N0} new rows into {setting.Options.Devices:N0}");
            if (size == s_sizes[^1])
            {
                setting.Report.AtMost("IMPORT", what, "s", total.TotalSeconds, null, bar: 60);
            }
            else
            {
                setting.Report.Info("IMPORT", what, "s", total.TotalSeconds);
            }

            setting.Report.Info("IMPORT", "  of which reading and verdicts", "s", read.TotalSeconds);
            setting.Report.Info("IMPORT", "  a replacement meanwhile, p50 (idle beside)", "ms", waits.P50, idle.P50);
            setting.Report.Info("IMPORT", "  a replacement meanwhile, p99 (idle beside)", "ms", waits.P99, idle.P99);
            setting.Report.Info("IMPORT", "  the longest wait of a replacement (idle beside)", "ms", waits.Max, idle.Max);
        }
    }

    private static string Csv(string product, int rows)
    {
        var text = new StringBuilder("assetId,productKey,deviceKey,name,nameZh,description,timezone\n");
        var run = Guid.NewGuid().ToString("N")[..6];
        for (var i = 0; i < rows; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"imp{run}{i:000000},{product},IMP-{run}-{i:000000},Imported inverter {i % 500:000}-{i / 500:000},新逆变器 {i:000000},,+08:00\n");
        }

        return text.ToString();
    }

    private static string ProductOf(string database, string organizationId)
    {
        using var connection = Sqlite.Open(database);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT p.product_key FROM products p JOIN organizations o ON o.number = p.organization_number WHERE o.organization_id = $id LIMIT 1";
        command.Parameters.AddWithValue("$id", organizationId);
        return (string)command.ExecuteScalar()!;
    }
}
