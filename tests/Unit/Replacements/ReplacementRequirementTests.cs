using Microsoft.Extensions.Hosting;
using Portal.Core;
using Portal.Core.Access;
using Portal.Core.AuditReview;
using Portal.Core.Commands;
using Portal.Core.Connections;
using Portal.Core.Devices;
using Portal.Core.Replacements;
using Portal.Core.Reveals;
using Unit.Support;

namespace Unit.Replacements;

public sealed class ReplacementRequirementTests
{
    private const int Clients = 64;

    /// <summary>What a change of hardware may touch in the device's row; everything else is for life.</summary>
    private static readonly HashSet<string> s_mayChange =
    [
        "device_key", "status", "version", "activated_at", "last_online_at", "last_offline_at", "credential_version", "credential_key_id", "credential_sealed",
        "former_keys",
    ];

    [Fact]
    [Trait("Requirement", "R-6")]
    public async Task Replace_ManyTimes_LeavesAssetAndHistoryAsTheyWere()
    {
        await using var portal = await TestPortal.CreateAsync();
        var olga = await portal.SignInAsync(Role.FullAccess);
        var random = new Random(6);
        var assets = Enumerable.Range(0, Scale.Of(3, 40)).Select(number => $"asset-{number}").ToArray();
        foreach (var asset in assets)
        {
            await portal.AddDeviceAsync(asset, $"{asset}-first", name: $"Inverter {asset}", nameZh: "逆变器");
        }

        // Every column that may be empty holds something, so that losing it shows.
        portal.Database.Execute(
            """
            UPDATE devices SET description = 'Roof of hall 3, row ' || id, time_zone = '+05:30', name_en = 'Inverter on the roof',
                attributes = '{"height":1.5}', tags = '{"zone":"east"}'
            """);
        Assert.DoesNotContain(Device(portal, assets[0]), column => column.EndsWith("=∅", StringComparison.Ordinal) && !s_mayChange.Contains(column.Split('=')[0]));

        var succeeded = 0;
        for (var step = 0; step < Scale.Of(240, 10_000); step++)
        {
            var asset = assets[random.Next(assets.Length)];
            var (device, history) = (Device(portal, asset), History(portal, asset));
            var others = portal.Database.Rows($"SELECT * FROM devices WHERE asset_id<>'{asset}' ORDER BY id");
            portal.Clock.Advance(TimeSpan.FromSeconds(random.Next(120)));
            var error = await ChangeAsync(portal, olga, asset, random, step);
            succeeded += error is null ? 1 : 0;

            var (deviceAfter, historyAfter) = (Device(portal, asset), History(portal, asset));
            var changed = device.Zip(deviceAfter).Where(pair => pair.First != pair.Second).Select(pair => pair.First.Split('=')[0]).ToHashSet();
            Assert.Empty(changed.Except(error is null ? s_mayChange : []));
            Assert.Equal(others, portal.Database.Rows($"SELECT * FROM devices WHERE asset_id<>'{asset}' ORDER BY id"));

            // All lines of the history but the newest are closed for ever; of the newest only how it ended may be added.
            Assert.InRange(historyAfter.Count, history.Count, history.Count + 1);
            Assert.Equal(history.SkipLast(1), historyAfter.Take(Math.Max(0, history.Count - 1)));
            if (history.Count > 0)
            {
                Assert.Equal(Facts(history[^1]), Facts(historyAfter[history.Count - 1]));
                Assert.True(history[^1] == historyAfter[history.Count - 1] || history[^1].Contains("|state=0|"), "a line that had ended was changed");
            }
        }

        Assert.True(succeeded > 50, $"only {succeeded} changes succeeded");
        Assert.True((await portal.Get<AuditVerifier>().VerifyOfflineAsync([], TestContext.Current.CancellationToken)).IsSound);
    }

    [Fact]
    [Trait("Requirement", "R-17")]
    public async Task Replace_SixtyFourClientsOnOneAsset_OneWinsAndTheOthersLearnWho()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("asset-1", "key-first");
        var people = new List<Actor>();
        for (var number = 0; number < 4; number++)
        {
            people.Add(await portal.SignInAsync($"person-{number}", Role.Technician));
        }

