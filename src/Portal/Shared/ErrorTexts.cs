using System.Globalization;
using Microsoft.Extensions.Localization;
using Portal.Core;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Core.Commands;
using Portal.Core.Connections;
using Portal.Core.Devices;
using Portal.Core.Imports;
using Portal.Core.Persistence;
using Portal.Core.Products;
using Portal.Core.Replacements;
using Portal.Core.Reveals;
using Portal.Core.Sessions;
using Portal.Core.Views;
using Portal.Resources;

namespace Portal.Shared;

/// <summary>Says an error of the core in the language of the screen: one sentence for each, found by its type name.</summary>
public sealed class ErrorTexts(IStringLocalizer<ErrorsText> texts)
{
    public string Of(Error error) => error switch
    {
        DeviceChanged changed => Say(error, changed.ChangedBy, Utc(changed.ChangedAt)),
        ApplicationChanged changed => Say(error, changed.ChangedBy, Utc(changed.ChangedAt)),
        DeviceKeyInvalid invalid => Find($"{nameof(DeviceKeyInvalid)}.{invalid.Fault}") ?? Say(error),
        FieldInvalid { Field: ApplicationFields.BearerClientId } field => Find($"{nameof(FieldInvalid)}.{field.Field}", ColumnLengths.BearerClientId) ?? error.Message,
        FieldInvalid field => Find($"{nameof(FieldInvalid)}.{field.Field}") ?? error.Message,
        RevealClosed closed => Find($"{nameof(RevealClosed)}.{closed.Reason}") ?? Say(error),
        PublicKeyInvalid key => Find($"{nameof(PublicKeyInvalid)}.{key.Fault}") ?? Say(error),
        DeviceStatusInvalid { Status: DeviceStatus.Disabled } => Say("DeviceAlreadyDisabled"),
        DeviceStatusInvalid => Say("DeviceAlreadyEnabled"),
        AssetNotFound asset => Say(error, asset.AssetId),
        AssetIdInUse asset => Say(error, asset.AssetId),
        DeviceKeyInUse inUse => Say(error, inUse.Key),
        DeviceKeyUnchanged unchanged => Say(error, unchanged.Key),
        DeviceIsDisabled device => Say(error, device.AssetId),
        OrganizationNotFound organization => Say(error, organization.OrganizationId),
        ApplicationNotFound application => Say(error, application.AccessKey),
        BearerClientInUse client => Say(error, client.ClientId),
        ProductHasDevices product => Say(error, product.ProductKey),
        ProductKeyInUse product => Say(error, product.ProductKey),
        TooManyProducts products => Say(error, products.Limit),
        TooManyDevices devices => Say(error, devices.ProductKey, devices.Limit),
        SecretSuperseded secret => Say(error, secret.AssetId),
        ProductNotFound product => Say(error, product.ProductKey),
        SecretUnreadable secret => Say(error, secret.AssetId),
        AccountDisabled account => Say(error, account.Name),
        SavedViewNameInUse view => Say(error, view.Name),
        TooManySavedViews views => Say(error, views.Limit),
        ImportFileTooLarge file => Say(error, file.LimitInMegabytes),
        ImportTooManyRows file => Say(error, file.Limit),
        ImportMalformed file => Say(error, file.Line),
        ImportHeadersInvalid header => Say(error, OrDash(header.Missing), OrDash(header.Unknown), OrDash(header.Doubled)),
        ImportCellCount row => Say(error, row.Expected, row.Found),
        ImportRepeated row => Say(error, row.Field, row.Line),
        ImportAssetElsewhere row => Say(error, row.AssetId),
        ImportKeyDiffers row => Say(error, row.AssetId, row.PresentKey),
        ImportProductDiffers row => Say(error, row.AssetId, row.PresentProduct),
        ImportTimeZoneDiffers row => Say(error, row.AssetId, row.Present),
        ImportRefused refused => Say(error, refused.Rows),
        ImportOutdated outdated => Say(error, outdated.Line),
        AccessDenied or NotSignedIn or StorageUnavailable or OperationReused => Say(error),
        _ => Find(error.GetType().Name) ?? error.Message,
    };

    private string Say(Error error, params object[] facts) => Find(error.GetType().Name, facts) ?? error.Message;

    private string Say(string name) => texts[name];

    private string? Find(string name, params object[] facts) => texts[name, facts] is { ResourceNotFound: false } text ? text.Value : null;

    private static string OrDash(string names) => names.Length == 0 ? "-" : names;

    private static string Utc(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
