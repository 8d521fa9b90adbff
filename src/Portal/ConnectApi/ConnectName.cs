using System.Text.Json;

namespace Portal.ConnectApi;

/// <summary>EnOS's StringI18n: a name, and the same in the languages that the portal keeps.</summary>
internal sealed record ConnectName(string Default, string? Zh, string? En)
{
    private const string Chinese = "zh_CN";
    private const string English = "en_US";

    public static ConnectName? Read(JsonElement? value)
    {
        var names = value?.Find("i18nValue");
        return value is { } name ? new ConnectName(name.Text("defaultValue")!, names?.Text(Chinese), names?.Text(English)) : null;
    }

    public static void Write(Utf8JsonWriter json, string property, string name, string? zh, string? en)
    {
        json.WriteStartObject(property);
        json.WriteString("defaultValue", name);
        json.WriteStartObject("i18nValue");
        if (en is not null)
        {
            json.WriteString(English, en);
        }

        if (zh is not null)
        {
            json.WriteString(Chinese, zh);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
