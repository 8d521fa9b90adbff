using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Portal.Core.Access;
using Portal.Core.Connections;
using Portal.Core.Live;
using Unit.Connections;
using Unit.Support;

namespace Unit.Live;

public sealed class LiveEventsTests
{
    [Fact]
    public async Task Publish_FromAnotherContext_RunsTheHandlerInTheLanguageOfItsSubscriber()
    {
        var events = new LiveEvents(NullLogger<LiveEvents>.Instance);
        var heard = new TaskCompletionSource<string>();
        await Task.Run(() =>
        {
            CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-Hans");
            events.Subscribe(_ => heard.TrySetResult(CultureInfo.CurrentUICulture.Name));
        });

        await Task.Run(() =>
        {
            CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("en");
            events.Publish(new DevicesChangedEvent(1));
        });

        Assert.Equal("zh-Hans", await heard.Task);
    }

    /// <summary>An event comes once more after a crash: what it did it does not do again.</summary>
    [Fact]
    [Trait("Requirement", "R-7")]
    public async Task Deliver_TheSameEventsAgain_EndsASessionOnce()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddDeviceAsync("asset-1", "key-1");
        var olga = await portal.SignInAsync(Role.FullAccess);
        var ended = 0;
        portal.Get<DeviceSessions>().Ended += (_, _) => ended++;
        var session = PortalCommands.Value(await portal.Get<DeviceDoor>().SignInAsync((await TestDevice.OfAsync(portal, "asset-1")).Connect()));
        PortalCommands.Value(await portal.ReplaceAsync(olga, "asset-1", "key-2"));
        var renewed = PortalCommands.Value(await portal.Get<DeviceDoor>().SignInAsync((await TestDevice.OfAsync(portal, "asset-1")).Connect()));

        var heard = 0;
        using (portal.Get<LiveEvents>().Subscribe(_ => Interlocked.Increment(ref heard)))
        {
            await portal.StartJobsAsync();
            for (var waited = 0; heard < 3 && waited < 1_000; waited++)
            {
                await Task.Delay(10, TestContext.Current.CancellationToken);
            }
        }

        Assert.True(heard >= 3);
        Assert.Equal(1, ended);
        Assert.Equal((false, true), (session.IsLive, renewed.IsLive));
    }

    [Fact]
    [Trait("Requirement", "R-7")]
    public async Task Deliver_WhileManyReplace_IsNoLaterThanTwoSeconds()
    {
        await using var portal = await TestPortal.CreateAsync();
        var olga = await portal.SignInAsync(Role.FullAccess);
        for (var client = 0; client < 20; client++)
        {
            await portal.AddDeviceAsync($"asset-{client}", $"first-{client}");
        }

        await portal.StartJobsAsync();
        var heardAt = new ConcurrentDictionary<long, long>();
        using var subscription = portal.Get<LiveEvents>().Subscribe(fleetEvent =>
        {
            if (fleetEvent is ReplacementChangedEvent changed)
            {
                heardAt.TryAdd(changed.ReplacementId, Stopwatch.GetTimestamp());
            }
        });
        var answeredAt = new ConcurrentDictionary<long, long>();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(client => Task.Run(async () =>
        {
            for (var i = 0; i < Scale.Of(20, 1_000); i++)
            {
                answeredAt[PortalCommands.Value(await portal.ReplaceAsync(olga, $"asset-{client}", $"key-{client}-{i}")).ReplacementId] = Stopwatch.GetTimestamp();
            }
        })));
        for (var waited = 0; heardAt.Count < answeredAt.Count && waited < 1_000; waited++)
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        Assert.Equal(answeredAt.Keys.Order(), heardAt.Keys.Order());
        var lags = answeredAt.Select(answered => Stopwatch.GetElapsedTime(answered.Value, heardAt[answered.Key])).Order().ToList();
        Assert.True(lags[lags.Count * 99 / 100] <= TimeSpan.FromSeconds(2), $"p99 {lags[lags.Count * 99 / 100]}");
    }

    [Fact]
    public void Dispose_Subscription_HearsNothingMore()
    {
        var events = new LiveEvents(NullLogger<LiveEvents>.Instance);
        var heard = 0;
        var subscription = events.Subscribe(_ => heard++);
        events.Publish(new DevicesChangedEvent(1));
        subscription.Dispose();
        events.Publish(new DevicesChangedEvent(1));

        Assert.Equal(1, heard);
    }
}
