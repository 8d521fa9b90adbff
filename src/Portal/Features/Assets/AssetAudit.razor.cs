using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Authentication;
using Portal.Core.AuditReview;
using Portal.Resources;

namespace Portal.Features.Assets;

/// <summary>What was done to one asset, newest first, a page at a time.</summary>
public sealed partial class AssetAudit
{
    private List<AuditLine>? _lines;
    private long? _before;
    private object? _seen;

    [Parameter, EditorRequired]
    public required string AssetId { get; set; }

    /// <summary>Anything that changes when there may be newer entries.</summary>
    [Parameter, EditorRequired]
    public required object Revision { get; set; }

    [Inject]
    public required IStringLocalizer<AssetsText> Text { get; init; }

    [Inject]
    public required IStringLocalizer<AuditText> AuditText { get; init; }

    [Inject]
    public required CurrentActor Current { get; init; }

    [Inject]
    public required AuditQueries Audit { get; init; }

    protected override async Task OnParametersSetAsync()
    {
        if (!Equals(_seen, Revision))
        {
            _seen = Revision;
            var page = (await Audit.OfAssetAsync(await Current.GetAsync(), AssetId)).Value;
            (_lines, _before) = ([.. page?.Lines ?? []], page?.Before);
        }
    }

    private async Task MoreAsync()
    {
        if (_lines is null || _before is null)
        {
            return;
        }

        var page = (await Audit.OfAssetAsync(await Current.GetAsync(), AssetId, _before)).Value;
        _lines.AddRange(page?.Lines ?? []);
        _before = page?.Before;
    }

    private string NameOf(string action) => AuditText[$"Action_{action}"] is { ResourceNotFound: false } name ? name.Value : action;
}
