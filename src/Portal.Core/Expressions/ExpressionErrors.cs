namespace Portal.Core.Expressions;

/// <summary>An expression cannot be read. EnOS code 99400.</summary>
/// <param name="Column">Where in the text, from 1.</param>
/// <param name="Expected">What would be right there.</param>
public sealed record ExpressionInvalid(int Column, string Expected) : Error($"Expression, column {Column}: expected {Expected}.");

/// <summary>There is no such page. EnOS code 99400.</summary>
public sealed record PageInvalid(string Field, string Expected) : Error($"{Field}: {Expected}.")
{
    /// <summary>Records in a page, as the newer pages of the contract have it.</summary>
    public const int MaxPageSize = 1000;

    public static PageInvalid? Check(int pageNo, int pageSize) =>
        pageNo < 1 ? new PageInvalid("pageNo", "1 or more")
        : pageSize is < 1 or > MaxPageSize ? new PageInvalid("pageSize", $"1 to {MaxPageSize}")
        : null;
}
