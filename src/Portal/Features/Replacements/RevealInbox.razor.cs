using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using MudBlazor;
using Portal.Authentication;
using Portal.Core.Access;
using Portal.Core.Live;
using Portal.Core.Reveals;
using Portal.Resources;

namespace Portal.Features.Replacements;

/// <summary>
/// The line on every page that says which secrets the person has not confirmed yet. It asks the database, so that it is
/// the same after a reload, in another tab and on another node.
/// </summary>
public sealed partial class RevealInbox : IDisposable
{
    /// <summary>More than these are counted, not listed; they come up as the others are confirmed.</summary>
    private const int Shown = 3;

    private IReadOnlyList<OpenReveal> _reveals = [];
    private IDisposable? _live;
    private Actor _actor = PortalClaims.Nobody;

    [Inject]
    public required IStringLocalizer<ReplacementsText> Text { get; init; }

    [Inject]
    public required CurrentActor Current { get; init; }

    [Inject]
    public required RevealService Reveals { get; init; }

    [Inject]
    public required LiveEvents Live { get; init; }

    [Inject]
    public required IDialogService Dialogs { get; init; }

    protected override async Task OnInitializedAsync()
    {
        _actor = await Current.GetAsync();
        if (RendererInfo.IsInteractive)
        {
            _live = Live.Subscribe(fleetEvent =>
            {
                if (fleetEvent is RevealChangedEvent changed && changed.OwnerIssuer == _actor.Issuer && changed.OwnerSubject == _actor.Subject)
                {
                    _ = InvokeAsync(FollowAsync);
                }
            });
        }

        await LoadAsync();
    }

    private async Task FollowAsync()
    {
        await LoadAsync();
        StateHasChanged();
    }

    private async Task LoadAsync() => _reveals = (await Reveals.MineAsync(_actor)).Value ?? [];

    /// <summary>What tells the person whose secret it is.</summary>
    private static string NameOf(OpenReveal reveal) => reveal.Subject switch
    {
        RevealSubject.Application => reveal.ApplicationName!,
        RevealSubject.Product => reveal.ProductKey,
        _ => reveal.DeviceKey,
    };

    public void Dispose() => _live?.Dispose();
}
