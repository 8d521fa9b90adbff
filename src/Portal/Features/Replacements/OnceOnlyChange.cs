using Microsoft.Extensions.Localization;
using Portal.Core;
using Portal.Core.Commands;
using Portal.Core.Devices;
using Portal.Core.Replacements;
using Portal.Resources;
using Portal.Shared;

namespace Portal.Features.Replacements;

/// <summary>A replacement or a re-issue that a dialog sends: made once however often it is clicked, asked for again until its outcome is known.</summary>
/// <param name="takes">True of a refusal that the dialog shows by itself, beside its field.</param>
public sealed class OnceOnlyChange(ErrorTexts errors, IStringLocalizer<ReplacementsText> text, ILogger logger, Func<Error, bool>? takes = null)
{
    private string _operationId = NewOperation();

    /// <summary>It was made.</summary>
    public ReplacedDevice? Made { get; private set; }

    public bool IsBusy { get; private set; }

    /// <summary>Somebody else changed the asset first.</summary>
    public DeviceChanged? Changed { get; private set; }

    /// <summary>What the core said about the note.</summary>
    public string? NoteFault { get; private set; }

    /// <summary>Any other refusal, or that the outcome is not known.</summary>
    public string? Failure { get; private set; }

    /// <summary>Why nothing can be sent now, whatever was filled in.</summary>
    public string? WhyNot => IsBusy ? text["WhyBusy"].Value : Changed is not null ? text["WhyChanged"].Value : null;

    /// <summary>The operator goes on: what was said about the last attempt is read.</summary>
    public void Touch() => (NoteFault, Failure) = (null, null);

    /// <summary>The asset was read again.</summary>
    public void Reload() => Changed = null;

    /// <summary>Tells a fault of the dialog's own reads in the same place.</summary>
    public void Tell(Error? error) => Failure = error is null ? null : errors.Of(error);

    /// <param name="assetId">For the log.</param>
    /// <param name="send">Sends the change under the operation ID it is given.</param>
    public async Task SendAsync(string assetId, Func<string, Task<Result<ReplacedDevice>>> send)
    {
        // Clicks queue up in the circuit: nothing on the screen stops the second one.
        if (WhyNot is not null || Made is not null)
        {
            return;
        }

        IsBusy = true;
        Touch();
        try
        {
            var result = await send(_operationId);
            Made = result.Value;
            if (result.Error is { } error)
            {
                Refuse(error);
            }
        }
        catch (Exception exception)
        {
            // It may or may not have been done; the same operation asked again tells.
            logger.LogError(exception, "The change of asset {AssetId} had no outcome", assetId);
            Failure = text["Unclear"];
        }
        finally
        {
            IsBusy = false;
        }
    }

    private void Refuse(Error error)
    {
        // What the core has refused is settled: the next attempt is another one. What it could not write is not.
        if (error is not StorageUnavailable)
        {
            _operationId = NewOperation();
        }

        if (takes?.Invoke(error) == true)
        {
            return;
        }

        switch (error)
        {
            case FieldInvalid { Field: "note" }:
                NoteFault = errors.Of(error);
                break;
            case DeviceChanged changed:
                Changed = changed;
                break;
            default:
                Failure = errors.Of(error);
                break;
        }
    }

    private static string NewOperation() => Guid.CreateVersion7().ToString();
}
