namespace Portal.Core.Auditing;

/// <summary>Names of what is audited, as they stand in the table, on the audit page and in exports.</summary>
public static class AuditActions
{
    public const string SignIn = "session.signIn";
    public const string SignOut = "session.signOut";
    public const string SessionsEnded = "session.endAll";
    public const string AccountDisabled = "account.disable";
    public const string AccountEnabled = "account.enable";
    public const string DeviceCreated = "device.create";
    public const string DeviceEdited = "device.edit";
    public const string DeviceEnabled = "device.enable";
    public const string DeviceDisabled = "device.disable";
    public const string DeviceDeleted = "device.delete";
    public const string DevicesImported = "device.import";
    public const string DevicesExported = "device.export";
    public const string DeviceReplaced = "device.replace";
    public const string DeviceSignedIn = "device.signIn";
    public const string DeviceActivated = "device.activate";
    public const string SecretReissued = "secret.reissue";
    public const string SecretDisplayed = "secret.display";
    public const string SecretCopied = "secret.copy";
    public const string SecretAcknowledged = "secret.acknowledge";
    public const string SecretExpired = "secret.expire";
    public const string AuditExported = "audit.export";
    public const string AuditVerified = "audit.verify";
    public const string ViewSaved = "view.save";
    public const string LayoutSaved = "view.layout";
    public const string ViewDeleted = "view.delete";
    public const string ApplicationCreated = "application.create";
    public const string ApplicationEdited = "application.edit";
    public const string ApplicationEnabled = "application.enable";
    public const string ApplicationDisabled = "application.disable";
    public const string ApplicationDeleted = "application.delete";
    public const string ApplicationSecretRotated = "application.rotateSecret";
    public const string PublicKeyRegistered = "application.registerKey";
    public const string PublicKeyRemoved = "application.removeKey";
    public const string PublicKeySwitched = "application.switchKey";
    public const string TokenIssued = "application.token";
    public const string CallRefused = "application.call";
    public const string SecretRead = "secret.read";
    public const string ProductCreated = "product.create";
    public const string ProductEdited = "product.edit";
    public const string ProductDeleted = "product.delete";
    public const string ProductConfigured = "product.configure";
    public const string ProductSecretMade = "product.makeSecret";

    public static IReadOnlyList<string> All { get; } =
    [
        SignIn, SignOut, SessionsEnded, AccountDisabled, AccountEnabled, DeviceCreated, DeviceEdited, DeviceEnabled,
        DeviceDisabled, DeviceDeleted, DevicesImported, DevicesExported, DeviceReplaced, DeviceSignedIn, DeviceActivated, SecretReissued,
        SecretDisplayed, SecretCopied, SecretAcknowledged, SecretExpired, AuditExported, AuditVerified, ViewSaved, LayoutSaved, ViewDeleted,
        ApplicationCreated, ApplicationEdited, ApplicationEnabled, ApplicationDisabled, ApplicationDeleted, ApplicationSecretRotated,
        PublicKeyRegistered, PublicKeyRemoved, PublicKeySwitched, TokenIssued, CallRefused, SecretRead, ProductCreated, ProductEdited, ProductDeleted,
        ProductConfigured, ProductSecretMade,
    ];
}
