using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Authentication;
using Portal.Core.Reveals;
using Portal.Resources;

namespace Portal.Features.Products;

/// <summary>The product secret while its maker may see it.</summary>
public sealed partial class ProductSecret
{
    private readonly string _keyId = $"product-{Guid.NewGuid():N}";
    private OpenReveal? _reveal;
    private bool _isLoaded;
    private bool _isConfirmed;

    [Inject]
    public required IStringLocalizer<ProductsText> Text { get; init; }

    [Inject]
    public required CurrentActor Current { get; init; }

    [Inject]
    public required RevealService Reveals { get; init; }

    [Parameter, EditorRequired]
    public required string ProductKey { get; set; }

    [Parameter]
    public Guid GrantId { get; set; }

    /// <summary>The secret was made by this very click: it is fetched at once.</summary>
    [Parameter]
    public bool JustMade { get; set; }

    [Parameter, EditorRequired]
    public EventCallback OnClose { get; set; }

    protected override Task OnInitializedAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        _reveal = (await Reveals.MineAsync(await Current.GetAsync())).Value?.FirstOrDefault(reveal => reveal.GrantId == GrantId);
        _isLoaded = true;
    }
}
