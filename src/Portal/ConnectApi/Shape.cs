namespace Portal.ConnectApi;

public enum ShapeKind
{
    Text,
    Boolean,

    /// <summary>A whole one of 32 bits.</summary>
    Number,

    /// <summary>A whole one of 64 bits, as times are.</summary>
    LongNumber,

    /// <summary>A whole number, written as a number or as a text: EnOS clients do both with a time. An empty text is one that was left out.</summary>
    NumberOrText,

    /// <summary>An object of known members; unknown ones are passed over, as EnOS does.</summary>
    Record,

    /// <summary>An object of the caller's own making.</summary>
    Free,
    Array,
}

/// <summary>What a value of a request may be: the reader refuses by it and the OpenAPI document shows it.</summary>
public sealed record Shape(ShapeKind Kind)
{
    public static readonly Shape Text = new(ShapeKind.Text);
    public static readonly Shape Boolean = new(ShapeKind.Boolean);
    public static readonly Shape Number = new(ShapeKind.Number);
    public static readonly Shape LongNumber = new(ShapeKind.LongNumber);
    public static readonly Shape NumberOrText = new(ShapeKind.NumberOrText);
    public static readonly Shape Free = new(ShapeKind.Free);

    /// <summary>For the documentation, which shows a named shape once.</summary>
    public string? Name { get; init; }

    /// <summary>Members of an object.</summary>
    public IReadOnlyList<Member> Members { get; init; } = [];

    /// <summary>Elements of an array; of a <see cref="ShapeKind.Free"/>, its values, where they are all alike.</summary>
    public Shape? Items { get; init; }

    public static Shape Record(params Member[] members) => new(ShapeKind.Record) { Members = members };

    public static Shape Array(Shape items) => new(ShapeKind.Array) { Items = items };

    /// <summary>Any names, all with values of one kind.</summary>
    public static Shape Map(Shape values) => new(ShapeKind.Free) { Items = values };

    /// <summary>In the words of a refusal.</summary>
    public string Words => Kind switch
    {
        ShapeKind.Text => "a string",
        ShapeKind.Boolean => "true or false",
        ShapeKind.Number or ShapeKind.LongNumber => "a whole number",
        ShapeKind.NumberOrText => "a whole number, or a string that is one",
        ShapeKind.Array => "an array",
        _ => "an object",
    };
}

/// <param name="Name">Exactly as it is written in JSON.</param>
/// <param name="About">For the reader of the documentation.</param>
public sealed record Member(string Name, Shape Shape, bool IsRequired, string About)
{
    public static Member Required(string name, Shape shape, string about) => new(name, shape, true, about);

    public static Member Optional(string name, Shape shape, string about) => new(name, shape, false, about);
}
