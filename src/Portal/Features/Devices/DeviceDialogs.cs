using MudBlazor;
using Portal.Core.Devices;
using Portal.Features.Replacements;

namespace Portal.Features.Devices;

/// <summary>Opens the dialogs of this feature, from any page.</summary>
public static class DeviceDialogs
{
    private static readonly DialogOptions s_options = new() { MaxWidth = MaxWidth.Small, FullWidth = true, BackdropClick = false, CloseOnEscapeKey = false };

    /// <summary>Makes one device.</summary>
    /// <returns>The device, or nothing if the person changed their mind.</returns>
    public static async Task<CreatedDevice?> ShowNewDeviceAsync(this IDialogService dialogs, string organizationId)
    {
        var dialog = await dialogs.ShowAsync<NewDeviceDialog>(
            null, new DialogParameters<NewDeviceDialog> { { form => form.OrganizationId, organizationId } }, s_options);
        return await dialog.Result is { Canceled: false, Data: CreatedDevice created } ? created : null;
    }

    /// <summary>The secret of a device that was just made, if it was asked for.</summary>
    public static async Task ShowSecretOfAsync(this IDialogService dialogs, CreatedDevice created)
    {
        if (created.RevealGrantId is { } grantId)
        {
            await dialogs.ShowProgressAsync(created.AssetId, grantId: grantId, justMade: true);
        }
    }
}
