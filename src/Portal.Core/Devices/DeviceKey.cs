using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Portal.Core.Devices;

/// <summary>Names the present hardware of an asset.</summary>
/// <remarks>
/// A new key has 4 to 64 characters: ASCII letters, digits, hyphen, underscore, full stop; case matters.
/// Source: EnOS Connection API 2.4, "Replace Device", parameter <c>newDeviceKey</c>. Older versions allowed other
/// characters too, so keys read from storage are not checked again.
/// </remarks>
public readonly record struct DeviceKey
{
    public const int MinLength = 4;
    public const int MaxLength = 64;

    private static readonly SearchValues<char> s_allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    private DeviceKey(string value) => Value = value;

    public string Value { get; }

    /// <summary>Takes the text as it is: nothing is trimmed or folded.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out DeviceKey key)
    {
        var valid = Check(text) is DeviceKeyFault.None;
        key = valid ? new DeviceKey(text!) : default;
        return valid;
    }

    /// <summary>What is wrong with a text as a new key, for a message at the field.</summary>
    public static DeviceKeyFault Check(string? text) => text switch
    {
        null or "" => DeviceKeyFault.Missing,
        _ when FirstIllegal(text) >= 0 => DeviceKeyFault.IllegalCharacter,
        { Length: < MinLength } => DeviceKeyFault.TooShort,
        { Length: > MaxLength } => DeviceKeyFault.TooLong,
        _ => DeviceKeyFault.None,
    };

    /// <summary>Position of the first character that a new key may not hold, or -1.</summary>
    public static int FirstIllegal(string text) => text.AsSpan().IndexOfAnyExcept(s_allowed);

    public override string ToString() => Value;
}

public enum DeviceKeyFault
{
    None,
    Missing,
    TooShort,
    TooLong,
    IllegalCharacter,
}
