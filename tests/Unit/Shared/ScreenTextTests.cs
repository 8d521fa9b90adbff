using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Unit.Shared;

/// <summary>The screen speaks two languages; a key that one of them lacks would show its name to somebody.</summary>
public sealed partial class ScreenTextTests
{
    private static readonly string s_portal = Path.Combine(RepositoryRoot(), "src", "Portal");

    public static TheoryData<string> Features() =>
        [.. Directory.GetFiles(Path.Combine(s_portal, "Resources"), "*Text.resx").Select(file => Path.GetFileNameWithoutExtension(file))];

    [Theory, MemberData(nameof(Features))]
    public void Both_languages_hold_the_same_filled_keys(string feature)
    {
        var english = Read(feature + ".resx");
        var chinese = Read(feature + ".zh-Hans.resx");

        Assert.Equal(english.Keys.Order(), chinese.Keys.Order());
        Assert.Empty(english.Concat(chinese).Where(entry => string.IsNullOrWhiteSpace(entry.Value)).Select(entry => entry.Key));
        Assert.All(english, entry => Assert.Equal(Holes(entry.Value), Holes(chinese[entry.Key])));
    }

    [Fact]
    public void Every_key_that_is_used_exists()
    {
        var texts = Features().Select(row => row.Data).ToDictionary(feature => feature, feature => Read(feature + ".resx"));
        var missing = new List<string>();
        foreach (var file in Directory.EnumerateFiles(s_portal, "*.razor", SearchOption.AllDirectories).Where(IsSource))
        {
            var markup = File.ReadAllText(file);
            var code = File.Exists(file + ".cs") ? File.ReadAllText(file + ".cs") : "";
            foreach (Match localizer in Localizer().Matches(markup + code))
            {
                var (feature, name) = (localizer.Groups["feature"].Value, localizer.Groups["name"].Value);
                missing.AddRange(Regex.Matches(markup + code, $@"(?<![\w.]){name}\[""(?<key>\w+)""")
                    .Select(use => use.Groups["key"].Value)
                    .Where(key => !texts.TryGetValue(feature, out var text) || !text.ContainsKey(key))
                    .Select(key => $"{Path.GetFileName(file)}: {feature}.{key}"));
            }
        }

        Assert.Empty(missing);
    }

    private static bool IsSource(string file) =>
        !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
        && !file.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal);

    private static Dictionary<string, string> Read(string file) =>
        XDocument.Load(Path.Combine(s_portal, "Resources", file)).Root!.Elements("data")
            .ToDictionary(data => data.Attribute("name")!.Value, data => data.Element("value")?.Value ?? "");

    private static string Holes(string text) =>
        string.Join(' ', Hole().Matches(text).Select(match => match.Value).Distinct().Order());

    private static string RepositoryRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Portal.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Portal.slnx is in no folder above the tests.");
        }

        return folder;
    }

    [GeneratedRegex(@"IStringLocalizer<(?<feature>\w+)>\s+(?<name>\w+)")]
    private static partial Regex Localizer();

    [GeneratedRegex(@"\{\d+")]
    private static partial Regex Hole();
}
