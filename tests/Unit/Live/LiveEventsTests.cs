using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Portal.Core.Live;

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
