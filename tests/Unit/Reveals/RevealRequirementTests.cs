using Microsoft.EntityFrameworkCore;
using Portal.Core;
using Portal.Core.Access;
using Portal.Core.Commands;
using Portal.Core.Connections;
using Portal.Core.Devices;
using Portal.Core.Replacements;
using Portal.Core.Reveals;
using Portal.Core.Sessions;
using Unit.Support;

namespace Unit.Reveals;

public sealed class RevealRequirementTests
{
    [Fact]
    [Trait("Requirement", "R-11")]
    public async Task Display_AfterTheGrantEnded_NeverShowsTheSecretToAnyone()
    {
        await using var portal = await TestPortal.CreateAsync();
        var olga = await portal.SignInAsync("olga", Role.FullAccess);
        var leaver = await portal.SignInAsync("leaver", Role.FullAccess);
        var admin = await portal.SignInAsync("admin", Role.Administrator);
        Actor?[] askers =
        [
            olga, await portal.SignInAsync("olga", Role.FullAccess), leaver, admin, await portal.SignInAsync("tom", Role.Technician),
            await portal.SignInAsync("rita", Role.Reader), await portal.SignInAsync("anton", Role.Auditor),
            await portal.SignInAsync("lina", Role.Administrator, TestPortal.OtherOrganization), null,
        ];
        var ended = await EndInEveryWayAsync(portal, olga, leaver, admin);
        foreach (var (reason, grantId) in ended)
        {
            var owner = reason == RevealCloseReason.Revoked ? (Error)new NotSignedIn() : new RevealClosed(grantId, reason);
            Assert.Equal(owner, (await portal.DisplayAsync(reason == RevealCloseReason.Revoked ? leaver : olga, grantId)).Error);
        }

        var random = new Random(11);
        var attempts = Scale.Of(800, 10_000);
        var ids = ended.Select(pair => pair.Value).ToArray();
        var shown = 0;
        foreach (var chunk in Enumerable.Range(0, attempts).Chunk(200))
        {
            var results = await Task.WhenAll(chunk.Select(_ => portal.Get<RevealService>().DisplayAsync(
                askers[random.Next(askers.Length)], Guess(random, ids), (RevealForm)random.Next(2))));
            shown += results.Count(result => result.IsSuccess);
        }

        Assert.Equal(0, shown);
        Assert.True(portal.Database.Scalar<long>("SELECT count(*) FROM audit_entries WHERE action='secret.display' AND outcome<>'ok'") >= attempts);
    }

    [Fact]
    [Trait("Requirement", "R-12")]
    public async Task Display_AuditCannotBeWritten_GivesNoByteAndCountsNothing()
    {
        await using var portal = await TestPortal.CreateAsync();
        var olga = await portal.SignInAsync(Role.FullAccess);
        var grantId = await portal.OpenGrantAsync(olga, "asset-1");

        portal.Database.Execute("CREATE TRIGGER no_audit BEFORE INSERT ON audit_entries BEGIN SELECT RAISE(ABORT, 'unwritable'); END");
        var refused = await portal.DisplayAsync(olga, grantId);

        Assert.IsType<StorageUnavailable>(refused.Error);
        Assert.Null(refused.Value);
        Assert.Equal(0L, portal.Database.Scalar<long>("SELECT displays FROM reveal_grants"));

        portal.Database.Execute("DROP TRIGGER no_audit");
        Assert.NotNull((await portal.ReadSecretAsync(olga, grantId)).Secret);
    }

    [Fact]
    [Trait("Requirement", "R-12")]
    public async Task Display_CommitFails_GivesNoByteAndCountsNothing()
    {
        await using var portal = await TestPortal.CreateAsync();
        var olga = await portal.SignInAsync(Role.FullAccess);
        var grantId = await portal.OpenGrantAsync(olga, "asset-1");

        // Every statement succeeds; the promise is only found broken when the transaction commits.
        portal.Database.Execute(
            """
            CREATE TABLE promises (id INTEGER PRIMARY KEY, kept INTEGER REFERENCES promises(id) DEFERRABLE INITIALLY DEFERRED);
            CREATE TRIGGER broken AFTER INSERT ON audit_entries BEGIN INSERT INTO promises(kept) VALUES (-1); END
            """);
        var refused = await portal.DisplayAsync(olga, grantId);

        Assert.IsType<StorageUnavailable>(refused.Error);
        Assert.Equal(0L, portal.Database.Scalar<long>("SELECT count(*) FROM audit_entries WHERE action='secret.display'"));
        Assert.Equal(0L, portal.Database.Scalar<long>("SELECT displays FROM reveal_grants"));
    }

