using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Resources;

namespace Portal.Authentication;

public sealed partial class AccountDisabledPage
{
    [Inject]
    public required IStringLocalizer<AccountText> Text { get; init; }
}
