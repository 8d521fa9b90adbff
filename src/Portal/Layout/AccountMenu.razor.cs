using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Resources;

namespace Portal.Layout;

/// <summary>Who is signed in, and the way out: a form, because a link could be followed by anybody.</summary>
public sealed partial class AccountMenu
{
    [Inject]
    public required IStringLocalizer<LayoutText> Text { get; init; }

    [Parameter, EditorRequired]
    public required ShellState State { get; set; }
}
