using System.Diagnostics;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;
using Microsoft.JSInterop;
using Portal.Authentication;
using Portal.Core;
using Portal.Core.Access;
using Portal.Core.Imports;
using Portal.Resources;
using Portal.Shared;

namespace Portal.Features.Imports;

/// <summary>A file, a verdict for each of its rows, then all of it or nothing.</summary>
public sealed partial class ImportPage : IDisposable
{
    private const int PageSize = 50;
    private const string ModulePath = "./Features/Imports/ImportPage.razor.js";

    private readonly CancellationTokenSource _gone = new();
    private OrganizationAccess? _organization;
    private Progress? _progress;
    private ImportPreview? _preview;
    private ImportedFile? _imported;
    private ImportVerdict? _shown;
    private string? _failure;
    private string? _fileName;
    private string? _operationId;
    private int _pageNumber;
    private int _inputNumber;

    [Inject]
    public required IStringLocalizer<ImportsText> Text { get; init; }

    [Inject]
    public required ErrorTexts Errors { get; init; }

    [Inject]
    public required CurrentActor Current { get; init; }

    [Inject]
    public required ImportReader Reader { get; init; }

    [Inject]
    public required ImportService Imports { get; init; }

    [Inject]
    public required IOptions<ImportOptions> Options { get; init; }

    [Inject]
    public required IJSRuntime Scripts { get; init; }

    [SupplyParameterFromQuery(Name = PortalRoutes.OrganizationParameter)]
    public string? OrganizationId { get; set; }

    private bool IsChoosing => _organization is not null && _imported is null && _progress is null && _preview is null;

    private int ShownCount => _shown is { } verdict ? _preview!.Counts.Of(verdict) : _preview!.Counts.Total;

    private int PageCount => Math.Max(1, (ShownCount + PageSize - 1) / PageSize);

    private IEnumerable<ImportRow> PageRows =>
        _preview!.Rows.Where(row => _shown is null || row.Verdict == _shown).Skip(_pageNumber * PageSize).Take(PageSize);

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        var organization = await Current.GetOrganizationAsync(_gone.Token);
        _organization = organization.Value;
        _failure = organization.Error is { } error ? Errors.Of(error) : null;
    }

    private async Task ReadAsync(InputFileChangeEventArgs change)
    {
        if (_progress is not null || _organization is not { } organization)
        {
            return;
        }

        StartOver();
        _fileName = change.File.Name;
        if (change.File.Size > Options.Value.MaxFileSizeInBytes)
        {
            _failure = Errors.Of(new ImportFileTooLarge(Options.Value.MaxFileSizeInMegabytes));
            return;
        }

        var progress = Begin(ImportStage.Reading);
        try
        {
            var preview = await PreviewAsync(change.File, organization.OrganizationId, progress);
            _preview = preview.Value;
            _failure = preview.Error is { } error ? Errors.Of(error) : null;
            _shown = _preview is { Counts.Refused: > 0 } ? ImportVerdict.Refused : null;
            _operationId = Guid.CreateVersion7().ToString();
        }
        catch (Exception exception) when (exception is IOException or JSException)
        {
            _failure = Text["UploadBroken"];
        }
        finally
        {
            _progress = null;

            // A fresh input: a file that was mended under the same name is a change again.
            _inputNumber++;
        }
    }

    /// <summary>The file goes to the disk while it arrives, never whole into memory, and is gone when it was read.</summary>
    private async Task<Result<ImportPreview>> PreviewAsync(IBrowserFile file, string organizationId, Progress progress)
    {
        await using var copy = new FileStream(
            Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 64 * 1024,
            FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        await using (var upload = file.OpenReadStream(Options.Value.MaxFileSizeInBytes, _gone.Token))
        {
            await upload.CopyToAsync(copy, _gone.Token);
        }

        copy.Position = 0;
        var actor = await Current.GetAsync();
        return await Task.Run(async () =>
        {
            var read = await Reader.ReadAsync(file.Name, copy, progress, _gone.Token);
            return read.IsSuccess ? await Imports.PreviewAsync(actor, organizationId, read.Value, progress, _gone.Token) : read.Error;
        });
    }

    private async Task ApplyAsync()
    {
        if (_progress is not null || _preview is not { } preview)
        {
            return;
        }

        var progress = Begin(ImportStage.Sealing);
        var actor = await Current.GetAsync();
        var imported = await Task.Run(() => Imports.ApplyAsync(actor, preview, _operationId, progress));
        _progress = null;
        _imported = imported.Value;
        _failure = imported.Error is { } error ? Errors.Of(error) : null;
        _operationId = Guid.CreateVersion7().ToString();
    }

    private async Task SaveResultAsync()
    {
        if (_preview is not { } preview)
        {
            return;
        }

        await using var file = new MemoryStream();
        await ImportReport.WriteAsync(file, preview.Rows, Errors.Of, _gone.Token);
        file.Position = 0;
        using var stream = new DotNetStreamReference(file, leaveOpen: true);
        await using var module = await Scripts.InvokeAsync<IJSObjectReference>("import", _gone.Token, ModulePath);
        await module.InvokeVoidAsync("save", _gone.Token, Path.GetFileNameWithoutExtension(preview.File.Name) + ".result.csv", stream);
    }

    private void StartOver() => (_preview, _imported, _failure, _shown, _pageNumber) = (null, null, null, null, 0);

    private void Show(ImportVerdict? verdict) => (_shown, _pageNumber) = (verdict, 0);

    private Progress Begin(ImportStage stage)
    {
        _failure = null;
        _progress = new Progress(stage, () => _ = InvokeAsync(StateHasChanged));
        StateHasChanged();
        return _progress;
    }

    private static string LookOf(ImportVerdict verdict) => verdict switch
    {
        ImportVerdict.New => "badge badge-good shape-disc",
        ImportVerdict.NameChange => "badge badge-warn shape-diamond",
        ImportVerdict.Refused => "badge badge-bad shape-triangle",
        _ => "badge shape-bar",
    };

    /// <summary>How far it is, told to the screen a few times a second.</summary>
    private sealed class Progress(ImportStage stage, Action changed) : IProgress<ImportProgress>
    {
        private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(250);
        private long _told;

        public ImportStage Stage { get; private set; } = stage;

        public int Done { get; private set; }

        public int Total { get; private set; }

        public int? Percent => Total > 0 ? (int)(100L * Done / Total) : null;

        public void Report(ImportProgress value)
        {
            (Stage, Done, Total) = (value.Stage, value.Done, value.Total);
            if (_told == 0 || Stopwatch.GetElapsedTime(_told) >= s_interval)
            {
                _told = Stopwatch.GetTimestamp();
                changed();
            }
        }
    }
}
