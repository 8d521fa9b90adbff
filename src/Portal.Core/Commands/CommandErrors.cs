namespace Portal.Core.Commands;

/// <summary>The same operation ID came with another request. EnOS code 99400.</summary>
public sealed record OperationReused(string OperationId)
    : Error("This operation was already used for a different request. Start it anew.");

/// <summary>An operation ID that cannot be one. EnOS code 99400.</summary>
public sealed record OperationIdInvalid() : Error("The operation ID must have 1 to 128 characters.");

/// <summary>This very call, with this token and signature, was made before. HTTP 401.</summary>
public sealed record CallRepeated() : Error("This call was made before. Sign it anew, with a new timestamp.");

/// <summary>The database did not take the write; nothing was changed. HTTP 503.</summary>
/// <param name="Cause">What the administrator has to look at, in words; no path and no SQL.</param>
public sealed record StorageUnavailable(string Cause)
    : Error($"Nothing was changed: {Cause}. Try again; if it stays so, tell your administrator.");