    [Fact]
    [Trait("Requirement", "R-12")]
    public async Task Display_EachTime_IsInTheTrailWhenTheBytesAreThere()
    {
        await using var portal = await TestPortal.CreateAsync();
        var olga = await portal.SignInAsync(Role.FullAccess);
        var grantId = await portal.OpenGrantAsync(olga, "asset-1");

        for (var display = 1; display <= 5; display++)
        {
            using var revealed = PortalCommands.Value(await portal.DisplayAsync(olga, grantId));
            Assert.Equal(display, revealed.Display);
            Assert.Equal((long)display, portal.Database.Scalar<long>("SELECT count(*) FROM audit_entries WHERE action='secret.display' AND outcome='ok'"));
            Assert.Contains($"\"display\":{display},\"of\":5", portal.Database.Scalar<string>("SELECT detail FROM audit_entries ORDER BY sequence DESC LIMIT 1"));
        }

        Assert.Equal(new RevealClosed(grantId, RevealCloseReason.Exhausted), (await portal.DisplayAsync(olga, grantId)).Error);
    }

    [Fact]
    [Trait("Requirement", "R-13")]
    public async Task Display_ByAnyoneButTheOwner_IsRefusedAndLeavesAnEntry()
    {
        await using var portal = await TestPortal.CreateAsync();
        var olga = await portal.SignInAsync("olga", Role.FullAccess);
        var grantId = await portal.OpenGrantAsync(olga, "asset-1");
        var reveals = portal.Get<RevealService>();
        string[][] organizations = [[TestPortal.Organization], [TestPortal.OtherOrganization], [TestPortal.Organization, TestPortal.OtherOrganization]];
        var others = new List<Actor?> { null };
        foreach (var role in Role.All.Append(null))
        {
            foreach (var (index, its) in organizations.Index())
            {
                var other = await portal.SignInAsync($"{role?.Name ?? "nobody"}-{index}", role, its);
                others.AddRange([other, other with { Subject = "olga" }, other with { SessionId = olga.SessionId }, other with { Issuer = "https://elsewhere.test" }]);
            }
        }

        // The subject of the owner at another provider is another person.
        others.Add((await portal.Get<SessionService>().SignInAsync(
            new IdentifiedPerson("https://elsewhere.test", "olga", "olga", [Role.Administrator.Name], [TestPortal.Organization], null, null))).Value);

        foreach (var other in others)
        {
            var before = portal.Database.Scalar<long>("SELECT max(sequence) FROM audit_entries");
            Assert.Null((await reveals.DisplayAsync(other, grantId)).Value);
            Assert.NotNull((await reveals.AcknowledgeAsync(other, grantId)).Error);
            Assert.NotNull((await reveals.RecordCopyAsync(other, grantId)).Error);
            Assert.Empty((await reveals.MineAsync(other, TestContext.Current.CancellationToken)).Value ?? []);
            Assert.Equal(3L, portal.Database.Scalar<long>(
                $"SELECT count(*) FROM audit_entries WHERE sequence>{before} AND outcome IN ('NotSignedIn','AccessDenied','RevealNotFound')"));
        }

        Assert.Equal(0L, portal.Database.Scalar<long>("SELECT displays FROM reveal_grants"));
        Assert.NotNull((await portal.ReadSecretAsync(olga, grantId)).Secret);
    }

