namespace Portal.Core.Expressions;

/// <summary>What may be written after a field.</summary>
[Flags]
public enum ExpressionOperators
{
    None = 0,
    Equal = 1,
    NotEqual = 2,
    In = 4,
    Like = 8,

    /// <summary><c>exists(field)</c>, before it.</summary>
    Exists = 16,
}

/// <summary>A field of an expression and how it may be used.</summary>
public sealed record ExpressionField<TField>(string Name, TField Field, ExpressionOperators Operators)
    where TField : struct, Enum
{
    /// <summary>All the values it may be compared with, in any case of letters; none when any text will do.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>Whether a number, <c>true</c> or <c>false</c> may stand without quotes.</summary>
    public bool TakesNumbers { get; init; }

    /// <summary>Whether what stands after the full stop is right; nothing when the field has no members.</summary>
    public Func<string, bool>? IsMember { get; init; }

    /// <summary>Whether the field may stand without a member.</summary>
    public bool NeedsMember { get; init; }

    /// <summary>The field with a member as somebody should write it.</summary>
    public string Example { get; init; } = Name;
}
