using System.Diagnostics;
using Bench.PortalUnderTest;
using Bench.References;

namespace Bench.Fleet;

/// <summary>One fleet in both shapes: the portal's database and, made from it, the reference's.</summary>
internal sealed record SeededFleet(int Devices, string PortalDatabase, string ReferenceDatabase, FleetSample Sample);

/// <summary>Makes fleets and keeps them for the next run.</summary>
internal sealed class Fleets(BenchOptions options, PublishedPortal portal)
{
    public async Task<SeededFleet> GetAsync(int devices)
    {
        var folder = Path.Combine(options.Data, $"fleet-{devices}");
        var database = Path.Combine(folder, "portal.db");
        var reference = Path.Combine(folder, "reference.db");
        if (!File.Exists(reference))
        {
            if (Directory.Exists(folder))
            {
                // A run was cut short: a half-made database must not be measured.
                Directory.Delete(folder, recursive: true);
            }

            Directory.CreateDirectory(folder);
            Console.WriteLine($"Seeding {devices:N0} devices ...");
            var watch = Stopwatch.StartNew();
            await portal.RunAsync(database, ["seed", "--devices", $"{devices}"]);
            Console.WriteLine($"  {devices / watch.Elapsed.TotalSeconds:N0} devices/s; making the reference's database ...");
            Sqlite.Checkpoint(database);
            References.ReferenceDatabase.Make(database, reference + ".part");
            File.Move(reference + ".part", reference);
        }

        return new SeededFleet(devices, database, reference, FleetSample.Draw(reference));
    }

    /// <summary>A copy to write to, so that the kept one stays as it was seeded.</summary>
    public string Copy(string database)
    {
        var copy = Path.Combine(options.Data, "scratch", $"{Path.GetFileName(Path.GetDirectoryName(database))}-{Path.GetFileName(database)}");
        Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
        Sqlite.Checkpoint(database);

        // A log that lies beside a replaced file would be played into the new one.
        File.Delete(copy + "-wal");
        File.Delete(copy + "-shm");
        File.Copy(database, copy, overwrite: true);
        return copy;
    }
}
