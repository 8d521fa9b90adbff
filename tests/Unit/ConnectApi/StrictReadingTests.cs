using System.Text;
using Portal.ConnectApi;
using static Portal.ConnectApi.Member;

namespace Unit.ConnectApi;

/// <summary>What two readers could take for different things is refused, and the refusal names it.</summary>
public sealed class StrictReadingTests
{
    private static readonly Shape s_shape = Shape.Record(
        Required("key", Shape.Text, ""), Optional("flag", Shape.Boolean, ""), Optional("count", Shape.Number, ""), Optional("at", Shape.NumberOrText, ""),
        Optional("names", Shape.Array(Shape.Text), ""), Optional("inner", Shape.Record(Required("name", Shape.Text, "")), ""),
        Optional("tags", Shape.Map(Shape.Text), ""), Optional("any", Shape.Free, ""));

    [Theory]
    [InlineData("""{"key":"a"}""")]
    [InlineData(""" { "key" : "a", "flag": null, "count": 3, "at": 12, "names": ["x"], "inner": {"name": "y"}, "tags": {"A": "1", "a": "2"}, "any": {"A": [1, {"a": null}]} } """)]
    [InlineData("""{"key":"a","at":"12","unknown":{"x":[]}}""")]
    [InlineData("""{"key":"\ud83d\ude00"}""")]
    public void Read_AsItShouldBe_IsTaken(string json)
    {
        using var document = Assert.IsAssignableFrom<IDisposable>(StrictJson.Read(Encoding.UTF8.GetBytes(json), s_shape).Value);
    }

    [Theory]
    [Trait("Requirement", "R-44")]
    [InlineData("", "body")]
    [InlineData("null", "body")]
    [InlineData("[]", "body")]
    [InlineData("\"key\"", "body")]
    [InlineData("{", "body")]
    [InlineData("""{"key":"a"} {}""", "body")]
    [InlineData("""{"key":"a",}""", "body")]
    [InlineData("""{"key":"a"/* */}""", "body")]
    [InlineData("""{'key':'a'}""", "body")]
    [InlineData("{\"key\":\"a\tb\"}", "body")]
    [InlineData("""{}""", "key")]
    [InlineData("""{"key":null}""", "key")]
    [InlineData("""{"key":1}""", "key")]
    [InlineData("""{"key":"a","key":"a"}""", "key")]
    [InlineData("""{"key":"a","\u006bey":"b"}""", "key")]
    [InlineData("""{"key":"a","KEY":"b"}""", "KEY")]
    [InlineData("""{"Key":"a"}""", "Key")]
    [InlineData("""{"\u212aey":"a"}""", "key")]
    [InlineData("""{"key":"a","x":1,"X":2}""", "X")]
    [InlineData("""{"key":"a","flag":"true"}""", "flag")]
    [InlineData("""{"key":"a","flag":1}""", "flag")]
    [InlineData("""{"key":"a","count":1.5}""", "count")]
    [InlineData("""{"key":"a","count":1e99}""", "count")]
    [InlineData("""{"key":"a","count":99999999999}""", "count")]
    [InlineData("""{"key":"a","count":"1"}""", "count")]
    [InlineData("""{"key":"a","at":"1e3"}""", "at")]
    [InlineData("""{"key":"a","at":"-1"}""", "at")]
    [InlineData("""{"key":"a","at":"١٢"}""", "at")]
    [InlineData("""{"key":"a","at":99999999999999999999}""", "at")]
    [InlineData("""{"key":"a","names":["x",null]}""", "names[1]")]
    [InlineData("""{"key":"a","names":{"0":"x"}}""", "names")]
    [InlineData("""{"key":"a","inner":{}}""", "inner.name")]
    [InlineData("""{"key":"a","inner":{"name":"x","Name":"y"}}""", "inner.Name")]
    [InlineData("""{"key":"a","tags":{"a":"1","a":"2"}}""", "tags.a")]
    [InlineData("""{"key":"a","tags":{"a":1}}""", "tags.a")]
    [InlineData("""{"key":"a","any":{"b":{"c":1,"c":2}}}""", "any.b.c")]
    [InlineData("""{"key":"\ud800"}""", "key")]
    [InlineData("""{"key":"a","any":{"x":"\udc00"}}""", "any.x")]
    [InlineData("""{"key":"a","\ud800":1}""", "body")]
    public void Read_AmbiguousOrWrong_IsRefusedByName(string json, string name)
    {
        var result = StrictJson.Read(Encoding.UTF8.GetBytes(json), s_shape);

        Assert.Equal(name, Assert.IsType<ArgumentInvalid>(result.Error).Name);
    }

    [Fact]
    [Trait("Requirement", "R-44")]
    public void Read_OtherEncodingsAndDeepNesting_AreRefused()
    {
        byte[][] bodies =
        [
            Encoding.Unicode.GetBytes("""{"key":"a"}"""), Encoding.UTF32.GetBytes("""{"key":"a"}"""), [0xEF, 0xBB, 0xBF, .. "{\"key\":\"a\"}"u8], [.. "{\"key\":\""u8, 0xFF, .. "\"}"u8],
            [.. "{\"key\":\""u8, 0xED, 0xA0, 0x80, .. "\"}"u8], [.. "{\"key\":\""u8, 0xC0, 0xAF, .. "\"}"u8], Encoding.UTF8.GetBytes("""{"key":"a","any":""" + new string('[', 100_000)),
            Encoding.UTF8.GetBytes("""{"key":"a","any":""" + string.Concat(Enumerable.Repeat("""{"a":""", 40)) + "1" + new string('}', 41)),
        ];
        foreach (var body in bodies)
        {
            Assert.Equal("body", Assert.IsType<ArgumentInvalid>(StrictJson.Read(body, s_shape).Error).Name);
        }
    }

    [Theory]
    [InlineData("?a=1&b=%2E%20+x&c", "a=1|b=.  x|c=")]
    [InlineData("?a=1&a=2&&", "a=1|a=2")]
    [InlineData("?%E6%8F%8F=%e8%bf%b0", "描=述")]
    [InlineData("?a=b=c", "a=b=c")]
    [InlineData("", "")]
    public void Query_AsWritten_IsDecodedOnce(string query, string expected) =>
        Assert.Equal(expected, string.Join('|', QueryText.Parse(query)!.Select(pair => $"{pair.Key}={pair.Value}")));

    [Theory]
    [Trait("Requirement", "R-44")]
    [InlineData("?a=%")]
    [InlineData("?a=%2")]
    [InlineData("?a=%zz")]
    [InlineData("?a=%ff")]
    [InlineData("?a=%c0%af")]
    [InlineData("?a=%ed%a0%80")]
    [InlineData("?a=描")]
    public void Query_Broken_IsNone(string query) => Assert.Null(QueryText.Parse(query));

    [Fact]
    public void Query_OfManyParameters_IsNone() => Assert.Null(QueryText.Parse(string.Join('&', Enumerable.Range(0, 65).Select(number => $"a{number}=1"))));
}
