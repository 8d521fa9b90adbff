using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using MudBlazor;
using Portal.Resources;

namespace Portal.Features.Applications;

/// <summary>Comes back to a secret key that was made before: from the inbox line, in any tab.</summary>
public sealed partial class SecretKeyDialog
{
    [Inject]
    public required IStringLocalizer<ApplicationsText> Text { get; init; }

    [CascadingParameter]
    public required IMudDialogInstance Dialog { get; set; }

    [Parameter, EditorRequired]
    public required string AccessKey { get; set; }

    [Parameter, EditorRequired]
    public required string Name { get; set; }

    [Parameter]
    public Guid GrantId { get; set; }

    private void Close() => Dialog.Close();
}
