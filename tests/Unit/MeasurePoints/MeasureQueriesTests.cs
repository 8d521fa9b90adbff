using System.Globalization;
using System.Text;
using CsCheck;
using Portal.Core;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Core.Devices;
using Portal.Core.MeasurePoints;
using Portal.Core.Replacements;
using Unit.Support;
using static Unit.Support.PortalCommands;

namespace Unit.MeasurePoints;

public sealed class MeasureQueriesTests
{
    [Fact]
    public async Task Points_AreListedByNameWithTheirLatestValue()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("meter-1", "SN-1");
        var (rita, now) = (await portal.SignInAsync(Role.Reader), portal.Clock.GetUtcNow());
        await portal.PostValuesAsync(portal.SessionOf("meter-1"), now.AddMinutes(-2), new("state", null, "off"), new("power", 1, null));
        await portal.PostValuesAsync(portal.SessionOf("meter-1"), now.AddMinutes(-1), new MeasureValue("state", null, "on"));

        var points = Value(await portal.Get<MeasureQueries>().PointsAsync(rita, "meter-1"));

        Assert.Equal(
            [new("power", new(now.AddMinutes(-2), 1, null), 0), new("state", new(now.AddMinutes(-1), null, "on"), 0)], points);
    }

    [Fact]
    public async Task Read_OfAnotherOrganizationOrUnknown_AreTheSameRefusal()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("theirs", "SN-1", TestPortal.OtherOrganization);
        await portal.PostAsync("theirs", portal.Clock.GetUtcNow(), 1);
        var (rita, queries) = (await portal.SignInAsync(Role.Reader), portal.Get<MeasureQueries>());

        Assert.Equal(new AssetNotFound("theirs"), (await queries.PointsAsync(rita, "theirs")).Error);
        Assert.Equal(new AssetNotFound("theirs"), (await queries.ReadAsync(rita, "theirs", Meters.Energy, SeriesRange.Day)).Error);
        Assert.Equal(new AssetNotFound("theirs"), (await portal.Get<SeriesExport>().StartAsync(rita, "theirs", Meters.Energy, SeriesRange.Day)).Error);
        Assert.Equal(new AssetNotFound("nothing"), (await queries.ReadAsync(rita, "nothing", Meters.Energy, SeriesRange.Day)).Error);
        Assert.IsType<AccessDenied>((await queries.PointsAsync(await portal.SignInAsync(role: null), "theirs")).Error);
        Assert.IsType<NotSignedIn>((await queries.PointsAsync(null, "theirs")).Error);
    }

    [Theory]
    [InlineData(SeriesRange.Hour)]
    [InlineData(SeriesRange.Day)]
    [InlineData(SeriesRange.Week)]
    [InlineData(SeriesRange.Month)]
    public async Task Read_AnyValuesAnyReplacements_IsWhatAddingThemUpByHandGives(SeriesRange range) =>
        await Gen.Int.SampleAsync(seed => BucketsAgreeAsync(range, seed), iter: Scale.Of(4, 100), threads: 1);

    private static async Task BucketsAgreeAsync(SeriesRange range, int seed)
    {
        var random = new Random(seed);
        await using var portal = await TestPortal.CreateAsync([("Data:Retention", "40.00:00:00")]);
        await portal.AddDeviceAsync("meter-1", "SN-0");
        List<SortedDictionary<DateTimeOffset, double?>> sent = [[]]; // by each unit
        var changes = new List<DateTimeOffset>();
        var steps = random.Next(1, 60);
        for (var i = 0; i < steps; i++)
        {
            portal.Clock.Advance(TimeSpan.FromMilliseconds((long)(range.Length().TotalMilliseconds * 1.3 / steps * random.NextDouble())));
            var now = portal.Clock.GetUtcNow();
            if (random.Next(9) == 0)
            {
                Value(await portal.ReplaceAsync(await portal.SignInAsync(Role.FullAccess), "meter-1", $"SN-{i + 1}", showSecret: false));
                changes.Add(now);
                sent.Add([]);
            }

            var at = now - (range.Length() / 3 * random.NextDouble() * random.Next(2));
            at = new DateTimeOffset(at.Ticks - (at.Ticks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero); // as it is stored
            double? number = random.Next(8) == 0 ? null : random.Next(-1000, 1000) / 8.0;
            await portal.PostValuesAsync(portal.SessionOf("meter-1"), at, new MeasureValue(Meters.Energy, number, number is null ? "error" : null));
            sent[^1][at] = number;
        }

        portal.Clock.Advance(range.Bucket() * random.NextDouble());
        var series = Value(await portal.Get<MeasureQueries>().ReadAsync(await portal.SignInAsync(Role.Reader), "meter-1", Meters.Energy, range));

        Assert.InRange(series.To - series.From, range.Length(), range.Length() + range.Bucket());
        Assert.Equal(changes.Where(at => at >= series.From), series.Changes.Select(change => change.At));
        Assert.Equal(series.Changes.Count + 1, series.Runs.Count);
        var firstShown = changes.Count - series.Changes.Count;
        for (var i = 0; i < series.Runs.Count; i++)
        {
            // All that the unit sent, also from before it came where its clock is slow.
            var (unit, came) = (sent[firstShown + i], i == 0 ? series.From : series.Changes[i - 1].At);
            var start = unit.Count > 0 && unit.Keys.First() < came ? series.From : came;
            var expected = unit.Where(value => value.Key >= series.From)
                .GroupBy(value => value.Key.UtcTicks / range.Bucket().Ticks)
                .Select(bucket => (
                    From: Later(start, new DateTimeOffset(bucket.Key * range.Bucket().Ticks, TimeSpan.Zero)), Count: bucket.Count(), Numbers: bucket.Count(value => value.Value is not null),
                    Min: bucket.Min(value => value.Value), Max: bucket.Max(value => value.Value), Mean: bucket.Average(value => value.Value), LastAt: bucket.Last().Key, Last: bucket.Last().Value));
            Assert.Equal(expected, series.Runs[i].Buckets.Select(bucket => (
                bucket.From, bucket.Count, bucket.Numbers, bucket.Min, bucket.Max, bucket.Mean, bucket.Last.At, bucket.Last.Number)));
        }

        for (var i = 0; i < series.Changes.Count; i++)
        {
            var (change, before, after) = (
                series.Changes[i], sent.Take(firstShown + i + 1).LastOrDefault(unit => unit.Count > 0)?.Keys.Last(), sent[firstShown + i + 1].Keys.Select(at => (DateTimeOffset?)at).FirstOrDefault());
            Assert.Equal((before, after), (change.LastBefore?.At, change.FirstAfter?.At));
            Assert.Equal(after < before ? TimeSpan.Zero : after - before, change.Gap);
        }
    }

    [Fact]
    [Trait("Requirement", "R-6")]
    public async Task Replace_ManyTimes_KeepsEveryValueOfTheAsset()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("meter-1", "SN-0");
        var olga = await portal.SignInAsync(Role.FullAccess);
        var expected = new List<double>();
        for (var i = 0; i < Scale.Of(60, 2_000); i++)
        {
            portal.Clock.Advance(TimeSpan.FromSeconds(10));
            await portal.PostAsync("meter-1", portal.Clock.GetUtcNow(), i);
            expected.Add(i);
            var before = portal.Stored();
            Value(i % 5 == 4
                ? await portal.Get<ReplacementService>().ReissueAsync(olga, new(AssetSelector.Asset("meter-1"), ReplacementReason.Other))
                : await portal.ReplaceAsync(olga, "meter-1", $"SN-{i + 1}", showSecret: false));
            Assert.Equal(before, portal.Stored());
        }

        await using var csv = new MemoryStream();
        await portal.Get<SeriesExport>().WriteAsync(Value(await portal.Get<SeriesExport>().StartAsync(olga, "meter-1", Meters.Energy, SeriesRange.Month)), csv, TestContext.Current.CancellationToken);
        Assert.Equal(expected, Encoding.UTF8.GetString(csv.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => double.Parse(line.Split(',')[2], CultureInfo.InvariantCulture)));
        Assert.Single(Value(await portal.Get<MeasureQueries>().PointsAsync(olga, "meter-1")));
    }

    [Fact]
    public async Task Unit_WhoseClockIsSlow_HasWhatItSentAndTakesNothingFromTheOneBefore()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("meter-1", "SN-1");
        var (olga, queries) = (await portal.SignInAsync(Role.FullAccess), portal.Get<MeasureQueries>());
        await PostAsync(portal, 1_000);
        await PostAsync(portal, 1_001);
        var last = portal.Clock.GetUtcNow();
        await ReplaceAsync(portal, olga, "SN-2", new CounterBaseline(Meters.Energy, 1_002));
        foreach (var (minutes, number) in new[] { (-1, 0), (0, 1), (1, 2) })
        {
            Assert.Null((await portal.PostAsync("meter-1", last.AddMinutes(minutes), number)).Error);
        }

        var series = Value(await queries.ReadAsync(olga, "meter-1", Meters.Energy, SeriesRange.Hour));
        var change = series.Changes.Single();
        Assert.Equal((1_001.0, 0.0, TimeSpan.Zero, 1_002.0), (change.LastBefore!.Number, change.FirstAfter!.Number, change.Gap, change.Offset));
        Assert.Equal(["1000", "1001", "0", "1", "2"], series.Runs.SelectMany(run => run.Buckets).Select(bucket => $"{bucket.Last.Number}"));
        Assert.Equal([2, 3], series.Runs.Select(run => run.Buckets.Sum(bucket => bucket.Count)));
        Assert.Equal(2, Value(await queries.PointsAsync(olga, "meter-1")).Single().Last.Number);

        await using var csv = new MemoryStream();
        await portal.Get<SeriesExport>().WriteAsync(Value(await portal.Get<SeriesExport>().StartAsync(olga, "meter-1", Meters.Energy, SeriesRange.Day)), csv);
        Assert.Equal(
            ["1000,0,1000,SN-1", "1001,0,1001,SN-1", "0,1002,1002,SN-2", "1,1002,1003,SN-2", "2,1002,1004,SN-2"],
            Encoding.UTF8.GetString(csv.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Trim().Split(',')).Select(cells => string.Join(',', cells[2], cells[3], cells[4], cells[6])));
    }

    [Fact]
    public async Task Baseline_NotedAtTheReplacement_LetsTheTotalGoOn()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("meter-1", "SN-1");
        var (olga, queries) = (await portal.SignInAsync(Role.FullAccess), portal.Get<MeasureQueries>());
        await PostAsync(portal, 45_000);

        await ReplaceAsync(portal, olga, "SN-2", new CounterBaseline(Meters.Energy, 45_010));
        Assert.Equal(0, Value(await queries.PointsAsync(olga, "meter-1")).Single().Offset);
        await PostAsync(portal, 2);
        await PostAsync(portal, 5);

        var series = Value(await queries.ReadAsync(olga, "meter-1", Meters.Energy, SeriesRange.Day));
        var change = series.Changes.Single();
        Assert.Equal((45_000.0, 2.0, 45_010.0, 45_008.0), (change.LastBefore!.Number, change.FirstAfter!.Number, change.Baseline, change.Offset));
        Assert.Equal([0.0, 45_008.0], series.Runs.Select(run => run.Offset));
        Assert.Equal([45_010.0, 45_013.0], series.Runs[1].Buckets.Select(bucket => bucket.Last.Number + series.Runs[1].Offset));
        Assert.True(series.IsShifted);
        Assert.Equal(45_008, Value(await queries.PointsAsync(olga, "meter-1")).Single().Offset);

        // The next one is what that unit shows itself; without one the new unit's own numbers are shown.
        await ReplaceAsync(portal, olga, "SN-3", new CounterBaseline(Meters.Energy, 12));
        await PostAsync(portal, 0);
        await ReplaceAsync(portal, olga, "SN-4");
        await PostAsync(portal, 7);
        series = Value(await queries.ReadAsync(olga, "meter-1", Meters.Energy, SeriesRange.Day));
        Assert.Equal([0.0, 45_008.0, 45_020.0, 0.0], series.Runs.Select(run => run.Offset));
        Assert.Equal(45_020, series.Changes[1].Baseline);

        // Out of sight, it still counts.
        portal.Clock.Advance(TimeSpan.FromDays(2));
        olga = await portal.SignInAsync(Role.FullAccess);
        await ReplaceAsync(portal, olga, "SN-5", new CounterBaseline(Meters.Energy, 100));
        await PostAsync(portal, 40);
        portal.Clock.Advance(TimeSpan.FromDays(2));
        olga = await portal.SignInAsync(Role.FullAccess);
        await PostAsync(portal, 41);
        series = Value(await queries.ReadAsync(olga, "meter-1", Meters.Energy, SeriesRange.Day));
        Assert.Empty(series.Changes);
        Assert.Equal(60, series.Runs.Single().Offset);
    }

    [Fact]
    public async Task Baseline_OfAUnitThatNeverReported_IsAddedToTheOneBefore()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("meter-1", "SN-1");
        var (olga, queries) = (await portal.SignInAsync(Role.FullAccess), portal.Get<MeasureQueries>());
        await PostAsync(portal, 1_000);
        await ReplaceAsync(portal, olga, "SN-2", new CounterBaseline(Meters.Energy, 1_055.5));

        await ReplaceAsync(portal, olga, "SN-3", new CounterBaseline(Meters.Energy, 4.5));
        await PostAsync(portal, 2);

        var series = Value(await queries.ReadAsync(olga, "meter-1", Meters.Energy, SeriesRange.Day));
        Assert.Equal([1_055.5, 1_060.0], series.Changes.Select(change => change.Baseline!.Value));
        Assert.Equal(1_058, series.Runs[^1].Offset);
    }

    [Fact]
    public async Task Baseline_IsAuditedAndKeptWithTheReplacement()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("meter-1", "SN-1");
        var olga = await portal.SignInAsync(Role.FullAccess);
        await PostAsync(portal, 10);

        await ReplaceAsync(portal, olga, "SN-2", new CounterBaseline(Meters.Energy, 12.5));

        Assert.Equal(["point=energyTotal|value=12.5|id=1"], portal.Database.Rows("SELECT b.point, b.value, r.id FROM counter_baselines b JOIN replacements r ON r.id = b.replacement_id"));
        Assert.Contains("\"baselines\":{\"energyTotal\":12.5}", portal.Database.Scalar<string>("SELECT detail FROM audit_entries WHERE action = 'device.replace'"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nothing", 1.0)]
    [InlineData("state", 1.0)]
    [InlineData("", 1.0)]
    [InlineData(Meters.Energy, double.NaN)]
    public async Task Baseline_OfNoNumber_IsRefusedWithTheReplacement(string point, double value)
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("meter-1", "SN-1");
        var olga = await portal.SignInAsync(Role.FullAccess);
        await portal.PostValuesAsync(portal.SessionOf("meter-1"), portal.Clock.GetUtcNow(), new(Meters.Energy, 1, null), new("state", null, "on"));

        var result = await portal.Get<ReplacementService>().ReplaceAsync(olga, new ReplaceDeviceRequest(
            AssetSelector.Asset("meter-1"), "SN-2", SecretDelivery.None, ReplacementReason.Broken)
        { Baselines = [new(Meters.Energy, 2), new(point, value)] });

        Assert.Equal(CounterBaseline.Field, Assert.IsType<FieldInvalid>(result.Error).Field);
        Assert.Equal("SN-1", portal.Database.Scalar<string>("SELECT device_key FROM devices"));
        Assert.Empty(portal.Database.Rows("SELECT * FROM counter_baselines"));
    }

    [Fact]
    public async Task Retention_DeletesWhatIsOldInPartsAndKeepsWhatABaselineStandsOn()
    {
        await using var portal = await TestPortal.CreateAsync([("Data:Retention", "1.00:00:00")]);
        await portal.AddDeviceAsync("meter-1", "SN-1");
        await portal.AddDeviceAsync("meter-2", "SN-9");
        var (olga, retention) = (await portal.SignInAsync(Role.FullAccess), portal.Get<MeasureRetention>());
        await PostAsync(portal, 100);
        await ReplaceAsync(portal, olga, "SN-2", new CounterBaseline(Meters.Energy, 101));
        await PostAsync(portal, 1);
        var session = portal.SessionOf("meter-1");
        var now = portal.Clock.GetUtcNow();
        await Task.WhenAll(Enumerable.Range(0, 2_600).Select(i => portal.PostAsync(session, now.AddMilliseconds(-i), i, "many")));
        await portal.PostAsync("meter-2", now, 5, "few");

        portal.Clock.Advance(TimeSpan.FromHours(25));
        olga = await portal.SignInAsync(Role.FullAccess);
        await PostAsync(portal, 9);
        await retention.RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal([$"point=energyTotal|at={portal.Clock.GetUtcNow().ToUnixTimeSeconds()}|value=9"], portal.Stored());
        Assert.Equal(100, Value(await portal.Get<MeasureQueries>().PointsAsync(olga, "meter-1")).Single().Offset);
        Assert.Empty(Value(await portal.Get<MeasureQueries>().PointsAsync(olga, "meter-2")));

        // Not again at once.
        portal.Clock.Advance(TimeSpan.FromMinutes(1));
        portal.Database.Execute("UPDATE measure_values SET at = 0");
        await retention.RunAsync(TestContext.Current.CancellationToken);
        Assert.Single(portal.Stored());
    }

    [Fact]
    public async Task Retention_NamesThatNobodySendsAnyMore_LeaveRoomForOthers()
    {
        await using var portal = await TestPortal.CreateAsync([("Data:Retention", "1.00:00:00"), ("Data:MaxPoints", "2")]);
        await portal.AddDeviceAsync("meter-1", "SN-1");
        Assert.Null((await portal.PostValuesAsync(portal.SessionOf("meter-1"), portal.Clock.GetUtcNow(), new("old-1", 1, null), new("old-2", 1, null))).Error);
        var kept = portal.Clock.GetUtcNow() + TimeSpan.FromDays(3);
        portal.Clock.Advance(TimeSpan.FromDays(3));
        Assert.Null((await portal.PostValuesAsync(portal.SessionOf("meter-1"), kept, new MeasureValue("old-2", 2, null))).Error);
        Assert.NotNull((await portal.PostValuesAsync(portal.SessionOf("meter-1"), kept, new MeasureValue("new", 1, null))).Error);

        await portal.Get<MeasureRetention>().RunAsync(TestContext.Current.CancellationToken);

        Assert.Null((await portal.PostValuesAsync(portal.SessionOf("meter-1"), kept, new MeasureValue("new", 1, null))).Error);
        Assert.Equal("new,old-2", portal.Database.Scalar<string>("SELECT group_concat(point) FROM (SELECT point FROM measure_series ORDER BY point)"));
    }

    [Fact]
    public async Task Retention_OfADeletedDevice_LeavesNothingAndNobodyInheritsIt()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("meter-1", "SN-1");
        var olga = await portal.SignInAsync(Role.FullAccess);
        await PostAsync(portal, 1);

        Value(await portal.Get<DeviceService>().DeleteAsync(olga, AssetSelector.Asset("meter-1")));
        await portal.AddDeviceAsync("meter-2", "SN-2");
        Assert.Empty(Value(await portal.Get<MeasureQueries>().PointsAsync(olga, "meter-2")));

        await portal.Get<MeasureRetention>().RunAsync(TestContext.Current.CancellationToken);
        Assert.Empty(portal.Database.Rows("SELECT * FROM measure_values"));
        Assert.Empty(portal.Database.Rows("SELECT * FROM measure_series"));
    }

    [Fact]
    [Trait("Requirement", "R-46")]
    public async Task Export_HoldsEveryValueInUtcWithWhatIsShown()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("meter-1", "SN-1");
        var (olga, export) = (await portal.SignInAsync(Role.FullAccess), portal.Get<SeriesExport>());
        portal.Clock.Advance(TimeSpan.FromMilliseconds(250));
        await PostAsync(portal, -100.5);
        await portal.PostValuesAsync(portal.SessionOf("meter-1"), portal.Clock.GetUtcNow().AddSeconds(1), new MeasureValue(Meters.Energy, null, "=cmd()"));
        portal.Clock.Advance(TimeSpan.FromSeconds(10));
        await ReplaceAsync(portal, olga, "-SN-2", new CounterBaseline(Meters.Energy, -90));
        await PostAsync(portal, 1e-7);
        portal.Clock.Advance(TimeSpan.FromSeconds(1));

        using var file = new MemoryStream();
        await export.WriteAsync(Value(await export.StartAsync(olga, "meter-1", Meters.Energy, SeriesRange.Hour)), file, TestContext.Current.CancellationToken);

        Assert.Equal(
            """
            time,point,value,offset,continued,text,deviceKey
            2026-11-23T08:01:00.250Z,energyTotal,-100.5,0,-100.5,,SN-1
            2026-11-23T08:01:01.250Z,energyTotal,,,,'=cmd(),SN-1
            2026-11-23T08:03:10.250Z,energyTotal,1E-07,-90.0000001,-90,,'-SN-2

            """.ReplaceLineEndings("\r\n"), Encoding.UTF8.GetString(file.ToArray()).TrimStart('\uFEFF'));
    }

    [Fact]
    public async Task Export_OfMoreThanIsReadAtOnce_MissesNothing()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("meter-1", "SN-1");
        var (olga, export, session, now) = (await portal.SignInAsync(Role.Reader), portal.Get<SeriesExport>(), portal.SessionOf("meter-1"), portal.Clock.GetUtcNow());
        await Task.WhenAll(Enumerable.Range(1, 12_001).Select(i => portal.PostAsync(session, now.AddMilliseconds(-i), i)));

        using var file = new MemoryStream();
        await export.WriteAsync(Value(await export.StartAsync(olga, "meter-1", Meters.Energy, SeriesRange.Hour)), file, TestContext.Current.CancellationToken);

        Assert.Equal(
            Enumerable.Range(1, 12_001).Reverse().Select(i => $"{i}"),
            Encoding.UTF8.GetString(file.ToArray()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Split(',')[2]));
    }

    /// <summary>A minute later.</summary>
    private static async Task PostAsync(TestPortal portal, double number)
    {
        portal.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null((await portal.PostAsync("meter-1", portal.Clock.GetUtcNow(), number)).Error);
    }

    /// <summary>A minute later.</summary>
    private static async Task ReplaceAsync(TestPortal portal, Actor actor, string newKey, params CounterBaseline[] baselines)
    {
        portal.Clock.Advance(TimeSpan.FromMinutes(1));
        Value(await portal.Get<ReplacementService>().ReplaceAsync(actor, new ReplaceDeviceRequest(
            AssetSelector.Asset("meter-1"), newKey, SecretDelivery.None, ReplacementReason.Broken)
        { Baselines = baselines }));
    }

    private static DateTimeOffset Later(DateTimeOffset left, DateTimeOffset right) => left > right ? left : right;
}
