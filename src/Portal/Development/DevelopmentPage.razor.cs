using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Portal.Authentication;
using Portal.Core;
using Portal.Core.Connections;
using Portal.Core.Devices;
using Portal.Core.Replacements;
using Portal.Core.SampleFleet;
using Portal.Resources;
using Portal.Shared;

namespace Portal.Development;

/// <summary>Lets a person play the hardware, until devices connect by themselves. In Development only.</summary>
public sealed partial class DevelopmentPage
{
    private string? _answer;

    [SupplyParameterFromForm(FormName = "device-sign-in")]
    public string? AssetId { get; set; }

    [Inject]
    public required SampleDevices Devices { get; init; }

    [Inject]
    public required SignInService SignIns { get; init; }

    [Inject]
    public required CurrentActor Current { get; init; }

    [Inject]
    public required ErrorTexts Errors { get; init; }

    [Inject]
    public required IStringLocalizer<AccountText> Text { get; init; }

    private async Task SignInAsync()
    {
        var assetId = AssetId?.Trim() ?? "";
        var access = await Current.GetAccessAsync();
        var device = access.IsSuccess ? await Devices.FindSignInAsync(access.Value, assetId) : null;
        Result<SignedInDevice> result = device is null ? new AssetNotFound(assetId) : await SignIns.RecordSignInAsync(device);
        _answer = result.Error is null ? Text["DevelopmentDone", assetId] : Text["DevelopmentRefused", Errors.Of(result.Error)];
    }
}
