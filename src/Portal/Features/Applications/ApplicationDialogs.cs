using MudBlazor;
using Portal.Core.Applications;

namespace Portal.Features.Applications;

/// <summary>Opens the dialogs of this feature, from any page.</summary>
public static class ApplicationDialogs
{
    // Only its own buttons close such a dialog: nothing typed is lost by a stray click, and no secret by a change of page.
    private static readonly DialogOptions s_flow = new()
    {
        MaxWidth = MaxWidth.Small,
        FullWidth = true,
        BackdropClick = false,
        CloseOnEscapeKey = false,
        CloseOnNavigation = false,
    };

    private static readonly DialogOptions s_question = new() { MaxWidth = MaxWidth.Small, FullWidth = true, CloseOnEscapeKey = true };

    /// <returns>The access key, or null if the person changed their mind.</returns>
    public static async Task<string?> ShowNewApplicationAsync(this IDialogService dialogs, string organizationId)
    {
        var dialog = await dialogs.ShowAsync<NewApplicationDialog>(
            null, new DialogParameters<NewApplicationDialog> { { form => form.OrganizationId, organizationId } }, s_flow);
        return (await dialog.Result)?.Data as string;
    }

    public static async Task ShowEditAsync(this IDialogService dialogs, ApplicationSummary application)
    {
        var dialog = await dialogs.ShowAsync<EditApplicationDialog>(
            null, new DialogParameters<EditApplicationDialog> { { form => form.Application, application } }, s_flow);
        await dialog.Result;
    }

    public static async Task ShowRotateAsync(this IDialogService dialogs, ApplicationSummary application)
    {
        var dialog = await dialogs.ShowAsync<RotateSecretDialog>(
            null, new DialogParameters<RotateSecretDialog> { { form => form.Application, application } }, s_flow);
        await dialog.Result;
    }

    public static async Task ShowKeyAsync(this IDialogService dialogs, ApplicationSummary application)
    {
        var dialog = await dialogs.ShowAsync<KeyDialog>(
            null, new DialogParameters<KeyDialog> { { form => form.Application, application } }, s_flow);
        await dialog.Result;
    }

    /// <summary>A secret key that was made before and is not confirmed yet.</summary>
    public static Task<IDialogReference> ShowSecretKeyAsync(this IDialogService dialogs, string accessKey, string name, Guid grantId) =>
        dialogs.ShowAsync<SecretKeyDialog>(
            null,
            new DialogParameters<SecretKeyDialog>
            {
                { dialog => dialog.AccessKey, accessKey },
                { dialog => dialog.Name, name },
                { dialog => dialog.GrantId, grantId },
            },
            s_flow);

    /// <param name="word">Has to be typed first.</param>
    public static async Task<bool> ConfirmAsync(
        this IDialogService dialogs, string title, string meaning, string action, string? word = null, bool isGrave = true)
    {
        var dialog = await dialogs.ShowAsync<ConfirmDialog>(
            null,
            new DialogParameters<ConfirmDialog>
            {
                { question => question.Title, title },
                { question => question.Meaning, meaning },
                { question => question.Action, action },
                { question => question.Word, word },
                { question => question.IsGrave, isGrave },
            },
            s_question);
        return await dialog.Result is { Canceled: false };
    }
}
