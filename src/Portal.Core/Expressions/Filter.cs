namespace Portal.Core.Expressions;

/// <summary>How a <see cref="Filter{TField}.Comparison"/> looks at its field. <c>!=</c> is <c>not =</c> and has none of its own.</summary>
public enum FilterOperator
{
    /// <summary>The field is one of the values, character for character.</summary>
    IsOneOf,

    /// <summary>The value occurs in the field; upper and lower case are the same, and no character is a wildcard.</summary>
    Like,

    /// <summary>The field begins with one of the values; upper and lower case are the same.</summary>
    Begins,

    /// <summary>As <see cref="Like"/> with one of the values; one that is too short for an index is a beginning.</summary>
    Matches,

    /// <summary>The field is an instant of the one age, such as <c>&lt;7d</c>.</summary>
    HasAge,

    /// <summary>The field has a value at all.</summary>
    Exists,
}

/// <summary>A search that was read and checked: a condition on one record, true or false and nothing between.</summary>
public abstract record Filter<TField>
    where TField : struct, Enum
{
    private Filter()
    {
    }

    /// <param name="Parts">None is every record.</param>
    public sealed record All(IReadOnlyList<Filter<TField>> Parts) : Filter<TField>;

    /// <param name="Parts">At least one.</param>
    public sealed record Any(IReadOnlyList<Filter<TField>> Parts) : Filter<TField>;

    public sealed record Not(Filter<TField> Part) : Filter<TField>;

    /// <param name="Member">What stands after the full stop, such as the key of a tag.</param>
    /// <param name="Values">At least one, but for <see cref="FilterOperator.Exists"/>, which has none.</param>
    public sealed record Comparison(TField Field, string? Member, FilterOperator Operator, IReadOnlyList<string> Values) : Filter<TField>
    {
        public string Value => Values[0];
    }
}
