using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using MudBlazor;
using Portal.Authentication;
using Portal.Core;
using Portal.Core.Applications;
using Portal.Resources;
using Portal.Shared;

namespace Portal.Features.Applications;

/// <summary>Gives an application an RSA key, its first or the next one: made here in the browser, or elsewhere and pasted.</summary>
public sealed partial class KeyDialog
{
    private readonly string _printId = $"print-{Guid.NewGuid():N}";
    private readonly string _choiceName = $"renewal-{Guid.NewGuid():N}";
    private RegisteredKey? _registered;
    private string? _failure;
    private bool _isPasting;
    private bool _cutsAtOnce;

    [Inject]
    public required IStringLocalizer<ApplicationsText> Text { get; init; }

    [Inject]
    public required ErrorTexts Errors { get; init; }

    [Inject]
    public required CurrentActor Person { get; init; }

    [Inject]
    public required ApplicationKeyService ApplicationKeys { get; init; }

    [CascadingParameter]
    public required IMudDialogInstance Dialog { get; set; }

    [Parameter, EditorRequired]
    public required ApplicationSummary Application { get; set; }

    private PublicKeySummary? Current => Application.Keys.FirstOrDefault(key => key.State == PublicKeyState.Current);

    private string FileName => $"{string.Concat(Application.Name.Select(character => char.IsLetterOrDigit(character) ? character : '-'))}-private-key.pem";

    private void Choose(bool isPasting) => (_isPasting, _failure) = (isPasting, null);

    private async Task<bool> RegisterMadeAsync(string publicKey)
    {
        var error = await RegisterAsync(publicKey);
        _failure = error is null ? null : Errors.Of(error);
        StateHasChanged();
        return error is null;
    }

    private async Task<string?> RegisterPastedAsync(string publicKey)
    {
        var error = await RegisterAsync(publicKey);
        _failure = error is null or PublicKeyInvalid ? null : Errors.Of(error);
        StateHasChanged();
        return error is PublicKeyInvalid ? Errors.Of(error) : null;
    }

    private async Task<Error?> RegisterAsync(string publicKey)
    {
        var result = await ApplicationKeys.RegisterKeyAsync(
            await Person.GetAsync(), new RegisterKeyRequest(Application.AccessKey, publicKey, _cutsAtOnce));
        _registered = result.Value;

        // The title is drawn by the dialog around this one, which has not heard.
        Dialog.StateHasChanged();
        return result.Error;
    }

    private void Close() => Dialog.Close(DialogResult.Ok(_registered is not null));
}
