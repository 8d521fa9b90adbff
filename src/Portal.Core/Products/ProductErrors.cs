namespace Portal.Core.Products;

/// <summary>EnOS code 11611, and 11651 when it was to be updated.</summary>
public sealed record ProductNotFound(string ProductKey) : Error($"There is no product '{ProductKey}' in this organization.");

/// <summary>EnOS code 11619, "Existing Device Restrictions".</summary>
public sealed record ProductHasDevices(string ProductKey) : Error($"Product '{ProductKey}' has devices. Delete them first.");

/// <summary>Product keys are unique in the whole portal: a device signs in without naming its organization.</summary>
public sealed record ProductKeyInUse(string ProductKey) : Error($"Product key '{ProductKey}' is already in use.");

public sealed record TooManyProducts(int Limit) : Error($"An organization may have at most {Limit} products.");

/// <summary>EnOS code 11739, "Exceed max device size".</summary>
public sealed record TooManyDevices(string ProductKey, int Limit) : Error($"Product '{ProductKey}' may have at most {Limit} devices.");
