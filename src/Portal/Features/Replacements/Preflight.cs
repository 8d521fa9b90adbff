using Microsoft.Extensions.Localization;
using Portal.Core.Access;
using Portal.Core.Devices;
using Portal.Core.Replacements;
using Portal.Resources;

namespace Portal.Features.Replacements;

public enum PreflightVerdict
{
    /// <summary>Not known yet.</summary>
    Pending,
    Pass,

    /// <summary>May be as wanted; the operator should know before they go on.</summary>
    Warn,
    Stop,
}

/// <param name="Advice">What to do about it.</param>
/// <param name="At">The moment that the text speaks of.</param>
public sealed record PreflightLine(string Name, PreflightVerdict Verdict, string Text, string? Advice = null, DateTimeOffset? At = null);

/// <summary>What is looked at before a device is replaced, in plain words. It only tells; the core checks again and decides.</summary>
public sealed class Preflight(IStringLocalizer<ReplacementsText> text)
{
    /// <param name="check">The core's answer about the key as it stands, or nothing while it is on its way.</param>
    public IEnumerable<PreflightLine> OfReplacement(ReplaceDeviceForm form, NewKeyCheck? check, AssetDetail asset, Access? access)
    {
        yield return Shape(form);
        yield return Different(form, asset);
        yield return Free(form, check);
        if (form.Fault == DeviceKeyFault.None && check?.DiffersOnlyByCaseFrom is { } lookalike)
        {
            yield return Warn("Case", text["CheckCase", lookalike], text["CheckCaseAdvice"]);
        }

        if (check is { UsedBeforeBy: { } former })
        {
            yield return new PreflightLine("UsedBefore", PreflightVerdict.Warn, text["CheckUsedBefore", former], text["CheckUsedBeforeAdvice"], check.UsedBeforeUntil);
        }

        yield return asset.Status switch
        {
            DeviceStatus.Online => new PreflightLine("Online", PreflightVerdict.Warn, text["CheckOnline"], text["CheckOnlineAdvice"], asset.LastOnlineAt),
            DeviceStatus.Disabled => Warn("Online", text["CheckDisabled"], text["CheckDisabledAdvice"]),
            DeviceStatus.Inactive => Pass("Online", text["CheckInactive"]),
            _ => new PreflightLine("Online", PreflightVerdict.Pass, text["CheckOffline"], At: asset.LastSeenAt),
        };
        if (asset.ProductAllowsActivation && form.AllowsActivation)
        {
            yield return Warn("Fetches", text["CheckFetches"], text["CheckFetchesAdvice"]);
        }

        yield return Waiting(asset);
        yield return May(access);
    }

    public IEnumerable<PreflightLine> OfReissue(AssetDetail asset, Access? access)
    {
        yield return Pass("Key", text["CheckKeyStays"]);
        yield return asset.Status switch
        {
            DeviceStatus.Online => new PreflightLine("Online", PreflightVerdict.Warn, text["CheckReissueOnline"], text["CheckReissueOnlineAdvice"], asset.LastOnlineAt),
            DeviceStatus.Disabled => Warn("Online", text["CheckReissueDisabled"], text["CheckReissueDisabledAdvice"]),
            _ => Pass("Online", text["CheckReissueOffline"]),
        };
        yield return Waiting(asset);
        yield return May(access);
    }

    /// <summary>Which character of a key cannot be there, as the field and the list say it.</summary>
    public string Illegal(ReplaceDeviceForm form) =>
        form.IllegalCharacter is " " ? text["CheckKeyBlank", form.FirstIllegal + 1] : text["CheckKeyIllegal", form.FirstIllegal + 1, form.IllegalCharacter];

    private PreflightLine Shape(ReplaceDeviceForm form) => form.Fault switch
    {
        DeviceKeyFault.Missing => new("Shape", PreflightVerdict.Pending, text["CheckKeyMissing"]),
        DeviceKeyFault.IllegalCharacter => Stop("Shape", Illegal(form), text["CheckKeyIllegalAdvice"]),
        DeviceKeyFault.TooShort => new("Shape", PreflightVerdict.Pending, text["CheckKeyTooShort", DeviceKey.MinLength - form.Key.Length]),
        DeviceKeyFault.TooLong => Stop("Shape", text["CheckKeyTooLong", form.Key.Length - DeviceKey.MaxLength]),
        _ => Pass("Shape", text["CheckKeyGood", form.Key.Length]),
    };

    private PreflightLine Different(ReplaceDeviceForm form, AssetDetail asset) =>
        form.Key.Length == 0 ? new("Different", PreflightVerdict.Pending, text["CheckDifferentPending"])
        : form.Key == asset.DeviceKey ? Stop("Different", text["CheckSame"], text["CheckSameAdvice"])
        : Pass("Different", text["CheckDifferent"]);

    private PreflightLine Free(ReplaceDeviceForm form, NewKeyCheck? check) => check switch
    {
        _ when form.Fault != DeviceKeyFault.None => new("Free", PreflightVerdict.Pending, text["CheckFreePending"]),
        null => new("Free", PreflightVerdict.Pending, text["CheckFreeAsking"]),
        { IsInUse: true, UsedBy: { } asset } => Stop("Free", text["CheckInUseBy", asset], text["CheckInUseAdvice"]),
        { IsInUse: true } => Stop("Free", text["CheckInUse"], text["CheckInUseAdvice"]),
        { IsUnchanged: true } => new("Free", PreflightVerdict.Pending, text["CheckFreePending"]),
        _ => Pass("Free", text["CheckFree"]),
    };

    private PreflightLine Waiting(AssetDetail asset) => asset.Waiting is { } waiting
        ? new("Waiting", PreflightVerdict.Warn, text["CheckWaiting", waiting.NewDeviceKey, waiting.ByName], text["CheckWaitingAdvice"], waiting.At)
        : Pass("Waiting", text["CheckNoneWaiting"]);

    private PreflightLine May(Access? access) => access?.Has(Right.Replace) == true
        ? Pass("May", text["CheckMay"])
        : Stop("May", text["CheckMayNot"], text["CheckMayNotAdvice"]);

    private static PreflightLine Pass(string name, string words) => new(name, PreflightVerdict.Pass, words);

    private static PreflightLine Warn(string name, string words, string advice) => new(name, PreflightVerdict.Warn, words, advice);

    private static PreflightLine Stop(string name, string words, string? advice = null) => new(name, PreflightVerdict.Stop, words, advice);
}
