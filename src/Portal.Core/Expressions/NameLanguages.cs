namespace Portal.Core.Expressions;

/// <summary>The languages of a name, as a member of it in an expression: a name that is not there in a language is the default one.</summary>
internal static class NameLanguages
{
    public const string Default = "default";
    public const string Chinese = "zh_CN";
    public const string English = "en_US";

    /// <summary>EnOS has more languages than the portal: whoever asks for one of those asks for the default name.</summary>
    public static bool IsLanguage(string member) =>
        member == Default || member is [>= 'a' and <= 'z', >= 'a' and <= 'z', '_', >= 'A' and <= 'Z', >= 'A' and <= 'Z'];
}
