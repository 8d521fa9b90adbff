namespace Portal.Core.Expressions;

/// <summary>An expression cannot be read. EnOS code 99400.</summary>
/// <param name="Column">Where in the text, from 1.</param>
/// <param name="Expected">What would be right there.</param>
public sealed record ExpressionInvalid(int Column, string Expected) : Error($"Expression, column {Column}: expected {Expected}.");
