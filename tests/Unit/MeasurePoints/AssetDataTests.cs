using System.Globalization;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Core.Devices;
using Portal.Core.MeasurePoints;
using Portal.Core.Replacements;
using Portal.Features.MeasurePoints;
using Unit.Support;
using static Unit.Support.PortalCommands;

namespace Unit.MeasurePoints;

public sealed class AssetDataTests : PageTest
{
    [Fact]
    public async Task Open_WithoutAValue_SaysWhenTheChartBegins()
    {
        var section = await OpenAsync();

        Assert.Equal("No data yet", section.Find(".empty h2").TextContent);
        Assert.Empty(section.FindAll("figure, select, table"));
    }

    [Fact]
    public async Task Open_AcrossAReplacement_DrawsBothUnitsTheMarkAndTheGap()
    {
        await FillAsync();
        var section = await OpenAsync();

        Assert.Equal(2, section.FindAll("polyline").Count);
        Assert.Equal("1", section.Find(".chart-number").TextContent);
        Assert.Equal("20 min without data", section.Find(".chart-flag").TextContent[1..]);
        Assert.Single(section.FindAll(".chart-gap"));
        var change = section.Find(".data-changes > li").TextContent;
        Assert.All(["SN-1", "SN-2", "45,003", "Counter baseline45,010", "+45,009 is added"], text => Assert.Contains(text, change, StringComparison.Ordinal));
        Assert.Contains("lowest 45,001, highest 45,012, replacements: 1", section.Find("figcaption").TextContent, StringComparison.Ordinal);
        Assert.Equal("45,012", section.Find(".data-last strong").TextContent);
    }

