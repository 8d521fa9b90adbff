using System.Globalization;
using Portal.Core.Exports;

namespace Portal.Core.Imports;

/// <summary>The result of an import as a file: the rows with their verdicts, in the order of the import.</summary>
public static class ImportReport
{
    /// <param name="say">An error in the reader's language.</param>
    public static async Task WriteAsync(Stream stream, IEnumerable<ImportRow> rows, Func<Error, string> say, CancellationToken cancellationToken = default)
    {
        await using var csv = CsvText.Writer(stream);
        await csv.WriteLineAsync(["line", "verdict", "reason", "assetId", "productKey", "deviceKey", "name", "presentName"], cancellationToken);
        foreach (var row in rows)
        {
            await csv.WriteLineAsync(
                [
                    row.Line.Number.ToString(CultureInfo.InvariantCulture), NameOf(row.Verdict), row.Fault is null ? "" : say(row.Fault),
                    row.Line.AssetId, row.Line.ProductKey, row.Line.DeviceKey, row.Line.Name, row.PresentName,
                ],
                cancellationToken);
        }
    }

    private static string NameOf(ImportVerdict verdict) => verdict switch
    {
        ImportVerdict.New => "new",
        ImportVerdict.Unchanged => "unchanged",
        ImportVerdict.NameChange => "name changes",
        _ => "refused",
    };
}
