using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Auditing;
using Portal.Core.AuditReview;
using Portal.Core.Persistence;
using Portal.Core.Views;
using Unit.Support;

namespace Unit.AuditReview;

public sealed class AuditMutationTests
{
    private const int Entries = 40;

    /// <summary>Whoever spoils the table, with or without making the chain fit again, is found out.</summary>
    [Fact]
    [Trait("Requirement", "R-56")]
    public async Task Verify_AnyMutation_IsFound()
    {
        await using var portal = await CreateAsync();
        var heads = portal.Get<AuditHeads>();
        await heads.WriteAsync(TestContext.Current.CancellationToken);
        var signed = heads.Read();
        var sound = await portal.ReadAsync(db => db.AuditEntries.AsNoTracking().OrderBy(entry => entry.Sequence).ToListAsync());
        Assert.True((await portal.Get<AuditVerifier>().VerifyOfflineAsync(signed, TestContext.Current.CancellationToken)).IsSound);
        var random = new Random(56);

        for (var i = 0; i < Scale.Of(ci: 300, full: 10_000); i++)
        {
            var (name, mutated) = Mutate(sound, random, i);
            await StoreAsync(portal, mutated);

            var verification = await portal.Get<AuditVerifier>().VerifyOfflineAsync(signed, TestContext.Current.CancellationToken);

            Assert.False(verification.IsSound, $"Not found: mutation {i}, {name}");
        }

        await StoreAsync(portal, sound);
        Assert.True((await portal.Get<AuditVerifier>().VerifyOfflineAsync(signed, TestContext.Current.CancellationToken)).IsSound);
    }

    /// <summary>No signed head covers it yet: its own hash must tell.</summary>
    [Fact]
    [Trait("Requirement", "R-56")]
    public async Task Verify_EntryAlteredSinceTheLastHead_IsFoundWhereItIs()
    {
        await using var portal = await CreateAsync();
        var sound = await portal.ReadAsync(db => db.AuditEntries.AsNoTracking().OrderBy(entry => entry.Sequence).ToListAsync());
        foreach (var at in new[] { 0, Entries / 2, sound.Count - 1 })
        {
            foreach (var altered in new[] { With(sound[at], sound[at].Detail + " "), Hashed(sound[at], new byte[AuditChain.HashSizeInBytes]) })
            {
                await StoreAsync(portal, [.. sound[..at], altered, .. sound[(at + 1)..]]);

                var verification = await portal.Get<AuditVerifier>().VerifyOfflineAsync([], TestContext.Current.CancellationToken);

                Assert.Equal((AuditFault.Altered, sound[at].Sequence), (verification.Fault, verification.FaultAt));
            }
        }
    }

    [Fact]
    [Trait("Requirement", "R-56")]
    public async Task Verify_AlteredHead_IsFoundAsForged()
    {
        await using var portal = await CreateAsync();
        var heads = portal.Get<AuditHeads>();
        await heads.WriteAsync(TestContext.Current.CancellationToken);
        var head = Assert.Single(heads.Read());
        foreach (var forged in new[] { head with { Sequence = head.Sequence - 1 }, head with { At = head.At.AddHours(1) }, head with { Signature = new string('0', 64) } })
        {
            Assert.Equal(AuditFault.HeadForged, (await portal.Get<AuditVerifier>().VerifyOfflineAsync([forged], TestContext.Current.CancellationToken)).Fault);
        }
    }