    [Fact]
    [Trait("Requirement", "R-14")]
    public async Task Acknowledge_TwentyTimesAtOnce_IsOneClosingAndNeverAnError()
    {
        await using var portal = await TestPortal.CreateAsync();
        var olga = await portal.SignInAsync(Role.FullAccess);
        var grantId = await portal.OpenGrantAsync(olga, "asset-1");
        var reveals = portal.Get<RevealService>();

        Assert.Equal(new RevealNotDisplayed(grantId), (await reveals.AcknowledgeAsync(olga, grantId)).Error);
        Assert.NotNull((await portal.ReadSecretAsync(olga, grantId)).Secret);
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => reveals.AcknowledgeAsync(olga, grantId)));

        Assert.All(answers, answer => Assert.Equal(new AcknowledgedReveal(grantId, "asset-1"), answer.Value));
        Assert.Equal(1L, portal.Database.Scalar<long>(
            "SELECT count(*) FROM audit_entries WHERE action='secret.acknowledge' AND outcome='ok' AND detail LIKE '%\"repeated\":false%'"));
        portal.Clock.Advance(TimeSpan.FromMinutes(20));
        Assert.Null((await reveals.AcknowledgeAsync(olga, grantId)).Error);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    [Trait("Requirement", "R-15")]
    public async Task Display_AtTheEndOfTheLifetime_IsOverToTheSecondWhateverTheWallClockSays(int daysOff)
    {
        await using var portal = await TestPortal.CreateAsync([("Sessions:Lifetime", "7.00:00:00")]);
        var olga = await portal.SignInAsync(Role.FullAccess);
        var grantId = await portal.OpenGrantAsync(olga, "asset-1");

        portal.Clock.Advance(TimeSpan.FromMinutes(1));
        portal.Clock.SetWallClock(TimeSpan.FromDays(daysOff));
        portal.Clock.Advance(TimeSpan.FromMinutes(14) - TimeSpan.FromSeconds(2));
        Assert.NotNull((await portal.ReadSecretAsync(olga, grantId)).Secret);
        Assert.Single((await portal.Get<RevealService>().MineAsync(olga, TestContext.Current.CancellationToken)).Value!);

        // No sweeper runs here: the time is looked at where it matters.
        portal.Clock.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(new RevealClosed(grantId, RevealCloseReason.Expired), (await portal.DisplayAsync(olga, grantId)).Error);
        Assert.Equal(new RevealClosed(grantId, RevealCloseReason.Expired), (await portal.Get<RevealService>().AcknowledgeAsync(olga, grantId)).Error);
        Assert.Empty((await portal.Get<RevealService>().MineAsync(olga, TestContext.Current.CancellationToken)).Value!);
        Assert.Equal(0L, portal.Database.Scalar<long>("SELECT state FROM reveal_grants"));
    }

    [Fact]
    [Trait("Requirement", "R-15")]
    public async Task Display_AfterARestartWithTheClockSetBack_IsOver()
    {
        await using var portal = await TestPortal.CreateAsync([("Sessions:Lifetime", "7.00:00:00")]);
        var olga = await portal.SignInAsync(Role.FullAccess);
        var grantId = await portal.OpenGrantAsync(olga, "asset-1");

        portal.Clock.SetWallClock(TimeSpan.FromDays(-1));
        await using var restarted = portal.Restart();

        Assert.Equal(new RevealClosed(grantId, RevealCloseReason.Expired), (await restarted.DisplayAsync(olga, grantId)).Error);
    }

    [Fact]
    [Trait("Requirement", "R-15")]
    public async Task Sweeper_AfterExpiry_ClosesWithinAMinute()
    {
        await using var portal = await TestPortal.CreateAsync();
        var olga = await portal.SignInAsync(Role.FullAccess);
        await portal.OpenGrantAsync(olga, "asset-1");
        await portal.StartJobsAsync();
        portal.Clock.Advance(TimeSpan.FromMinutes(15));

        var lag = TimeSpan.Zero;
        while (portal.Database.Scalar<long>("SELECT state FROM reveal_grants") == 0 && lag < TimeSpan.FromSeconds(60))
        {
            portal.Clock.Advance(TimeSpan.FromSeconds(5));
            lag += TimeSpan.FromSeconds(5);
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        Assert.True(portal.Database.Scalar<long>("SELECT state FROM reveal_grants") != 0, "the grant is open a minute after its time");
        Assert.Equal((long)RevealCloseReason.Expired, portal.Database.Scalar<long>("SELECT close_reason FROM reveal_grants"));
        Assert.Equal(1L, portal.Database.Scalar<long>("SELECT count(*) FROM audit_entries WHERE action='secret.expire'"));
    }

    [Fact]
    public async Task Sweeper_GrantWasConfirmedMeanwhile_DoesNothing()
    {
        await using var portal = await TestPortal.CreateAsync();

        Assert.Equal(0, (await portal.Get<RevealService>().CloseExpiredAsync()).Value!.Count);
        Assert.Equal(0L, portal.Database.Scalar<long>("SELECT count(*) FROM audit_entries"));
    }

    [Fact]
    public async Task Mine_AfterAReplacement_NamesIt()
    {
        await using var portal = await TestPortal.CreateAsync();
        var olga = await portal.SignInAsync(Role.FullAccess);
        await portal.AddDeviceAsync("asset-1", "key-1");
        var replaced = PortalCommands.Value(await portal.ReplaceAsync(olga, "asset-1", "key-2"));

        var mine = Assert.Single((await portal.Get<RevealService>().MineAsync(olga, TestContext.Current.CancellationToken)).Value!);

        Assert.Equal(replaced.RevealGrantId, mine.GrantId);
        Assert.Equal(replaced.ReplacementId, mine.ReplacementId);
    }

    private static async Task<Dictionary<RevealCloseReason, Guid>> EndInEveryWayAsync(TestPortal portal, Actor olga, Actor leaver, Actor admin)
    {
        var expired = await portal.OpenGrantAsync(olga, "expired");
        portal.Clock.Advance(TimeSpan.FromMinutes(16));

        var acknowledged = await portal.OpenGrantAsync(olga, "acknowledged");
        Assert.NotNull((await portal.ReadSecretAsync(olga, acknowledged)).Secret);
        Assert.Null((await portal.Get<RevealService>().AcknowledgeAsync(olga, acknowledged)).Error);

        var exhausted = await portal.OpenGrantAsync(olga, "exhausted");
        for (var display = 0; display < 5; display++)
        {
            Assert.NotNull((await portal.ReadSecretAsync(olga, exhausted)).Secret);
        }

        var superseded = await portal.OpenGrantAsync(olga, "superseded");
        Assert.Null((await portal.Get<ReplacementService>().ReissueAsync(
            olga, new ReissueSecretRequest(AssetSelector.Asset("superseded"), ReplacementReason.Other))).Error);

        // The newer secret is somebody's too, and ends with its device.
        Assert.Null((await portal.Get<DeviceService>().DeleteAsync(olga, AssetSelector.Asset("superseded"))).Error);

        var activated = await portal.OpenGrantAsync(olga, "activated");
        Assert.Null((await portal.Get<SignInService>().RecordSignInAsync(
            new DeviceSignIn($"inverter-{TestPortal.Organization}", "activated-new", 2, "192.0.2.9"))).Error);

        var revoked = await portal.OpenGrantAsync(leaver, "revoked");
        var account = await portal.ReadAsync(db => db.Accounts.Where(known => known.Subject == "leaver").Select(known => known.Id).SingleAsync());
        Assert.Null((await portal.Get<AccountService>().DisableAsync(admin, account)).Error);

        return new()
        {
            [RevealCloseReason.Expired] = expired,
            [RevealCloseReason.Acknowledged] = acknowledged,
            [RevealCloseReason.Exhausted] = exhausted,
            [RevealCloseReason.Superseded] = superseded,
            [RevealCloseReason.Activated] = activated,
            [RevealCloseReason.Revoked] = revoked,
        };
    }

    /// <summary>A known ID, one that differs in a few bits, or a random one.</summary>
    private static Guid Guess(Random random, Guid[] known)
    {
        var bytes = known[random.Next(known.Length)].ToByteArray();
        switch (random.Next(4))
        {
            case 0:
                bytes[random.Next(16)] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                random.NextBytes(bytes);
                break;
        }

        return new Guid(bytes);
    }
}
