using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using MudBlazor;
using Portal.Resources;

namespace Portal.Features.Devices;

/// <summary>Asks before many devices are enabled or disabled, and says how many.</summary>
public sealed partial class ConfirmChangeDialog
{
    [Inject]
    public required IStringLocalizer<DevicesText> Text { get; init; }

    [CascadingParameter]
    public required IMudDialogInstance Dialog { get; set; }

    [Parameter]
    public bool IsEnabling { get; set; }

    [Parameter]
    public long Count { get; set; }
}
