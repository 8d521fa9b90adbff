using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Authentication;
using Portal.Core.Reveals;
using Portal.Resources;

namespace Portal.Features.Applications;

/// <summary>The secret key while its maker may see it, then what comes next.</summary>
public sealed partial class ApplicationSecret
{
    private readonly string _accessKeyId = $"access-{Guid.NewGuid():N}";
    private OpenReveal? _reveal;
    private bool _isLoaded;
    private bool _isConfirmed;

    [Inject]
    public required IStringLocalizer<ApplicationsText> Text { get; init; }

    [Inject]
    public required CurrentActor Current { get; init; }

    [Inject]
    public required RevealService Reveals { get; init; }

    [Parameter, EditorRequired]
    public required string AccessKey { get; set; }

    [Parameter]
    public Guid GrantId { get; set; }

    /// <summary>The secret key was made by this very click: it is fetched at once.</summary>
    [Parameter]
    public bool JustMade { get; set; }

    /// <summary>What was done, with <see cref="JustMade"/>.</summary>
    [Parameter]
    public string? DoneTitle { get; set; }

    [Parameter, EditorRequired]
    public EventCallback OnClose { get; set; }

    protected override Task OnInitializedAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        _reveal = (await Reveals.MineAsync(await Current.GetAsync())).Value?.FirstOrDefault(reveal => reveal.GrantId == GrantId);
        _isLoaded = true;
    }
}
