using Microsoft.Extensions.Localization;
using MudBlazor;
using Portal.Resources;

namespace Portal.Shared;

/// <summary>Mud's own labels in the language of the screen. It asks for them by names such as <c>MudDialog_Close</c>.</summary>
public sealed class MudTexts(IStringLocalizer<SharedText> text) : MudLocalizer
{
    public override LocalizedString this[string key] => text[key];
}
