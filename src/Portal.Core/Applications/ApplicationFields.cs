using Portal.Core.Persistence;

namespace Portal.Core.Applications;

/// <summary>What the fields of an application may hold.</summary>
public static class ApplicationFields
{
    public const string BearerClientId = "bearerClientId";

    public static FieldInvalid? Check(string? name, string? bearerClientId) =>
        string.IsNullOrWhiteSpace(name) ? new FieldInvalid("name", "a name is needed")
        : FieldText.Check("name", name, ColumnLengths.ApplicationName)
        ?? FieldText.Check(BearerClientId, bearerClientId, ColumnLengths.BearerClientId)
        ?? (bearerClientId?.Trim().Any(char.IsWhiteSpace) == true ? new FieldInvalid(BearerClientId, "no blanks") : null);
}
