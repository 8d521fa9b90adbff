using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Resources;

namespace Portal.Authentication;

/// <summary>For a person whom the provider knows but who has no role or no organization here.</summary>
public sealed partial class NoAccessPage
{
    [Parameter, EditorRequired]
    public required string Name { get; set; }

    [Inject]
    public required IStringLocalizer<AccountText> Text { get; init; }
}