        for (var round = 0; round < Scale.Of(8, 1_000); round++)
        {
            portal.Clock.Advance(TimeSpan.FromSeconds(10));
            var results = await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(() =>
                portal.ReplaceAsync(people[client % people.Count], "asset-1", $"key-{round}-{client}", seenVersion: round + 1))));

            var winner = Assert.Single(results, result => result.IsSuccess).Value!;
            var name = people[Array.FindIndex(results, result => result.IsSuccess) % people.Count].Name;
            Assert.All(results.Where(result => !result.IsSuccess), result => Assert.Equal(new DeviceChanged("asset-1", name, portal.Clock.GetUtcNow()), result.Error));
            Assert.Equal(round + 2, winner.Version);
            Assert.Equal((long)round + 2, portal.Database.Scalar<long>("SELECT credential_version FROM devices"));
            Assert.Equal(1L, portal.Database.Scalar<long>("SELECT count(*) FROM reveal_grants WHERE state=0"));
        }

        Assert.Equal((long)Scale.Of(8, 1_000), portal.Database.Scalar<long>("SELECT count(*) FROM replacements"));
    }

    [Fact]
    [Trait("Requirement", "R-18")]
    public async Task Replace_SixtyFourClientsWantOneKey_OneGetsIt()
    {
        await using var portal = await TestPortal.CreateAsync();
        var olga = await portal.SignInAsync(Role.FullAccess);
        const int Replacing = 40;
        for (var number = 0; number < Replacing; number++)
        {
            await portal.AddDeviceAsync($"asset-{number}", $"key-{number}-first");
        }

        for (var round = 0; round < Scale.Of(6, 1_000); round++)
        {
            var key = $"wanted-{round}";
            var errors = await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(async () => client < Replacing
                ? (await portal.ReplaceAsync(olga, $"asset-{client}", key)).Error
                : (await portal.Get<DeviceService>().CreateAsync(olga, new CreateDeviceRequest(
                    TestPortal.Organization, $"inverter-{TestPortal.Organization}", "New", "+01:00", DeviceKey: key))).Error)));

            Assert.Single(errors, error => error is null);
            Assert.All(errors.Where(error => error is not null), error => Assert.Equal(new DeviceKeyInUse(key), error));
            Assert.Equal(1L, portal.Database.Scalar<long>($"SELECT count(*) FROM devices WHERE device_key='{key}'"));
        }
    }

    [Fact]
    [Trait("Requirement", "R-19")]
    public async Task Replace_CrossingSwaps_EndInOneSerialOrder()
    {
        await using var portal = await TestPortal.CreateAsync();
        var olga = await portal.SignInAsync(Role.FullAccess);
        const int Assets = 10;
        for (var number = 0; number < Assets; number++)
        {
            await portal.AddDeviceAsync($"asset-{number}", $"key-{number}");
        }

        var random = new Random(19);
        for (var round = 0; round < Scale.Of(30, 2_000); round++)
        {
            // Each wants the key of a neighbour, of itself, or a spare one, all at once.
            var wishes = Enumerable.Range(0, Clients).Select(_ => (Asset: $"asset-{random.Next(Assets)}", Key: $"key-{random.Next(Assets + 2)}")).ToList();
            var before = Keys(portal);
            var since = portal.Database.Scalar<long>("SELECT coalesce(max(sequence), 0) FROM audit_entries");
            var results = await Task.WhenAll(wishes.Select(wish => Task.Run(() => portal.ReplaceAsync(olga, wish.Asset, wish.Key))));

            // The audit trail is the order in which it happened: played through one by one it must give every answer that was given.
            var played = new Dictionary<string, string>(before);
            var expected = new List<(string Asset, string Outcome)>();
            foreach (var (asset, key, outcome) in Trail(portal, since))
            {
                var should = played[asset] == key ? nameof(DeviceKeyUnchanged) : played.ContainsValue(key) ? nameof(DeviceKeyInUse) : "ok";
                Assert.Equal(should, outcome);
                if (outcome == "ok")
                {
                    played[asset] = key;
                }

                expected.Add((asset, outcome));
            }

            Assert.Equal(Keys(portal), played);
            Assert.Equal(
                wishes.Zip(results, (wish, result) => (wish.Asset, result.Error?.GetType().Name ?? "ok")).Order(), expected.Order());
        }
    }

    [Fact]
    [Trait("Requirement", "R-20")]
    [Trait("Requirement", "R-22")]
    public async Task Replace_SameOperationAHundredTimes_IsOneEffectAndOneAnswerAlsoAfterACrash()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("asset-1", "key-1");
        var olga = await portal.SignInAsync("olga", Role.FullAccess);
        var tom = await portal.SignInAsync("tom", Role.Technician);

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(() => portal.ReplaceAsync(olga, "asset-1", "key-2", 1, "operation-1"))));

        var first = PortalCommands.Value(answers[0]);
        Assert.All(answers, answer => Assert.Equal(first, answer.Value));
        Assert.Equal(1L, portal.Database.Scalar<long>("SELECT count(*) FROM replacements"));
        Assert.Equal(2L, portal.Database.Scalar<long>("SELECT credential_version FROM devices"));
        Assert.Equal(1L, portal.Database.Scalar<long>("SELECT count(*) FROM operations"));

        await using var restarted = portal.Restart();
        Assert.Equal(first, (await restarted.ReplaceAsync(olga, "asset-1", "key-2", 1, "operation-1")).Value);

        var before = portal.Database.Snapshot("audit_entries");
        Error?[] other =
        [
            (await restarted.ReplaceAsync(olga, "asset-1", "key-3", 1, "operation-1")).Error,
            (await restarted.ReplaceAsync(olga, "asset-1", "key-2", 2, "operation-1")).Error,
            (await restarted.ReplaceAsync(olga, "asset-1", "key-2", 1, "operation-1", showSecret: false)).Error,
            (await restarted.Get<ReplacementService>().ReissueAsync(
                olga, new ReissueSecretRequest(AssetSelector.Asset("asset-1"), ReplacementReason.Broken, OperationId: "operation-1"))).Error,
        ];
        Assert.All(other, error => Assert.Equal(new OperationReused("operation-1"), error));
        Assert.Equal(before, portal.Database.Snapshot("audit_entries"));
        Assert.Equal(4L, portal.Database.Scalar<long>("SELECT count(*) FROM audit_entries WHERE outcome='OperationReused'"));

        // Another person's operation of that name is another operation.
        Assert.IsType<DeviceChanged>((await restarted.ReplaceAsync(tom, "asset-1", "key-2", 1, "operation-1")).Error);
    }

    [Fact]
    [Trait("Requirement", "R-20")]
    public async Task Replace_RefusedOperationAgain_IsRefusedTheSameWayEvenIfItWouldNowSucceed()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("asset-1", "key-1");
        await portal.AddDeviceAsync("asset-2", "key-2");
        var olga = await portal.SignInAsync(Role.FullAccess);

        var refused = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(() => portal.ReplaceAsync(olga, "asset-1", "key-2", 1, "operation-1"))));
        Assert.Null((await portal.ReplaceAsync(olga, "asset-2", "key-3")).Error);
        await using var restarted = portal.Restart();

        Assert.All(
            refused.Append(await restarted.ReplaceAsync(olga, "asset-1", "key-2", 1, "operation-1")),
            result => Assert.Equal(new DeviceKeyInUse("key-2"), result.Error));
        Assert.Equal("key-1", portal.Database.Scalar<string>("SELECT device_key FROM devices WHERE asset_id='asset-1'"));
        Assert.Equal(1L, portal.Database.Scalar<long>("SELECT count(*) FROM audit_entries WHERE outcome='DeviceKeyInUse'"));
    }

    [Fact]
    [Trait("Requirement", "R-20")]
    public async Task Replace_SameOperationUpToADayLater_IsStillKnown()
    {
        await using var portal = await TestPortal.CreateAsync([("Sessions:Lifetime", "7.00:00:00")]);
        await portal.AddDeviceAsync("asset-1", "key-1");
        var olga = await portal.SignInAsync(Role.FullAccess);
        var maintenance = portal.Get<IEnumerable<IHostedService>>().OfType<Maintenance>().Single();
        var first = PortalCommands.Value(await portal.ReplaceAsync(olga, "asset-1", "key-2", 1, "operation-1"));

        foreach (var (hours, isKnown) in new[] { (23, true), (2, false) })
        {
            portal.Clock.Advance(TimeSpan.FromHours(hours));
            await maintenance.RunOnceAsync(TestContext.Current.CancellationToken);

            var again = await portal.ReplaceAsync(olga, "asset-1", "key-2", 1, "operation-1");
            Assert.Equal(isKnown ? (first, null) : (null, nameof(DeviceChanged)), (again.Value, again.Error?.GetType().Name));
        }
    }

    [Fact]
    [Trait("Requirement", "R-22")]
    public async Task Reissue_FiveClicks_IsOneNewSecret()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("asset-1", "key-1");
        var olga = await portal.SignInAsync(Role.FullAccess);
        var request = new ReissueSecretRequest(AssetSelector.Asset("asset-1"), ReplacementReason.Other, null, 1, "click");

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Task.Run(() => portal.Get<ReplacementService>().ReissueAsync(olga, request))));

        Assert.Single(answers.Select(answer => PortalCommands.Value(answer).RevealGrantId).Distinct());
        Assert.Equal(2L, portal.Database.Scalar<long>("SELECT credential_version FROM devices"));
    }

    [Fact]
    public async Task Create_AfterTheNewestDeviceWasDeleted_InheritsNothingOfItsHistory()
    {
        await using var portal = await TestPortal.CreateAsync();
        var olga = await portal.SignInAsync(Role.FullAccess);
        await portal.OpenGrantAsync(olga, "asset-1");
        var devices = portal.Get<DeviceService>();
        Assert.Null((await devices.DeleteAsync(olga, AssetSelector.Asset("asset-1"))).Error);

        var request = new CreateDeviceRequest(TestPortal.Organization, $"inverter-{TestPortal.Organization}", "New", "+01:00", "asset-2", "key-of-2");
        Assert.Null((await devices.CreateAsync(olga, request)).Error);

        var queries = portal.Get<AssetQueries>();
        Assert.Empty(PortalCommands.Value(await queries.GetAsync(olga, "asset-2", TestContext.Current.CancellationToken)).History);
        Assert.Empty(PortalCommands.Value(await queries.WaitingAsync(olga, TestPortal.Organization, 10, TestContext.Current.CancellationToken)));
    }

    private static async Task<Error?> ChangeAsync(TestPortal portal, Actor olga, string asset, Random random, int step)
    {
        var version = (int)portal.Database.Scalar<long>($"SELECT version FROM devices WHERE asset_id='{asset}'");
        switch (random.Next(10))
        {
            case 0:
                return (await portal.ReplaceAsync(olga, asset, "no")).Error;
            case 1:
                return (await portal.ReplaceAsync(olga, asset, $"key-{step}", version + 7)).Error;
            case 2:
                return (await portal.Get<ReplacementService>().ReissueAsync(
                    olga, new ReissueSecretRequest(AssetSelector.Asset(asset), ReplacementReason.Other, "lost", version))).Error;
            case 3:
                var key = portal.Database.Scalar<string>($"SELECT device_key FROM devices WHERE asset_id='{asset}'");
                var generation = (int)portal.Database.Scalar<long>($"SELECT credential_version FROM devices WHERE asset_id='{asset}'");
                return (await portal.Get<SignInService>().RecordSignInAsync(
                    new DeviceSignIn($"inverter-{TestPortal.Organization}", key, generation - random.Next(2), "192.0.2.3"))).Error;
            default:
                return (await portal.ReplaceAsync(olga, asset, $"key-{step}", random.Next(2) == 0 ? version : null, showSecret: random.Next(2) == 0)).Error;
        }
    }

    private static string[] Device(TestPortal portal, string asset) =>
        Assert.Single(portal.Database.Rows($"SELECT * FROM devices WHERE asset_id='{asset}'")).Split('|');

    private static IReadOnlyList<string> History(TestPortal portal, string asset) =>
        portal.Database.Rows($"SELECT *, state FROM replacements WHERE asset_id='{asset}' ORDER BY id");

    /// <summary>A line of the history without how it ended.</summary>
    private static IEnumerable<string> Facts(string line) =>
        line.Split('|').Where(field => field.Split('=')[0] is not ("state" or "superseded_at" or "connected_at" or "connected_from"));

    private static Dictionary<string, string> Keys(TestPortal portal) => portal.Database.Rows("SELECT asset_id, device_key FROM devices ORDER BY 1")
        .Select(row => row.Split('|')).ToDictionary(fields => fields[0]["asset_id=".Length..], fields => fields[1]["device_key=".Length..]);

    private static IEnumerable<(string Asset, string Key, string Outcome)> Trail(TestPortal portal, long since) => portal.Database.Rows(
        $"""
        SELECT asset_id AS a, coalesce(detail->>'newDeviceKey', detail->>'key') AS k, outcome AS o FROM audit_entries
        WHERE sequence>{since} AND action='device.replace' ORDER BY sequence
        """).Select(row => row.Split('|')).Select(fields => (fields[0][2..], fields[1][2..], fields[2][2..]));
}
