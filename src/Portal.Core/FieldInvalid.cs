namespace Portal.Core;

/// <summary>A field holds something that it cannot hold. EnOS code 99400.</summary>
public sealed record FieldInvalid(string Field, string Expected) : Error($"{Field}: {Expected}.");
