using System.Text.Json;

namespace Portal.ConnectApi;

/// <summary>Writes the members that are wanted.</summary>
internal readonly struct ProjectedWriter(Utf8JsonWriter json, HashSet<string>? projection)
{
    public void Text(string name, string? value)
    {
        if (IsWanted(name))
        {
            json.WriteString(name, value);
        }
    }

    public void Flag(string name, bool value)
    {
        if (IsWanted(name))
        {
            json.WriteBoolean(name, value);
        }
    }

    /// <summary>A text that never becomes a string.</summary>
    public void Utf8(string name, ReadOnlySpan<byte> utf8)
    {
        if (IsWanted(name))
        {
            json.WriteString(name, utf8);
        }
    }

    public void Name(string name, string value, string? zh, string? en)
    {
        if (IsWanted(name))
        {
            ConnectName.Write(json, name, value, zh, en);
        }
    }

    /// <summary>Milliseconds since 1970; 0 for never.</summary>
    public void Time(string name, DateTimeOffset? value)
    {
        if (IsWanted(name))
        {
            json.WriteNumber(name, value?.ToUnixTimeMilliseconds() ?? 0);
        }
    }

    /// <summary>JSON as it is stored.</summary>
    public void Raw(string name, string value)
    {
        if (IsWanted(name))
        {
            json.WritePropertyName(name);
            json.WriteRawValue(value);
        }
    }

    private bool IsWanted(string name) => projection is null || projection.Contains(name);
}
