using System.Diagnostics;
using System.Globalization;
using Portal.Core.Persistence;
using Portal.Core.SampleFleet;

namespace Portal.CommandLine;

/// <summary><c>seed --devices N</c>: fills an empty database with a fleet of that size, for benchmarks.</summary>
public sealed class SeedCommand(IPortalDatabase database, FleetSeeder seeder, TextWriter output)
{
    public const string Name = "seed";

    private const string Usage = "Usage: seed --devices N (1 to 100000000) [--Database:ConnectionString \"Data Source=...\"]";
    private const string DevicesOption = "--devices";
    private const int MaxDevices = 100_000_000;
    private const int ReportEach = 100_000;

    /// <returns>The exit code: 0 made, 1 refused, 2 not understood.</returns>
    public async Task<int> RunAsync(string[] args)
    {
        var option = Array.IndexOf(args, DevicesOption);
        if (option < 0 || option + 1 >= args.Length
            || !int.TryParse(args[option + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var devices) || devices is < 1 or > MaxDevices)
        {
            await output.WriteLineAsync(Usage);
            return 2;
        }

        await database.MigrateAsync();
        var started = Stopwatch.GetTimestamp();
        var seeded = await seeder.SeedLargeAsync(devices, (step, written) => Report(step, written, devices, started));
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await output.WriteLineAsync(seeded.IsSuccess
            ? string.Create(CultureInfo.InvariantCulture, $"{devices:N0} devices in {seconds:N0} s: {devices / seconds:N0} a second.")
            : seeded.Error.Message);
        return seeded.IsSuccess ? 0 : 1;
    }

    private void Report(string step, long written, long devices, long started)
    {
        var isCounted = step is "devices" or "device_search";
        if (!isCounted || written % ReportEach == 0 || written == devices)
        {
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            output.WriteLine(isCounted
                ? string.Create(CultureInfo.InvariantCulture, $"{seconds,6:N0} s  {step}: {written:N0} of {devices:N0}")
                : string.Create(CultureInfo.InvariantCulture, $"{seconds,6:N0} s  making {step}"));
        }
    }
}
