using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.AuditReview;
using Portal.Core.Live;
using Portal.Core.Persistence;
using Portal.Core.Replacements;
using Portal.Core.Secrets;
using Unit.Support;

namespace Unit.Persistence;

public sealed class CrashTests
{
    private const string FolderVariable = "PORTAL_CRASH_FOLDER";
    private const string KeyFile = "secrets.key";
    private const string AnsweredFile = "answered.txt";
    private const int Clients = 20;

    [Fact]
    [Trait("Requirement", "R-1")]
    [Trait("Requirement", "R-4")]
    [Trait("Requirement", "R-7")]
    public async Task Replace_ProcessKilledAtRandomMoments_LosesAndHalvesNothing()
    {
        using var database = await TestDatabase.CreateAsync();
        var keys = SecretKeyRing.Create();
        keys.WriteNew(Path.Combine(database.Folder, KeyFile));
        await using (var portal = TestPortal.Open(database, keys))
        {
            for (var client = 0; client < Clients; client++)
            {
                await portal.AddDeviceAsync($"asset-{client}", $"first-{client}");
            }
        }

        var random = new Random();
        var answered = 0;
        for (var round = 0; round < Scale.Of(4, 1_000); round++)
        {
            SqliteConnection.ClearAllPools();
            await RunAndKillAsync(database.Folder, TimeSpan.FromMilliseconds(random.Next(600)));

            var watch = Stopwatch.StartNew();
            await using var portal = TestPortal.Open(database, keys);
            await portal.Get<IPortalDatabase>().MigrateAsync(TestContext.Current.CancellationToken);
            var olga = await portal.SignInAsync(Role.FullAccess);
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"served only after {watch.Elapsed}");
            answered = CheckAnswers(database);
            await CheckStateAsync(portal, olga);
            await CheckEventsAsync(portal);
        }

