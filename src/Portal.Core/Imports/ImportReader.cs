using System.Security.Cryptography;
using System.Text;
using CsvHelper;
using Microsoft.Extensions.Options;

namespace Portal.Core.Imports;

/// <summary>Reads a CSV file: UTF-8 with or without a mark, comma, semicolon or tab, the columns in any order.</summary>
public sealed class ImportReader(IOptions<ImportOptions> options)
{
    private const int MaxLineSize = 64 * 1024;
    private const int ProgressStep = 2000;

    /// <summary>In the order of the template.</summary>
    public static IReadOnlyList<string> Columns { get; } = ["assetId", "productKey", "deviceKey", "name", "nameZh", "description", "timezone"];

    private static readonly string[] s_required = ["assetId", "productKey", "deviceKey", "name", "timezone"];

    /// <param name="stream">Can be read twice: once for its hash.</param>
    /// <returns>
    /// Or <see cref="ImportFileTooLarge"/>, <see cref="ImportTooManyRows"/>, <see cref="ImportFileEmpty"/>, <see cref="ImportNotUtf8"/>,
    /// <see cref="ImportMalformed"/>, <see cref="ImportHeadersInvalid"/>.
    /// </returns>
    public async Task<Result<ImportFile>> ReadAsync(
        string fileName, Stream stream, IProgress<ImportProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        if (stream.Length > options.Value.MaxFileSizeInBytes)
        {
            return new ImportFileTooLarge(options.Value.MaxFileSizeInMegabytes);
        }

        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
        stream.Position = 0;
        try
        {
            var lines = await ReadLinesAsync(stream, progress, cancellationToken);
            return lines.IsSuccess ? new ImportFile(fileName, hash, lines.Value) : lines.Error;
        }
        catch (DecoderFallbackException)
        {
            return new ImportNotUtf8();
        }
        catch (CsvFormatException exception)
        {
            return new ImportMalformed(exception.LineNumber);
        }
    }

    private async Task<Result<IReadOnlyList<ImportLine>>> ReadLinesAsync(Stream stream, IProgress<ImportProgress>? progress, CancellationToken cancellationToken)
    {
        // Strict, and without a guess from marks: what is not UTF-8 is said to be not UTF-8.
        using var text = new StreamReader(stream, new UTF8Encoding(false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: false, leaveOpen: true);
        if (text.Peek() == '\uFEFF')
        {
            text.Read();
        }

        using var csv = CsvReader.Create(text, CsvReaderOptions.Default with
        {
            MalformedData = CsvMalformedDataHandling.Throw,
            MaxRecordSize = MaxLineSize,
            TrackLineNumbers = true,
            PoolStrings = true,
        }, leaveOpen: true);
        if (!await csv.ReadAsync(cancellationToken))
        {
            return CheckHeader(csv.Headers) is { } empty && csv.Headers.Count > 0 ? empty : new ImportFileEmpty();
        }

        if (CheckHeader(csv.Headers) is { } fault)
        {
            return fault;
        }

        var positions = Columns.Select(column => PositionOf(csv.Headers, column)).ToArray();
        var lines = new List<ImportLine>();
        do
        {
            if (lines.Count == options.Value.MaxRows)
            {
                return new ImportTooManyRows(options.Value.MaxRows);
            }

            lines.Add(ReadLine(csv, positions));
            if (lines.Count % ProgressStep == 0)
            {
                progress?.Report(new ImportProgress(ImportStage.Reading, lines.Count, 0));
            }
        }
        while (await csv.ReadAsync(cancellationToken));

        return lines;
    }

    private static ImportLine ReadLine(CsvReader csv, int[] positions)
    {
        string? Cell(int column) => positions[column] is >= 0 and var at && at < csv.FieldCount ? csv.GetString(at) : null;
        var fault = csv.FieldCount == csv.Headers.Count ? null : new ImportCellCount(csv.Headers.Count, csv.FieldCount);
        return new ImportLine(
            csv.LineNumber, Cell(0) ?? "", Cell(1) ?? "", Cell(2) ?? "", (Cell(3) ?? "").Trim(),
            positions[4] < 0 ? null : (Cell(4) ?? "").Trim(), positions[5] < 0 ? null : (Cell(5) ?? "").Trim(), Cell(6) ?? "", fault);
    }

    private static ImportHeadersInvalid? CheckHeader(IReadOnlyList<string> headers)
    {
        var names = headers.Select(header => header.Trim()).ToList();
        var missing = s_required.Where(column => !names.Contains(column, StringComparer.OrdinalIgnoreCase));
        var unknown = names.Where(name => !Columns.Contains(name, StringComparer.OrdinalIgnoreCase)).Select(Shown);
        var doubled = names.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1).Select(group => Shown(group.Key));
        var fault = new ImportHeadersInvalid(Join(missing), Join(unknown), Join(doubled));
        return fault is { Missing: "", Unknown: "", Doubled: "" } ? null : fault;
    }

    private static int PositionOf(IReadOnlyList<string> headers, string column)
    {
        for (var i = 0; i < headers.Count; i++)
        {
            if (string.Equals(headers[i].Trim(), column, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return -1;
    }

    private static string Join(IEnumerable<string> names) => string.Join(", ", names.Take(10));

    /// <summary>A name that the file made up, fit to be quoted in a sentence.</summary>
    private static string Shown(string name)
    {
        var clean = string.Concat(name.Take(40).Select(character => char.IsControl(character) || char.IsSurrogate(character) ? '�' : character));
        return clean.Length == 0 ? "\"\"" : clean;
    }
}
