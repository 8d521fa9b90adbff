using Portal.Features.Devices;

namespace Unit.Devices;

public sealed class DeviceColumnsTests
{
    [Theory]
    [InlineData(DeviceColumn.Status, 1, "name.key.product.replaced.seen.status")]
    [InlineData(DeviceColumn.Status, -1, "name.key.product.status.replaced.seen")]
    [InlineData(DeviceColumn.Name, -1, "name.key.product.replaced.status.seen")]
    [InlineData(DeviceColumn.Seen, 1, "name.key.product.replaced.status.seen")]
    [InlineData(DeviceColumn.Created, 1, "name.key.product.replaced.status.seen")]
    public void Move_ByOne_ChangesPlacesAndStopsAtTheEnds(DeviceColumn column, int by, string expected) =>
        Assert.Equal(expected, DeviceColumns.Default.Move(column, by).ToString());

    [Fact]
    public void Toggle_Twice_PutsAColumnBackWhereItUsuallyStands()
    {
        foreach (var column in Enum.GetValues<DeviceColumn>())
        {
            Assert.Equal(DeviceColumns.Default, DeviceColumns.Default.Toggle(column).Toggle(column));
        }
    }

    [Fact]
    public void Toggle_AmongMovedColumns_ShowsItBeforeTheFirstThatUsuallyComesLater() =>
        Assert.Equal("seen.name.key.status", DeviceColumns.Parse("seen.key.status").Toggle(DeviceColumn.Name).Move(DeviceColumn.Seen, -1).ToString());

    [Theory]
    [InlineData("key.NAME.key", true, "key.name")]
    [InlineData("", true, "")]
    [InlineData("key..name", false, "key.name")]
    [InlineData("key.1.evil", false, "key")]
    public void Parse_AnyText_TakesEachColumnOnce(string text, bool isReadable, string expected)
    {
        Assert.Equal(isReadable, DeviceColumns.IsReadable(text));
        Assert.Equal(expected, DeviceColumns.Parse(text).ToString());
    }
}
