namespace Portal.Core.Products;

/// <summary>EnOS code 11611.</summary>
public sealed record ProductNotFound(string ProductKey) : Error($"There is no product '{ProductKey}' in this organization.");
