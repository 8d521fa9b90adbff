namespace Portal.Core.Expressions;

/// <summary>Numbered pages, as the EnOS contract has them.</summary>
public static class NumberedPages
{
    /// <summary>Records in a page, as the newer pages of the contract have it.</summary>
    public const int MaxPageSize = 1000;

    public static FieldInvalid? Check(int pageNo, int pageSize) =>
        pageNo < 1 ? new FieldInvalid("pageNo", "1 or more")
        : pageSize is < 1 or > MaxPageSize ? new FieldInvalid("pageSize", $"1 to {MaxPageSize}")
        : null;
}
