using System.Diagnostics;
using Bench.PortalUnderTest;
using Bench.References;

namespace Bench.Fleet;

/// <summary>One fleet in both shapes: the portal's database and, made from it, the reference's.</summary>
internal sealed record SeededFleet(int Devices, string PortalDatabase, string ReferenceDatabase, FleetSample Sample);

/// <summary>Makes fleets and keeps them for the next run.</summary>
internal sealed class Fleets(BenchOptions options, PublishedPortal portal)
{
    private const string KeyFile = "secrets.key";

    public async Task<SeededFleet> GetAsync(int devices)
    {
        var folder = Path.Combine(options.Data, $"fleet-{devices}");
        var database = Path.Combine(folder, "portal.db");
        var reference = Path.Combine(folder, "reference.db");
        Directory.CreateDirectory(folder);

        // Made under another name first: what a cut-short run left behind must not be measured.
        if (!File.Exists(database))
        {
            Console.WriteLine($"Seeding {devices:N0} devices ...");
            var seeding = Renew(database);
            var watch = Stopwatch.StartNew();
            await portal.RunAsync(seeding, ["seed", "--devices", $"{devices}"]);
            Console.WriteLine($"  {devices / watch.Elapsed.TotalSeconds:N0} devices/s");
            Sqlite.Checkpoint(seeding);
            File.Move(seeding, database);
        }

        if (!File.Exists(reference))
        {
            Console.WriteLine("Making the reference's database from the same rows ...");
            var making = Renew(reference);
            References.ReferenceDatabase.Make(database, making);
            File.Move(making, reference);
        }

        return new SeededFleet(devices, database, reference, FleetSample.Draw(reference));
    }

    /// <summary>A copy to write to, so that the kept one stays as it was seeded.</summary>
    public string Copy(string database)
    {
        var copy = Path.Combine(options.Data, "scratch", $"{Path.GetFileName(Path.GetDirectoryName(database))}-{Path.GetFileName(database)}");
        Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
        Sqlite.Checkpoint(database);
        DeleteLog(copy);
        File.Copy(database, copy, overwrite: true);
        return copy;
    }

    /// <summary>As <see cref="Copy"/>, of a portal's database with the key file that opens its secrets.</summary>
    public string CopyWithKeys(SeededFleet fleet)
    {
        var copy = Copy(fleet.PortalDatabase);
        File.Copy(Path.Combine(Path.GetDirectoryName(fleet.PortalDatabase)!, KeyFile), Path.Combine(Path.GetDirectoryName(copy)!, KeyFile), overwrite: true);
        return copy;
    }

    private static string Renew(string database)
    {
        var part = database + ".part";
        DeleteLog(part);
        File.Delete(part);
        return part;
    }

    /// <summary>A log that lies beside a replaced file would be played into the new one.</summary>
    private static void DeleteLog(string database)
    {
        File.Delete(database + "-wal");
        File.Delete(database + "-shm");
    }
}
