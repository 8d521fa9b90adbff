using System.Text.Json;
using System.Text.RegularExpressions;

namespace Portal.Core.Devices;

/// <summary>
/// EnOS <c>deviceTags</c>: at most 100; a key has up to 50 letters, digits, <c>_ - /</c>, a value up to 200 characters
/// without a blank at either end. Source: EnOS device connection, "Limitations".
/// </summary>
public static partial class DeviceTags
{
    public const int MaxCount = 100;
    public const int MaxKeyLength = 50;
    public const int MaxValueLength = 200;

    private const string Field = "deviceTags";

    public static FieldInvalid? Check(IReadOnlyDictionary<string, string>? tags)
    {
        if (tags is null)
        {
            return null;
        }

        if (tags.Count > MaxCount)
        {
            return new FieldInvalid(Field, $"at most {MaxCount} tags, these are {tags.Count}");
        }

        return tags.Keys.Any(key => !KeyPattern().IsMatch(key)) ? new FieldInvalid(Field, $"keys of 1 to {MaxKeyLength} letters, digits, underscores, hyphens or slashes")
            : tags.Values.Any(value => !IsValue(value)) ? new FieldInvalid(Field, $"values of at most {MaxValueLength} characters that neither begin nor end with a blank")
            : null;
    }

    internal static IReadOnlyDictionary<string, string> Read(string? json) =>
        json is null ? new Dictionary<string, string>() : JsonSerializer.Deserialize<Dictionary<string, string>>(json)!;

    /// <summary>As it is stored: in order of keys; nothing when there is none.</summary>
    internal static string? Write(IReadOnlyDictionary<string, string>? tags) => tags is { Count: > 0 }
        ? JsonSerializer.Serialize(tags.OrderBy(tag => tag.Key, StringComparer.Ordinal).ToDictionary(tag => tag.Key, tag => tag.Value))
        : null;

    /// <summary>The present tags with these put over them.</summary>
    internal static IReadOnlyDictionary<string, string> Merge(string? present, IReadOnlyDictionary<string, string> changes)
    {
        var merged = Read(present).ToDictionary();
        foreach (var (key, value) in changes)
        {
            merged[key] = value;
        }

        return merged;
    }

    private static bool IsValue(string? value) => value is not null && value.Length <= MaxValueLength
        && FieldText.Check(Field, value, MaxValueLength) is null && (value.Length == 0 || !(char.IsWhiteSpace(value[0]) || char.IsWhiteSpace(value[^1])));

    [GeneratedRegex(@"^[A-Za-z0-9_/-]{1,50}\z", RegexOptions.CultureInvariant)]
    private static partial Regex KeyPattern();
}
