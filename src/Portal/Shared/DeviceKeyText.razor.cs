using Microsoft.AspNetCore.Components;

namespace Portal.Shared;

/// <summary>
/// A device key or an ID in a fixed pitch. In the large form digits have a colour of their own, so that 0 and O, 1 and l
/// are told apart when somebody reads the key off a type plate.
/// </summary>
public sealed partial class DeviceKeyText
{
    [Parameter, EditorRequired]
    public required string Value { get; set; }

    /// <summary>Bigger, with its digits marked: where the key is compared by eye.</summary>
    [Parameter]
    public bool Large { get; set; }

    /// <summary>Names the element, so that <see cref="CopyButton"/> can select it where copying is refused.</summary>
    [Parameter]
    public string? Id { get; set; }

    private IEnumerable<(string Text, bool IsDigits)> Runs
    {
        get
        {
            if (!Large)
            {
                yield return (Value, false);
                yield break;
            }

            var start = 0;
            for (var end = 1; end <= Value.Length; end++)
            {
                if (end == Value.Length || char.IsAsciiDigit(Value[end]) != char.IsAsciiDigit(Value[start]))
                {
                    yield return (Value[start..end], char.IsAsciiDigit(Value[start]));
                    start = end;
                }
            }
        }
    }
}
