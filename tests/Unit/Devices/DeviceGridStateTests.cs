using Portal.Core.Devices.Search;
using Portal.Features.Devices;

namespace Unit.Devices;

public sealed class DeviceGridStateTests
{
    public static TheoryData<DeviceGridState> States { get; } =
    [
        new DeviceGridState(),
        new DeviceGridState { Text = "status:offline \"a & b\" 北区 +%#?=", Sort = DeviceSort.Name, Descending = true, Cursor = "abc_-", PageSize = 100, IsCompact = true },
        new DeviceGridState { Columns = DeviceColumns.None, Sort = DeviceSort.Created },
        new DeviceGridState { Columns = DeviceColumns.Key | DeviceColumns.Created, PageSize = 50 },
    ];

    [Theory, MemberData(nameof(States))]
    public void Parse_ItsOwnAddress_GivesTheSameState(DeviceGridState state) => Assert.Equal(state, DeviceGridState.Parse(state.ToQuery("o1"), null));

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
