using System.Diagnostics;
using System.Globalization;
using Portal.Core;
using Portal.Core.Imports;
using Portal.Core.Persistence;

namespace Portal.CommandLine;

/// <summary>
/// <c>import FILE [--organization ID] [--dry-run]</c>: the import of the page without a page, audited as the portal's own
/// with the name of the operating system account. Writes <c>FILE.result.csv</c>.
/// </summary>
public sealed class ImportCommand(IPortalDatabase database, ImportReader reader, CommandLineImport imports, TextWriter output)
{
    public const string Name = "import";

    private const string Usage = "Usage: import FILE [--organization ID] [--dry-run]";
    private const string OrganizationOption = "--organization";
    private const string DryRunOption = "--dry-run";
    private const int MaxShownRefusals = 10;

    /// <returns>The exit code: 0 done, 1 refused, 2 not understood.</returns>
    public async Task<int> RunAsync(string[] args)
    {
        if (args is not [Name, { } path, ..] || path.StartsWith('-'))
        {
            await output.WriteLineAsync(Usage);
            return 2;
        }

        if (!File.Exists(path))
        {
            await output.WriteLineAsync($"There is no file '{path}'.");
            return 2;
        }

        await database.MigrateAsync();
        if (await ChooseOrganizationAsync(args) is not { } organizationId)
        {
            return 2;
        }

        var started = Stopwatch.GetTimestamp();
        var progress = new ConsoleProgress(output);
        var preview = await PreviewAsync(path, organizationId, progress);
        if (!preview.IsSuccess)
        {
            await output.WriteLineAsync(preview.Error.Message);
            return 1;
        }

        await WriteResultAsync(path, preview.Value);
        await ShowAsync(preview.Value);
        if (args.Contains(DryRunOption))
        {
            await output.WriteLineAsync("Dry run: nothing was changed.");
            return preview.Value.Counts.Refused > 0 ? 1 : 0;
        }

        var imported = await imports.ApplyAsync(Environment.UserName, preview.Value, progress);
        await output.WriteLineAsync(imported.IsSuccess
            ? string.Create(CultureInfo.InvariantCulture, $"Imported in {Stopwatch.GetElapsedTime(started).TotalSeconds:N1} s.")
            : imported.Error.Message);
        return imported.IsSuccess ? 0 : 1;
    }

    private async Task<string?> ChooseOrganizationAsync(string[] args)
    {
        var option = Array.IndexOf(args, OrganizationOption);
        if (option >= 0 && option + 1 < args.Length)
        {
            return args[option + 1];
        }

        var known = await imports.OrganizationsAsync();
        if (option < 0 && known is [var only])
        {
            return only;
        }

        await output.WriteLineAsync(known.Count == 0
            ? "There is no organization yet. Start the portal once, or seed it."
            : $"Say which organization: {OrganizationOption} {string.Join(" | ", known)}");
        return null;
    }

    private async Task<Result<ImportPreview>> PreviewAsync(string path, string organizationId, ConsoleProgress progress)
    {
        await using var stream = File.OpenRead(path);
        var file = await reader.ReadAsync(Path.GetFileName(path), stream, progress);
        return file.IsSuccess ? await imports.PreviewAsync(organizationId, file.Value, progress) : file.Error;
    }

    private static async Task WriteResultAsync(string path, ImportPreview preview)
    {
        await using var result = File.Create(path + ".result.csv");
        await ImportReport.WriteAsync(result, preview.Rows, error => error.Message);
    }

    private async Task ShowAsync(ImportPreview preview)
    {
        var counts = preview.Counts;
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{counts.Total:N0} rows: {counts.New:N0} new, {counts.Unchanged:N0} unchanged, {counts.NameChanges:N0} with a new name, {counts.Refused:N0} refused."));
        foreach (var row in preview.Rows.Where(row => row.Fault is not null).Take(MaxShownRefusals))
        {
            await output.WriteLineAsync($"  line {row.Line.Number}: {row.Fault!.Message}");
        }

        if (counts.Refused > MaxShownRefusals)
        {
            await output.WriteLineAsync("  ... the rest is in the result file.");
        }
    }

    private sealed class ConsoleProgress(TextWriter output) : IProgress<ImportProgress>
    {
        private const int Step = 20_000;

        public void Report(ImportProgress value)
        {
            if (value.Done % Step == 0)
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {value.Stage,-9} {value.Done,9:N0}"));
            }
        }
    }
}
