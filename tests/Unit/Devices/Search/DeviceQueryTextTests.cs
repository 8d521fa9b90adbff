using CsCheck;
using Portal.Core.Devices.Search;

namespace Unit.Devices.Search;

public sealed class DeviceQueryTextTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("   \t ", "")]
    [InlineData("abc", "Text=abc")]
    [InlineData("abc  def", "Text=abc|Text=def")]
    [InlineData("abc abc", "Text=abc")]
    [InlineData("\"north site\"", "Text=north site")]
    [InlineData("\"north site", "Text=north site")]
    [InlineData("\"say \"\"hi\"\" now\"", "Text=say \"hi\" now")]
    [InlineData("\"\" \" \"", "")]
    [InlineData("INV*", "Text=INV")]
    [InlineData("*", "")]
    [InlineData("SN:1234", "Text=SN:1234")]
    [InlineData("https://portal/devices?q=1", "Text=https://portal/devices?q=1")]
    [InlineData(":x", "Text=:x")]
    [InlineData("\"status:online\"", "Text=status:online")]
    [InlineData("status:inactive", "Status=inactive")]
    [InlineData("Status:Online,OFFLINE", "Status=online,offline")]
    [InlineData("product:INV* key:abc- asset:a1", "Product=INV|Key=abc-|Asset=a1")]
    [InlineData("key:\"SN:12,3*\"", "Key=SN:12,3*")]
    [InlineData("name:\"met station\",turbine", "Name=met station,turbine")]
    [InlineData("former:SN:1234", "Former=SN:1234")]
    [InlineData("replaced:<7d seen:>12h created:<2w", "Replaced=<7d|Seen=>12h|Created=<2w")]
    [InlineData("state:awaiting secret:never-confirmed reason:broken,stolen", "State=awaiting|Secret=never-confirmed|Reason=broken,stolen")]
    [InlineData("逆变器", "Text=逆变器")]
    public void Parse_Text_GivesTerms(string text, string expected)
    {
        var query = DeviceQueryText.Parse(text);

        Assert.Null(query.Error);
        Assert.Equal(expected, string.Join('|', query.Value!.Terms.Select(term => $"{term.Field}={string.Join(',', term.Values)}")));
        Assert.Equal(query.Value.Terms, DeviceQueryText.Parse(query.Value.ToString()).Value!.Terms);
    }

    [Theory]
    [InlineData("stauts:online", DeviceQueryFault.UnknownField, "stauts", 0)]
    [InlineData("abc keys:x", DeviceQueryFault.UnknownField, "keys", 4)]
    [InlineData("status:", DeviceQueryFault.ValueMissing, "status", 7)]
    [InlineData("status:broken", DeviceQueryFault.ValueUnknown, "status", 7)]
    [InlineData("a status:online,idle", DeviceQueryFault.ValueUnknown, "status", 16)]
    [InlineData("key:", DeviceQueryFault.ValueMissing, "key", 4)]
    [InlineData("key:*", DeviceQueryFault.ValueMissing, "key", 4)]
    [InlineData("key:a*b", DeviceQueryFault.AsteriskInside, "key", 4)]
    [InlineData("replaced:7d", DeviceQueryFault.AgeInvalid, "replaced", 9)]
    [InlineData("replaced:<7", DeviceQueryFault.AgeInvalid, "replaced", 9)]
    [InlineData("replaced:<0d", DeviceQueryFault.AgeInvalid, "replaced", 9)]
    [InlineData("seen:<99999d", DeviceQueryFault.AgeInvalid, "seen", 5)]
    [InlineData("seen:<1d,>2d", DeviceQueryFault.OneValueOnly, "seen", 9)]
    public void Parse_Fault_NamesFieldPositionAndWhatWouldBeRight(string text, DeviceQueryFault fault, string field, int position)
    {
        var error = Assert.IsType<DeviceQueryInvalid>(DeviceQueryText.Parse(text).Error);

        Assert.Equal((fault, field, position), (error.Fault, error.Field, error.Position));
        Assert.NotEmpty(error.Expected);
    }

    [Fact]
    public void Parse_TooLong_IsRefused() =>
        Assert.IsType<DeviceQueryInvalid>(DeviceQueryText.Parse(new string('x', DeviceQueryText.MaxLength + 1)).Error);

    [Fact]
    public void Parse_AnyText_NeverThrowsAndReadsBackTheSame() => Gen.String[Gen.Char[" \t\":*,<>-%_'ab1:风\0\n\uD800status"], 0, 60].Sample(
        text =>
        {
            var query = DeviceQueryText.Parse(text);
            return query.Value is not { } value || DeviceQueryText.Parse(value.ToString()).Value?.Terms.SequenceEqual(value.Terms) == true;
        },
        iter: 20_000);

    [Fact]
    public void With_TermOfAField_ReplacesTheOneThatIsThere()
    {
        var query = DeviceQueryText.Parse("abc status:online key:x").Value!;

        var changed = query.With(DeviceTerm.Of(DeviceField.Status, "offline", "disabled")).Without(DeviceTerm.Of(DeviceField.Key, "x"));

        Assert.Equal("abc status:offline,disabled", changed.ToString());
    }
}