    [Fact]
    public async Task AsSent_ShowsTheNumbersOfTheUnits()
    {
        await FillAsync();
        var section = await OpenAsync();

        await section.InvokeAsync(() => section.Find("input[type=checkbox]").ChangeAsync(true));

        Assert.Equal("3", section.Find(".data-last strong").TextContent);
        Assert.Contains("lowest 1, highest 45,003", section.Find("figcaption").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Table_HoldsEveryBucketNewestFirstWithTheReplacement()
    {
        await FillAsync();
        var section = await OpenAsync();
        Assert.Empty(section.FindAll("table"));

        await section.InvokeAsync(() => section.FindAll("button").Single(button => button.TextContent == "Table").ClickAsync());

        var rows = section.FindAll("tbody tr").Select(row => row.Children.Length == 1 ? "replaced" : row.Children[4].TextContent).ToList();
        Assert.Equal(["45,012", "45,011", "45,010", "replaced", "45,003", "45,002", "45,001"], rows);
    }

    [Fact]
    public async Task Pick_AnotherPointAndRange_ShowsThat()
    {
        await FillAsync();
        var session = Portal.SessionOf("meter-1");
        await Portal.PostValuesAsync(session, Portal.Clock.GetUtcNow(), new MeasureValue("state", null, "running"));
        var section = await OpenAsync();

        await section.InvokeAsync(() => section.Find("select").ChangeAsync("state"));
        await section.InvokeAsync(() => section.FindAll(".segments button")[2].ClickAsync());

        // A text is no line: the table takes its place.
        Assert.Empty(section.FindAll("figure"));
        Assert.Equal("running", section.Find("tbody tr").Children[1].TextContent);
        Assert.EndsWith("/assets/meter-1/data.csv?point=state&range=7d", section.Find("a[download]").GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_WhenTheLatestValueIsOlder_OffersTheRangeThatReachesIt()
    {
        await FillAsync();
        Portal.Clock.Advance(TimeSpan.FromHours(30));
        var section = await OpenAsync();
        Assert.Contains("Nothing came in the last 24 hours", section.Markup, StringComparison.Ordinal);

        await section.InvokeAsync(() => section.Find(".btn-link").ClickAsync());

        Assert.Single(section.FindAll("figure"));
        Assert.Equal("7 d", section.Find(".segments [aria-pressed=true]").TextContent);
    }

    [Fact]
    public async Task Post_WhileItIsOpen_IsFollowedOnceInTwoSeconds()
    {
        await FillAsync();
        var section = await OpenAsync();
        var renders = section.RenderCount;

        for (var i = 0; i < 20; i++)
        {
            await Portal.PostAsync("meter-1", Portal.Clock.GetUtcNow().AddMilliseconds(i), 100 + i);
        }

        await section.InvokeAsync(() => { }); // behind what was heard
        Assert.Equal(renders, section.RenderCount);
        Portal.Clock.Advance(TimeSpan.FromSeconds(2));
        section.WaitForAssertion(() => Assert.Equal("45,128", section.Find(".data-last strong").TextContent));
        Assert.InRange(section.RenderCount, renders + 1, renders + 3);

        await section.InvokeAsync(() => section.Instance.Dispose());
        await Portal.PostAsync("meter-1", Portal.Clock.GetUtcNow(), 7);
        Portal.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("45,128", section.Find(".data-last strong").TextContent);
    }

    [Fact]
    public void Plot_AnySeries_LiesWithinItsFrame()
    {
        var random = new Random(4);
        for (var round = 0; round < 300; round++)
        {
            var from = new DateTimeOffset(2026, 11, 23, 0, 0, 0, TimeSpan.Zero);
            var scale = Math.Pow(10, random.Next(-6, 12));
            var shift = random.Next(3) * scale * random.Next(-1000, 1000);
            var buckets = Enumerable.Range(0, random.Next(1, 300)).Where(_ => random.Next(3) > 0).DefaultIfEmpty(0).Select(i =>
            {
                var (low, high) = (shift + (scale * random.NextDouble()), shift + (scale * (1 + random.NextDouble())));
                return new SeriesBucket(from.AddMinutes(4 * i), 2, 2, low, high, (low + high) / 2, new(from.AddMinutes(4 * i), high, null));
            }).ToList();
            var series = new Series("meter-1", "p", SeriesRange.Day, from, from.AddDays(1), [], [new SeriesRun(0, buckets)]);

            var plot = new SeriesPlot(series, isRaw: false);

            Assert.All(plot.Lines.SelectMany(line => line.Points), point => Assert.True(
                point is { X: >= 0 } && point.X <= plot.Seconds && 0 <= point.Low && point.Low <= point.Y && point.Y <= point.High && point.High <= SeriesPlot.Height + 0.01,
                $"{point} of {plot.Bottom} to {plot.Top}"));
            Assert.InRange(plot.Levels.Count(), 2, 12);
            Assert.Equal(plot.Levels.Select(level => level.Label).Distinct(), plot.Levels.Select(level => level.Label));
        }
    }

    [Fact]
    public void Plot_OfAStretchThatAReplacementCuts_StaysOnItsSideOfTheMark()
    {
        var from = new DateTimeOffset(2026, 11, 23, 0, 0, 0, TimeSpan.Zero);
        var width = SeriesRange.Month.Bucket();
        var (begins, cut) = (from + (10 * width), from + (10 * width) + (width / 10));
        SeriesBucket Several(DateTimeOffset at) => new(at, 3, 3, 1, 1, 1, new(at, 1, null));
        var change = new HardwareChange(1, cut, "old", "new", null, null, null, null);
        var series = new Series("meter-1", "p", SeriesRange.Month, from, from.AddDays(30), [change], [new SeriesRun(0, [Several(begins)]), new SeriesRun(0, [Several(cut)])]);

        var points = new SeriesPlot(series, isRaw: false).Lines.SelectMany(line => line.Points).Select(point => from.AddSeconds(point.X)).ToList();

        Assert.InRange(points[0], begins, cut);
        Assert.InRange(points[1], cut, begins + width);
    }

    [Fact]
    public void Plot_WhereNothingCameForLong_DrawsNoLineAcross()
    {
        var from = new DateTimeOffset(2026, 11, 23, 0, 0, 0, TimeSpan.Zero);
        int[] minutes = [0, 4, 8, 12, 200, 204, 208, 600];
        var buckets = minutes.Select(minute => new SeriesBucket(from.AddMinutes(minute), 1, 1, 1, 1, 1, new(from.AddMinutes(minute), 1, null))).ToList();

        var plot = new SeriesPlot(new Series("meter-1", "p", SeriesRange.Day, from, from.AddDays(1), [], [new SeriesRun(0, buckets)]), isRaw: false);

        Assert.Equal([4, 3, 1], plot.Lines.Select(line => line.Points.Count));
        Assert.All(plot.Lines, line => Assert.Null(line.Band));
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(-1234567.891, "-1,234,567.891")]
    [InlineData(0.0000004, "4E-7")]
    [InlineData(1e20, "1E+20")]
    public void Number_IsWrittenTheSameInEveryLanguage(double number, string expected)
    {
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
        Assert.Equal(expected, SeriesNumbers.Format(number));
    }

    [Theory]
    [InlineData("12.5", 12.5)]
    [InlineData(" -3 ", -3.0)]
    [InlineData("45,000", null)]
    [InlineData("1e3", null)]
    [InlineData("", null)]
    public void Reading_IsANumberWithAPointAndNothingElse(string typed, double? expected)
    {
        var form = new BaselineForm { Point = Meters.Energy, Typed = typed };

        Assert.Equal(expected, form.Value);
        Assert.Equal(expected is null, form.IsInvalid);
        Assert.Equal(expected is null ? 0 : 1, form.ToBaselines().Count);
    }

    /// <summary>Three values of a meter, a replacement with its reading, three of the next one; ten minutes from each to the next.</summary>
    private async Task FillAsync()
    {
        await Portal.AddDeviceAsync("meter-1", "SN-1");
        var olga = await Portal.SignInAsync("maria", Role.FullAccess);
        foreach (var number in (double[])[45_001, 45_002, 45_003])
        {
            await PostAsync(number);
        }

        Portal.Clock.Advance(TimeSpan.FromMinutes(10));
        Value(await Portal.Get<ReplacementService>().ReplaceAsync(olga, new ReplaceDeviceRequest(
            AssetSelector.Asset("meter-1"), "SN-2", SecretDelivery.None, ReplacementReason.Broken)
        { Baselines = [new CounterBaseline(Meters.Energy, 45_010)] }));
        foreach (var number in (double[])[1, 2, 3])
        {
            await PostAsync(number);
        }
    }

    private async Task PostAsync(double number)
    {
        Portal.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Null((await Portal.PostAsync("meter-1", Portal.Clock.GetUtcNow(), number)).Error);
    }

    private async Task<IRenderedComponent<AssetData>> OpenAsync()
    {
        if (Portal.Database.Scalar<long>("SELECT count(*) FROM devices") == 0)
        {
            await Portal.AddDeviceAsync("meter-1", "SN-1");
        }

        Services.AddSingleton<TimeProvider>(Portal.Clock); // before Mud's
        return await OpenAsync<AssetData>("/assets/meter-1", Role.Reader, parameters => parameters.Add(section => section.AssetId, "meter-1").Add(section => section.Revision, 1));
    }
}
