using Portal.Core.Devices.Search;
using Portal.Features.Devices;

namespace Unit.Devices;

public sealed class DeviceGridStateTests
{
    public static TheoryData<DeviceGridState> States { get; } =
    [
        new DeviceGridState(),
        new DeviceGridState { Text = "status:offline \"a & b\" 北区 +%#?=", Sort = DeviceSort.Name, Descending = true, Cursor = "abc_-", PageSize = 100, IsCompact = true },
        new DeviceGridState { Columns = DeviceColumns.Of(), Sort = DeviceSort.Created },
        new DeviceGridState { Columns = DeviceColumns.Of(DeviceColumn.Status, DeviceColumn.Created, DeviceColumn.Key), PageSize = 50 },
    ];

    [Theory, MemberData(nameof(States))]
    public void Parse_ItsOwnAddress_GivesTheSameState(DeviceGridState state) => Assert.Equal(state, DeviceGridState.Parse(state.ToQuery("o1"), null));

    [Theory, MemberData(nameof(States))]
    public void FindUnread_ItsOwnAddress_FindsNothing(DeviceGridState state) => Assert.Empty(DeviceGridState.FindUnread(state.ToQuery("o1")));

    [Theory]
    [InlineData("?org=o1&sort=evil&q=x", "sort", "evil", "asset")]
    [InlineData("?size=7", "size", "7", "25")]
    [InlineData("?cols=name.evil", "cols", "name.evil", "name")]
    [InlineData("?density=", "density", "", "compact")]
    public void FindUnread_Nonsense_NamesTheParameterAndWhatItTakes(string query, string name, string value, string word)
    {
        var unread = Assert.Single(DeviceGridState.FindUnread(query));

        Assert.Equal((name, value), (unread.Name, unread.Value));
        Assert.Contains(word, unread.Words);
    }

    [Theory, MemberData(nameof(States))]
    public void Parse_Remembered_GivesColumnsDensityAndSizeOnly(DeviceGridState state) => Assert.Equal(
        new DeviceGridState { Columns = state.Columns, IsCompact = state.IsCompact, PageSize = state.PageSize },
        DeviceGridState.Parse("?org=o1", state.ToRemember()));

    [Theory]
    [InlineData("?sort=--&size=-25&size=abc&cols=&page=")]
    [InlineData("?sort=7&size=26&density=DROP&q")]
    [InlineData("?&&==%%%")]
    public void Parse_Nonsense_FallsBack(string query)
    {
        var state = DeviceGridState.Parse(query, "cols==&%");

        Assert.Equal((DeviceSort.BestMatch, DeviceQuery.DefaultPageSize, null), (state.Sort, state.PageSize, state.Cursor));
    }
}
