using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Devices;
using Portal.Core.Replacements;
using Portal.Core.Reveals;
using Portal.Shared;

namespace Unit.Shared;

public sealed class SharedComponentTests : BunitContext
{
    public SharedComponentTests() => Services.AddLocalization();

    public static TheoryData<Enum> States() =>
        [.. Enum.GetValues<DeviceStatus>().Cast<Enum>(), .. Enum.GetValues<ReplacementState>().Cast<Enum>(), .. Enum.GetValues<SecretConfirmation>().Cast<Enum>()];

    [Theory, MemberData(nameof(States))]
    public void Badge_says_every_state_in_a_word(Enum state)
    {
        var badge = Render<StatusBadge>(parameters => parameters.Add(component => component.Of, state));

        Assert.NotEqual(BadgeLook.Of(state).TextKey, badge.Find(".badge").TextContent);
        Assert.NotEmpty(badge.Find(".badge").TextContent);
    }

    [Fact]
    public void Badge_states_of_one_column_differ_in_shape()
    {
        foreach (var column in new[] { typeof(DeviceStatus), typeof(ReplacementState), typeof(SecretConfirmation) })
        {
            var shapes = Enum.GetValues(column).Cast<Enum>().Select(state => BadgeLook.Of(state).Classes.Split(' ')[^1]).ToList();
            Assert.Equal(shapes.Count, shapes.Distinct().Count());
        }
    }

    [Fact]
    public void Instant_holds_utc_for_the_title_and_for_those_without_script()
    {
        var at = new DateTimeOffset(2026, 11, 23, 10, 0, 5, TimeSpan.FromHours(8));
        var time = Render<Instant>(parameters => parameters.Add(component => component.At, at).Add(component => component.Form, InstantForm.Relative)).Find("time");

        Assert.Equal("2026-11-23 02:00:05 UTC", time.GetAttribute("title"));
        Assert.Equal("2026-11-23 02:00:05 UTC", time.TextContent);
        Assert.Equal("relative", time.GetAttribute("data-instant"));
        Assert.StartsWith("2026-11-23T02:00:05", time.GetAttribute("datetime"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("INV0O1lI-002", "010")]
    [InlineData("", "")]
    [InlineData("<b>:\\7", "7")]
    public void Key_is_shown_unchanged_and_its_digits_are_marked(string key, string firstDigits)
    {
        var text = Render<DeviceKeyText>(parameters => parameters.Add(component => component.Value, key).Add(component => component.Large, true));

        Assert.Equal(key, text.Find(".key").TextContent);
        Assert.StartsWith(string.Concat(text.FindAll(".key-digit").Select(digits => digits.TextContent)).Length == 0 ? "" : firstDigits[..1],
            string.Concat(text.FindAll(".key-digit").Select(digits => digits.TextContent)), StringComparison.Ordinal);
    }

    [Fact]
    public void Drawer_closes_by_escape()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        var closed = 0;
        var drawer = Render<SideDrawer>(parameters => parameters.Add(component => component.Title, "asset-1").Add(component => component.OnClose, () => closed++));

        drawer.Find("aside").KeyDown("Escape");

        Assert.Equal(1, closed);
    }
}
