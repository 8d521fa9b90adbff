using Portal.Core;
using Portal.Core.Access;
using Portal.Core.Commands;
using Portal.Core.Connections;
using Portal.Core.Devices;
using Portal.Core.MeasurePoints;
using Portal.Core.Persistence;
using Unit.Support;
using static Unit.Support.PortalCommands;

namespace Unit.MeasurePoints;

public sealed class MeasureIngestTests
{
    [Fact]
    public async Task Post_NumbersAndTexts_AreStoredByAsset()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("meter-1", "SN-1");
        var now = portal.Clock.GetUtcNow();

        var accepted = Value(await portal.PostValuesAsync(portal.SessionOf("meter-1"), now, new("power", -3.5, null), new("state", null, "运行")));

        Assert.Equal(2, accepted.Values);
        Assert.Equal([$"point=power|at={now.ToUnixTimeSeconds()}|value=-3.5", $"point=state|at={now.ToUnixTimeSeconds()}|value=运行"], portal.Stored());
    }

    [Fact]
    public async Task Post_SameTimeAgain_KeepsTheLastValue()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("meter-1", "SN-1");
        var now = portal.Clock.GetUtcNow();

        await portal.PostAsync("meter-1", now, 1);
        await portal.PostAsync("meter-1", now, 2);
        await portal.PostValuesAsync(portal.SessionOf("meter-1"), now, new(Meters.Energy, 3, null), new(Meters.Energy, 4, null));

        Assert.Equal([$"point=energyTotal|at={now.ToUnixTimeSeconds()}|value=4"], portal.Stored());
    }

    [Theory]
    [InlineData("a b", 1.0, null, MeasureRefused.ModelCheck)]
    [InlineData("", 1.0, null, MeasureRefused.ModelCheck)]
    [InlineData("温度", 1.0, null, MeasureRefused.ModelCheck)]
    [InlineData("p", double.NaN, null, MeasureRefused.ModelCheck)]
    [InlineData("p", double.NegativeInfinity, null, MeasureRefused.ModelCheck)]
    [InlineData("p", null, null, MeasureRefused.ModelCheck)]
    [InlineData("p", 1.0, "both", MeasureRefused.ModelCheck)]
    [InlineData("p", null, "a\u0000b", MeasureRefused.ModelCheck)]
    public async Task Post_WhatCannotBeStored_IsRefusedWithAllOfTheMessage(string point, double? number, string? text, int code)
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("meter-1", "SN-1");

        var result = await portal.PostValuesAsync(portal.SessionOf("meter-1"), portal.Clock.GetUtcNow(), new("good", 1, null), new(point, number, text));

        Assert.Equal(code, Assert.IsType<MeasureRefused>(result.Error).Code);
        Assert.Empty(portal.Stored());
    }

    [Fact]
    public async Task Post_TooLongOrTooManyOrNone_IsRefusedByItsCode()
    {
        await using var portal = await TestPortal.CreateAsync([("Data:MaxValues", "3"), ("Data:MaxPoints", "2")]);
        await portal.AddDeviceAsync("meter-1", "SN-1");
        var (session, now) = (portal.SessionOf("meter-1"), portal.Clock.GetUtcNow());

        Assert.Equal(MeasureRefused.ModelCheck, Code(await portal.PostValuesAsync(session, now, new MeasureValue(new string('p', 65), 1, null))));
        Assert.Equal(MeasureRefused.ModelCheck, Code(await portal.PostValuesAsync(session, now, new MeasureValue("p", null, new string('t', 257)))));
        Assert.Equal(MeasureRefused.ModelCheck, Code(await portal.PostValuesAsync(session, now, new MeasureValue("p", -1.7e308, null)))); // a chart has to draw it
        Assert.Equal(MeasureRefused.TooLarge, Code(await portal.PostValuesAsync(session, now, new("a", 1, null), new("a", 1, null), new("a", 1, null), new("a", 1, null))));
        Assert.Equal(MeasureRefused.Empty, Code(await portal.PostValuesAsync(session, now)));
        Assert.Equal(MeasureRefused.Empty, Code(await portal.Get<MeasureIngest>().PostAsync([])));
        Assert.Equal(MeasureRefused.ModelCheck, Code(await portal.PostValuesAsync(session, now, new("a", 1, null), new("b", 1, null), new("c", 1, null))));
        Assert.Empty(portal.Database.Rows("SELECT * FROM measure_series"));

        Assert.Null((await portal.PostValuesAsync(session, now, new("a", 1, null), new("b", 1, null))).Error);
        Assert.Equal(MeasureRefused.ModelCheck, Code(await portal.PostValuesAsync(session, now, new("b", 2, null), new("c", 1, null))));
        Assert.Equal(["value=1", "value=1"], portal.Stored().Select(row => row.Split('|')[2]));
    }

    [Fact]
    public async Task Post_ByAClockThatIsWrong_IsRefused()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("meter-1", "SN-1");
        var now = portal.Clock.GetUtcNow();

        Assert.Equal(MeasureRefused.ModelCheck, Code(await portal.PostAsync("meter-1", now.AddMinutes(6), 1)));
        Assert.Equal(MeasureRefused.ModelCheck, Code(await portal.PostAsync("meter-1", now.AddDays(-16), 1)));
        Assert.Equal(MeasureRefused.ModelCheck, Code(await portal.PostAsync("meter-1", DateTimeOffset.MaxValue, 1)));
        Assert.Equal(MeasureRefused.ModelCheck, Code(await portal.PostAsync("meter-1", DateTimeOffset.MinValue, 1)));

        Assert.Null((await portal.PostAsync("meter-1", now.AddMinutes(4), 1)).Error);
        Assert.Null((await portal.PostAsync("meter-1", now.AddDays(-14), 1)).Error);
    }

    [Fact]
    [Trait("Requirement", "R-23")]
    public async Task Post_OfASessionWhoseSecretWasReplaced_IsRefusedByTheRow()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("meter-1", "SN-1");
        var (olga, old, now) = (await portal.SignInAsync(Role.FullAccess), portal.SessionOf("meter-1"), portal.Clock.GetUtcNow());
        await portal.PostAsync(old, now, 1);

        Value(await portal.ReplaceAsync(olga, "meter-1", "SN-2"));

        Assert.IsType<SessionOver>((await portal.PostAsync(old, now.AddSeconds(1), 2)).Error);
        Assert.Null((await portal.PostAsync("meter-1", now.AddSeconds(2), 3)).Error);
        Assert.Equal(["value=1", "value=3"], portal.Stored().Select(row => row.Split('|')[2]));
    }

    [Fact]
    [Trait("Requirement", "R-23")]
    public async Task Post_BehindAGatewayThatWasReplaced_IsRefusedByTheRow()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("gateway", "GW-1");
        await portal.AddDeviceAsync("meter-1", "SN-1");
        var (olga, gateway) = (await portal.SignInAsync(Role.FullAccess), portal.SessionOf("gateway"));
        var behind = portal.SessionOf("meter-1", gateway);
        Assert.Null((await portal.PostAsync(behind, portal.Clock.GetUtcNow(), 1)).Error);

        Value(await portal.ReplaceAsync(olga, "gateway", "GW-2"));

        Assert.IsType<SessionOver>((await portal.PostAsync(behind, portal.Clock.GetUtcNow(), 2)).Error);
        Assert.Null((await portal.PostAsync(portal.SessionOf("meter-1", portal.SessionOf("gateway")), portal.Clock.GetUtcNow(), 3)).Error);
    }

    [Fact]
    public async Task Post_OfASessionThatIsOver_IsRefusedThoughItsSecretHolds()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("meter-1", "SN-1");
        var session = portal.SessionOf("meter-1");
        session.End(SignOutReason.TakenOver);

        Assert.IsType<SessionOver>((await portal.PostAsync(session, portal.Clock.GetUtcNow(), 1)).Error);
    }

    [Fact]
    [Trait("Requirement", "R-23")]
    public async Task Post_WhileAReplacementIsMade_IsNeverStoredAfterIt()
    {
        await using var portal = await TestPortal.CreateAsync();
        var olga = await portal.SignInAsync(Role.FullAccess);
        var start = portal.Clock.GetUtcNow();
        for (var round = 0; round < Scale.Of(10, 1_000); round++)
        {
            var asset = $"meter-{round}";
            await portal.AddDeviceAsync(asset, $"SN-{round}");
            var session = portal.SessionOf(asset);
            var answered = 0L;
            using var stop = new CancellationTokenSource();
            var posting = Enumerable.Range(0, 8).Select(publisher => Task.Run(async () =>
            {
                var acceptedLate = 0;
                for (var i = 0; !stop.IsCancellationRequested; i++)
                {
                    var isLate = Interlocked.Read(ref answered) == 1;
                    acceptedLate += (await portal.PostAsync(session, start.AddMilliseconds(-i), publisher, $"p{publisher}")).IsSuccess && isLate ? 1 : 0;
                }

                return acceptedLate;
            })).ToArray();

            await Task.Delay(5, TestContext.Current.CancellationToken);
            Value(await portal.ReplaceAsync(olga, asset, $"SN-{round}-new"));
            Interlocked.Exchange(ref answered, 1);
            await Task.Delay(5, TestContext.Current.CancellationToken);
            await stop.CancelAsync();

            Assert.Equal(0, (await Task.WhenAll(posting)).Sum());
        }
    }

    [Fact]
    public async Task Post_OfADisabledOrDeletedDevice_IsRefused()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("meter-1", "SN-1");
        var (olga, session) = (await portal.SignInAsync(Role.FullAccess), portal.SessionOf("meter-1"));
        var devices = portal.Get<DeviceService>();

        Value(await devices.DisableAsync(olga, AssetSelector.Asset("meter-1")));
        Assert.IsType<SessionOver>((await portal.PostAsync(session, portal.Clock.GetUtcNow(), 1)).Error);
        Value(await devices.EnableAsync(olga, AssetSelector.Asset("meter-1")));
        Assert.Null((await portal.PostAsync(session, portal.Clock.GetUtcNow(), 1)).Error);
        Value(await devices.DeleteAsync(olga, AssetSelector.Asset("meter-1")));
        Assert.IsType<SessionOver>((await portal.PostAsync(session, portal.Clock.GetUtcNow(), 1)).Error);
    }

    [Fact]
    public async Task Post_ManyAtOnce_TakeFewCommits()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("meter-1", "SN-1");
        var (session, now) = (portal.SessionOf("meter-1"), portal.Clock.GetUtcNow());
        var commits = 0;
        using var stop = new CancellationTokenSource();
        var counting = Task.Run(async () =>
        {
            var next = portal.Get<IPortalDatabase>().NextCommit;
            while (await Task.WhenAny(next, Task.Delay(Timeout.Infinite, stop.Token)) == next)
            {
                commits++;
                next = portal.Get<IPortalDatabase>().NextCommit;
            }
        });

        var results = await Task.WhenAll(Enumerable.Range(0, 5_000).Select(i => portal.PostAsync(session, now.AddMilliseconds(-i), i)));
        await stop.CancelAsync();
        await counting;

        Assert.All(results, result => Assert.Null(result.Error));
        Assert.Equal(5_000L, portal.Database.Scalar<long>("SELECT count(*) FROM measure_values"));
        Assert.InRange(commits, 1, 500);
    }

    [Fact]
    public async Task Post_WhenTheDatabaseDoesNotTakeIt_SaysSoAndGoesOnLater()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("meter-1", "SN-1");
        portal.Database.Execute("ALTER TABLE measure_values RENAME TO away");
        Assert.IsType<StorageUnavailable>((await portal.PostAsync("meter-1", portal.Clock.GetUtcNow(), 1)).Error);

        portal.Database.Execute("ALTER TABLE away RENAME TO measure_values");
        Assert.Null((await portal.PostAsync("meter-1", portal.Clock.GetUtcNow(), 1)).Error);
        Assert.Single(portal.Stored());
    }

    [Fact]
    public async Task Feed_TellsWhoFollowsTheAsset_UntilTheyLeave()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("meter-1", "SN-1");
        await portal.AddDeviceAsync("meter-2", "SN-2");
        var told = 0;
        using (portal.Get<MeasureFeed>().Follow("meter-1", () => throw new InvalidOperationException("A broken screen")))
        using (portal.Get<MeasureFeed>().Follow("meter-1", () => told++))
        {
            await portal.PostAsync("meter-1", portal.Clock.GetUtcNow(), 1);
            await portal.PostAsync("meter-2", portal.Clock.GetUtcNow(), 1);
            await portal.PostAsync("meter-1", portal.Clock.GetUtcNow(), double.NaN);
        }

        await portal.PostAsync("meter-1", portal.Clock.GetUtcNow(), 2);
        Assert.Equal(1, told);
    }

    private static int Code(Result<Accepted> result) => Assert.IsType<MeasureRefused>(result.Error).Code;
}
