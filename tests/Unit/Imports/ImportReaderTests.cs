using System.Text;
using Portal.Core;
using Portal.Core.Imports;
using Unit.Support;

namespace Unit.Imports;

public sealed class ImportReaderTests
{
    [Fact]
    [Trait("Requirement", "R-46")]
    public async Task Read_LargerThanAllowed_IsRefusedByName()
    {
        await using var portal = await TestPortal.CreateAsync([("Imports:MaxFileSizeInMegabytes", "1")]);

        var file = await portal.ReadAsync(new byte[(1024 * 1024) + 1]);

        Assert.Equal(new ImportFileTooLarge(1), file.Error);
    }

    [Fact]
    [Trait("Requirement", "R-46")]
    public async Task Read_MoreRowsThanAllowed_IsRefusedByName()
    {
        await using var portal = await TestPortal.CreateAsync([("Imports:MaxRows", "3")]);
        string[] Rows(int count) => [ImportFiles.Header, .. Enumerable.Range(0, count).Select(i => ImportFiles.Line($"asset-{i}", $"key-{i}"))];

        Assert.Equal(3, (await portal.ReadAsync(Rows(3))).Value!.Lines.Count);
        Assert.Equal(new ImportTooManyRows(3), (await portal.ReadAsync(Rows(4))).Error);
    }

    [Fact]
    [Trait("Requirement", "R-46")]
    public async Task Read_OneEndlessLine_IsRefusedBeforeItFillsTheMemory()
    {
        await using var portal = await TestPortal.CreateAsync();

        var name = new string('x', 5_000_000);

        // Nothing but its length is wrong with the second.
        foreach (var line in new[] { $"asset-1,inverter,key-1,\"{name}", ImportFiles.Line("asset-1", "key-1", name) })
        {
            Assert.IsType<ImportMalformed>((await portal.ReadAsync(ImportFiles.Header, line)).Error);
        }
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-32")]
    [InlineData("latin1")]
    public async Task Read_OtherEncoding_IsRefusedClearly(string encoding)
    {
        await using var portal = await TestPortal.CreateAsync();
        var text = ImportFiles.Header + "\n" + ImportFiles.Line("asset-1", "key-1", "Größe");
        var chosen = Encoding.GetEncoding(encoding);

        var file = await portal.ReadAsync([.. chosen.GetPreamble(), .. chosen.GetBytes(text)]);

        Assert.Equal(new ImportNotUtf8(), file.Error);
    }

    [Fact]
    public async Task Read_WithByteOrderMarkSemicolonsAndQuotes_GivesTheCells()
    {
        await using var portal = await TestPortal.CreateAsync();
        var text = "\uFEFFTimeZone;NAME;assetid;DeviceKey;productKey\r\n+08:00;\"汇流箱; \"\"7\"\"\";asset-1;key-1;inverter\r\n";

        var file = await portal.ReadAsync(Encoding.UTF8.GetBytes(text));

        Assert.Equal(new ImportLine(2, "asset-1", "inverter", "key-1", "汇流箱; \"7\"", null, null, "+08:00", null), Assert.Single(file.Value!.Lines));
    }

    [Theory]
    [InlineData("assetId,productKey,deviceKey,name", "timezone", "", "")]
    [InlineData("assetId,productKey,deviceKey,name,timezone,secret", "", "secret", "")]
    [InlineData("assetId,productKey,deviceKey,name,timezone,Name", "", "", "name")]
    [InlineData("a,b", "assetId, productKey, deviceKey, name, timezone", "a, b", "")]
    public async Task Read_HeaderThatDoesNotFit_NamesEachColumn(string header, string missing, string unknown, string doubled)
    {
        await using var portal = await TestPortal.CreateAsync();

        var file = await portal.ReadAsync(header, "1,2,3,4,5,6");

        Assert.Equal(new ImportHeadersInvalid(missing, unknown, doubled), file.Error);
    }

    [Theory]
    [InlineData("")]
    [InlineData(ImportFiles.Header)]
    public async Task Read_NoRows_IsRefused(string text)
    {
        await using var portal = await TestPortal.CreateAsync();

        Assert.Equal(new ImportFileEmpty(), (await portal.ReadAsync(Encoding.UTF8.GetBytes(text))).Error);
    }

    /// <summary>No file, however broken, is more than a refusal with a name: nothing throws.</summary>
    [Fact]
    [Trait("Requirement", "R-46")]
    public async Task Read_RandomBytes_NeverThrows()
    {
        await using var portal = await TestPortal.CreateAsync();
        var random = new Random(46);
        var pieces = new[] { "assetId", "productKey", "deviceKey", "name", "timezone", ",", ";", "\t", "\"", "\r\n", "\n", "\r", "\0", "é", "汇", "=1+1", " ", "+08:00", "x" };
        for (var i = 0; i < Scale.Of(ci: 500, full: 20_000); i++)
        {
            var builder = new StringBuilder(random.Next(2) == 0 ? "assetId,productKey,deviceKey,name,timezone\n" : "");
            for (var j = random.Next(40); j > 0; j--)
            {
                builder.Append(pieces[random.Next(pieces.Length)]);
            }

            var bytes = Encoding.UTF8.GetBytes(builder.ToString());
            if (bytes.Length > 0 && random.Next(4) == 0)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var file = await portal.ReadAsync(bytes);

            Assert.True(file.IsSuccess || file.Error is ImportHeadersInvalid or ImportFileEmpty or ImportNotUtf8 or ImportMalformed, file.Error?.ToString());
        }
    }
}
