namespace Portal.Core.Applications;

/// <summary>Gateway code 1001: this very <c>encryption</c> was used before.</summary>
public sealed record EncryptionRepeated() : Error("This request was made before. Make a new one, with a new timestamp.");

/// <summary>Gateway code 1002. Also for an application that is disabled: who cannot prove to be it learns nothing of it.</summary>
public sealed record AppKeyUnknown() : Error("appKey does not exist.");

/// <summary>Gateway code 1003.</summary>
public sealed record EncryptionInvalid() : Error("encryption is not SHA-256 of appKey, timestamp and appSecret.");

/// <summary>Gateway code 1004.</summary>
public sealed record TokenParameterInvalid(string Parameter, string Expected) : Error($"{Parameter}: {Expected}.");

/// <summary>Gateway code 1005, HTTP 500 on calls. The caller is told no more than that: it cannot be told who it is.</summary>
public sealed record SecretKeyUnreadable(string AccessKey)
    : Error($"The stored secret key of application '{AccessKey}' cannot be opened. Make a new one and tell your administrator.");

/// <summary>Gateway code 1202.</summary>
public sealed record TokenParameterMissing(string Parameter) : Error($"{Parameter} is empty.");

/// <summary>Gateway code 1203.</summary>
public sealed record AccessTokenExpired() : Error("The access token has expired. Get a new one.");

/// <summary>Gateway code 1204: the token that was to be renewed is not this application's.</summary>
public sealed record TokenRefreshFailed() : Error("The access token is not this application's. Get a new one.");

/// <summary>A call's access token is unknown or has expired, or its application may not work now. HTTP 401.</summary>
public sealed record TokenUnknownOrExpired() : Error("The access token is unknown or has expired.");

/// <summary>A call's signature is not the one its parameters, body and timestamp give. HTTP 401.</summary>
public sealed record SignatureInvalid() : Error("The signature does not match the call.");

/// <summary>A call's timestamp is no number, or too far from the portal's clock. HTTP 401.</summary>
public sealed record TimestampOutsideWindow() : Error("The timestamp is more than five minutes from the portal's clock.");

/// <summary>What stands in the audit trail for a call that was no request of the core at all.</summary>
/// <param name="Call">What it was for, in the words of the API.</param>
public sealed record CallInvalid(string Call, string Reason) : Error(Reason);

/// <summary>More calls than the portal can tell apart for ten minutes. HTTP 429.</summary>
public sealed record TooManyCalls() : Error("Too many calls. Try again in a minute.");
