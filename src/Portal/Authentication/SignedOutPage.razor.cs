using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Resources;

namespace Portal.Authentication;

public sealed partial class SignedOutPage
{
    /// <summary>Set when the session ended without the person asking for it.</summary>
    [SupplyParameterFromQuery(Name = "ended")]
    public string? Ended { get; set; }

    [Inject]
    public required IStringLocalizer<AccountText> Text { get; init; }
}
