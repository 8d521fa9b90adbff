using System.Globalization;
using Portal.Core.Devices;
using Portal.Core.Replacements;
using Portal.Features.MeasurePoints;

namespace Portal.Features.Replacements;

/// <summary>What the operator types about a replacement.</summary>
public sealed class ReplaceDeviceForm
{
    private string _typed = "";
    private bool _isTidied;
    private bool _allowsActivation;

    /// <summary>As it came from the keyboard, the clipboard or a scanner.</summary>
    public string Typed
    {
        get => _typed;
        set => (_typed, _isTidied) = (value, false);
    }

    /// <summary>As it is used: without the blanks that pasting and scanning leave at the ends. Nothing else is changed.</summary>
    public string Key => Typed.Trim();

    public bool WasTrimmed => _isTidied || (Key.Length > 0 && Key.Length != Typed.Length);

    public ReplacementReason? Reason { get; set; }

    public string Note { get; set; } = "";

    public bool HidesSecret { get; set; }

    public BaselineForm Baseline { get; } = new();

    /// <summary>The new unit fetches its secret itself. Then nobody has to see it; whoever wants to all the same may say so afterwards.</summary>
    public bool AllowsActivation
    {
        get => _allowsActivation;
        set => (_allowsActivation, HidesSecret) = (value, value);
    }

    public bool IsPristine => Typed.Length == 0 && Reason is null && Note.Length == 0 && !HidesSecret && !AllowsActivation && Baseline.IsPristine;

    public DeviceKeyFault Fault => DeviceKey.Check(Key);

    public int FirstIllegal => DeviceKey.FirstIllegal(Key);

    /// <summary>The first character that a key cannot hold, so that it can be seen even if it shows nothing; a blank, which has a name, as it is.</summary>
    public string IllegalCharacter
    {
        get
        {
            var text = char.ConvertFromUtf32(CodePointAt(Key, FirstIllegal));
            var category = CharUnicodeInfo.GetUnicodeCategory(text, 0);
            var isVisible = text is " " || category is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.SpaceSeparator
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.NonSpacingMark);
            return isVisible ? text : $"U+{CodePointAt(Key, FirstIllegal):X4}";
        }
    }

    /// <summary>Shows what is used; that blanks were left out is still to be told.</summary>
    public void Tidy() => (_typed, _isTidied) = (Key, WasTrimmed);

    private static int CodePointAt(string text, int index) => char.IsSurrogatePair(text, index) ? char.ConvertToUtf32(text, index)
        : char.IsSurrogate(text[index]) ? 0xFFFD : text[index];
}