        Assert.True(answered > 20, $"only {answered} replacements were answered");
    }

    /// <summary>The process that is killed: twenty clients that replace, and note what they were answered.</summary>
    [Fact(Explicit = true)]
    public async Task Child()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is not { } folder)
        {
            Assert.Skip("Only started by the test above.");
            return;
        }

        await using var portal = TestPortal.Open(TestDatabase.At(folder), SecretKeyRing.Read(Path.Combine(folder, KeyFile)));
        var olga = await portal.SignInAsync(Role.FullAccess);
        await using var answered = new StreamWriter(Path.Combine(folder, AnsweredFile), append: true) { AutoFlush = true };
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(async () =>
        {
            while (true)
            {
                var (key, operation) = ($"key-{Guid.NewGuid():N}", Guid.NewGuid().ToString());
                var replaced = PortalCommands.Value(await portal.ReplaceAsync(olga, $"asset-{client}", key, operationId: operation));
                lock (answered)
                {
                    answered.WriteLine($"{operation} asset-{client} {key} {replaced.ReplacementId} {replaced.Version}");
                }
            }
        })));
    }

    private static async Task RunAndKillAsync(string folder, TimeSpan after)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(CrashTests).Assembly.Location);
        }

        foreach (var argument in new[] { "-explicit", "only", "-method", $"{typeof(CrashTests).FullName}.{nameof(Child)}" })
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment[FolderVariable] = folder;
        var file = new FileInfo(Path.Combine(folder, AnsweredFile));
        var before = file.Exists ? file.Length : 0;
        using var child = Process.Start(start)!;
        try
        {
            // From the first answer on, any moment is as good as any other.
            for (var waited = 0; !child.HasExited && (file.Exists ? file.Length : 0) == before && waited < 6_000; waited++)
            {
                await Task.Delay(10, TestContext.Current.CancellationToken);
                file.Refresh();
            }

            await Task.Delay(after, TestContext.Current.CancellationToken);
            Assert.False(child.HasExited, "the child ended by itself");
        }
        finally
        {
            child.Kill();
            await child.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static int CheckAnswers(TestDatabase database)
    {
        // The last line may be cut short: its writer was killed.
        var lines = File.ReadAllText(Path.Combine(database.Folder, AnsweredFile)).Split('\n')[..^1];
        var written = database.Rows("SELECT operation_id AS o, json_extract(outcome, '$.Value') AS v FROM operations").Select(row => row.Split('|'))
            .ToDictionary(fields => fields[0][2..], fields => fields[1]);
        foreach (var line in lines.Select(line => line.Split(' ')))
        {
            Assert.Contains($"\"AssetId\":\"{line[1]}\"", written[line[0]]);
            Assert.Contains($"\"DeviceKey\":\"{line[2]}\"", written[line[0]]);
            Assert.Contains($"\"ReplacementId\":{line[3]},", written[line[0]]);
        }

        return lines.Length;
    }

    /// <summary>Whatever was committed, also by the process that was killed before it could tell, is told by the next, in its order.</summary>
    private static async Task CheckEventsAsync(TestPortal portal)
    {
        var heard = new ConcurrentQueue<long>();
        using (portal.Get<LiveEvents>().Subscribe(fleetEvent =>
        {
            if (fleetEvent is ReplacementChangedEvent changed)
            {
                heard.Enqueue(changed.ReplacementId);
            }
        }))
        {
            var committed = await portal.ReadAsync(db => db.Replacements.OrderBy(replacement => replacement.Id).Select(replacement => replacement.Id).ToListAsync());
            await portal.StartJobsAsync();
            for (var waited = 0; heard.Distinct().Count() < committed.Count && waited < 1_000; waited++)
            {
                await Task.Delay(10, TestContext.Current.CancellationToken);
            }

            Assert.Equal(committed, heard.Distinct());
        }
    }

    private static async Task CheckStateAsync(TestPortal portal, Actor olga)
    {
        var database = portal.Database;
        Assert.Equal("ok", database.Scalar<string>("PRAGMA integrity_check"));
        Assert.True((await portal.Get<AuditVerifier>().VerifyOfflineAsync([], TestContext.Current.CancellationToken)).IsSound);

        // One of each for every commit, and nothing of what was not committed.
        var replacements = database.Scalar<long>("SELECT count(*) FROM replacements");
        Assert.Equal(replacements, database.Scalar<long>("SELECT count(*) FROM operations"));
        Assert.Equal(replacements, database.Scalar<long>("SELECT count(*) FROM reveal_grants"));
        Assert.Equal(replacements, database.Scalar<long>("SELECT count(*) FROM audit_entries WHERE action='device.replace'"));
        Assert.Equal(replacements, database.Scalar<long>(
            "SELECT count(*) FROM audit_entries a JOIN operations o ON o.operation_id=a.operation_id WHERE a.action='device.replace' AND a.outcome='ok'"));
        Assert.Equal(replacements, database.Scalar<long>(
            "SELECT count(*) FROM replacements r JOIN operations o ON json_extract(o.outcome, '$.Value.ReplacementId')=r.id JOIN reveal_grants g ON g.id=r.reveal_grant_id"));
        Assert.Equal(replacements, database.Scalar<long>(
            "SELECT count(DISTINCT part.value) FROM outbox, json_tree(payload) AS part WHERE part.key = 'ReplacementId'"));

        // The device is what its newest replacement made it, whole.
        Assert.Equal((long)Clients, database.Scalar<long>(
            """
            SELECT count(*) FROM devices d WHERE d.version = 1 + (SELECT count(*) FROM replacements r WHERE r.device_id=d.id) AND d.credential_version = d.version
                AND d.device_key = coalesce((SELECT r.new_device_key FROM replacements r WHERE r.device_id=d.id ORDER BY r.id DESC LIMIT 1), replace(d.asset_id, 'asset', 'first'))
                AND (SELECT count(*) FROM reveal_grants g WHERE g.device_id=d.id AND g.state=0 AND g.credential_version=d.credential_version)
                    = (SELECT count(*) FROM reveal_grants g WHERE g.device_id=d.id AND g.state=0)
            """));
        foreach (var device in await portal.ReadAsync(db => db.Devices.AsNoTracking().Include(device => device.Credential).ToListAsync()))
        {
            using var opened = portal.Get<SecretVault>().Open(device.Credential.KeyId, device.Credential.Sealed, new SecretBinding(
                SecretBinding.Device, device.OrganizationNumber, device.AssetId, device.Credential.Version));
        }

        // Whatever the owner has not seen yet they can still see, on a portal that has just come up.
        var open = database.Rows("SELECT id FROM reveal_grants WHERE state=0 AND displays=0 LIMIT 1").Select(row => Guid.Parse(row[3..])).ToList();
        Assert.All(await Task.WhenAll(open.Select(id => portal.ReadSecretAsync(olga, id))), shown => Assert.NotNull(shown.Secret));
    }
}