    [Fact]
    [Trait("Requirement", "R-56")]
    public async Task Head_AfterAnEntry_IsSignedWithinFiveMinutes()
    {
        await using var portal = await CreateAsync();
        await portal.StartJobsAsync();
        var ada = await portal.SignInAsync("ada", Role.Administrator);
        await portal.Get<SavedViewService>().SaveAsync(ada, "late", "q");
        var last = await portal.ReadAsync(db => db.AuditEntries.MaxAsync(entry => entry.Sequence));
        var started = portal.Clock.GetUtcNow();

        while ((portal.Get<AuditHeads>().Read() is not [.., var head] || head.Sequence < last) && portal.Clock.GetUtcNow() - started < TimeSpan.FromMinutes(5))
        {
            portal.Clock.Advance(TimeSpan.FromSeconds(5));
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        Assert.True(portal.Get<AuditHeads>().Read()[^1].Sequence >= last);
        Assert.InRange(portal.Clock.GetUtcNow() - started, TimeSpan.Zero, TimeSpan.FromMinutes(5));
    }

    private static async Task<TestPortal> CreateAsync()
    {
        var folder = Directory.CreateTempSubdirectory("portal-heads-");
        var portal = await TestPortal.CreateAsync([("Audit:HeadFile", Path.Combine(folder.FullName, "heads.jsonl"))]);
        var ada = await portal.SignInAsync("ada", Role.Administrator);
        for (var i = 0; i < Entries; i++)
        {
            await portal.Get<SavedViewService>().SaveAsync(ada, $"view {i}", "q");
        }

        return portal;
    }

    private static (string Name, List<AuditEntry> Entries) Mutate(List<AuditEntry> sound, Random random, int i)
    {
        var at = random.Next(sound.Count);
        var entries = sound.ToList();
        var name = (i % 6) switch
        {
            0 => Edit(entries, at, random),
            1 => Do("delete", () => entries.RemoveAt(at)),
            2 => Do("insert", () => entries.Insert(at, With(entries[at], entries[at].Detail + " "))),
            3 => Do("reorder", () =>
            {
                var other = (at + 1 + random.Next(entries.Count - 1)) % entries.Count;
                (entries[at], entries[other]) = (entries[other], entries[at]);
            }),
            4 => Do("cut the tail", () => entries.RemoveRange(Math.Max(1, at), entries.Count - Math.Max(1, at))),

            // Not the last: that would be one more entry after the signed head, as each new one is until the next head.
            _ => Do("double", () => entries.Insert(Math.Min(at, entries.Count - 2), entries[Math.Min(at, entries.Count - 2)])),
        };

        // A table cannot hold a number twice; the thorough forger also makes every hash fit again.
        var thorough = random.Next(2) == 0;
        var hash = AuditChain.Start;
        var written = new List<AuditEntry>(entries.Count);
        var isSequenceKept = i % 6 is 0 or 1 or 4 && !thorough;
        for (var j = 0; j < entries.Count; j++)
        {
            var entry = Numbered(entries[j], isSequenceKept ? entries[j].Sequence : j + 1);
            hash = AuditChain.Hash(hash, entry);
            written.Add(thorough ? Hashed(entry, hash) : entry);
        }

        return ($"{name}{(thorough ? ", thorough" : "")}", written);
    }

    private static string Edit(List<AuditEntry> entries, int at, Random random)
    {
        var entry = entries[at];
        var field = random.Next(11);
        entries[at] = new AuditEntry
        {
            Sequence = entry.Sequence,
            At = field == 0 ? entry.At.AddMilliseconds(1) : entry.At,
            ActorIssuer = field == 1 ? entry.ActorIssuer + "x" : entry.ActorIssuer,
            ActorSubject = field == 2 ? entry.ActorSubject + "x" : entry.ActorSubject,
            ActorName = field == 3 ? "Somebody else" : entry.ActorName,
            Address = field == 4 ? (entry.Address is null ? "" : null) : entry.Address,
            Action = field == 5 ? entry.Action + "x" : entry.Action,
            Outcome = field == 6 ? "AccessDenied" : entry.Outcome,
            OrganizationNumber = field == 7 ? 77 : entry.OrganizationNumber,
            AssetId = field == 8 ? (entry.AssetId is null ? "" : null) : entry.AssetId,
            OperationId = field == 9 ? (entry.OperationId is null ? "" : null) : entry.OperationId,
            Detail = field == 10 ? entry.Detail + " " : entry.Detail,
            Hash = entry.Hash,
        };
        return $"edit {field}";
    }

    private static string Do(string name, Action mutate)
    {
        mutate();
        return name;
    }

    private static AuditEntry With(AuditEntry entry, string detail) => Copy(entry, entry.Sequence, detail, entry.Hash);

    private static AuditEntry Numbered(AuditEntry entry, long sequence) => Copy(entry, sequence, entry.Detail, entry.Hash);

    private static AuditEntry Hashed(AuditEntry entry, byte[] hash) => Copy(entry, entry.Sequence, entry.Detail, hash);

    private static AuditEntry Copy(AuditEntry entry, long sequence, string detail, byte[] hash) => new()
    {
        Sequence = sequence,
        At = entry.At,
        ActorIssuer = entry.ActorIssuer,
        ActorSubject = entry.ActorSubject,
        ActorName = entry.ActorName,
        Address = entry.Address,
        Action = entry.Action,
        Outcome = entry.Outcome,
        OrganizationNumber = entry.OrganizationNumber,
        AssetId = entry.AssetId,
        OperationId = entry.OperationId,
        Detail = detail,
        Hash = hash,
    };

    private static Task StoreAsync(TestPortal portal, List<AuditEntry> entries) => portal.Get<IPortalDatabase>().WriteAsync(async unit =>
    {
        await unit.Db.AuditEntries.ExecuteDeleteAsync();
        unit.Db.AuditEntries.AddRange(entries);
        return await unit.Db.SaveChangesAsync();
    });
}
