using System.Text.RegularExpressions;

namespace Unit.Layout;

/// <summary>The portal ships a piece of MudBlazor's stylesheet: the piece has to fit.</summary>
public sealed partial class MudStylesTests
{
    private static readonly string[] s_styled = ["MudDialog", "MudDialogProvider", "MudPopoverProvider", "MudSnackbarProvider"];
    private static readonly string s_root = FindRoot();

    [Fact]
    public void MudComponents_InUse_AreAllStyled()
    {
        var used = Directory.EnumerateFiles(Path.Combine(s_root, "src", "Portal"), "*.razor", SearchOption.AllDirectories)
            .SelectMany(file => Component().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value))
            .Distinct().Except(s_styled);

        Assert.Empty(used);
    }

    [Fact]
    public void Styles_AreOfTheReferencedVersion()
    {
        var version = Version().Match(File.ReadAllText(Path.Combine(s_root, "Directory.Packages.props"))).Groups[1].Value;

        Assert.StartsWith($"/* Taken from MudBlazor {version} ", File.ReadAllText(Path.Combine(s_root, "src", "Portal", "wwwroot", "mud.css")), StringComparison.Ordinal);
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Portal.slnx")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }

    [GeneratedRegex("<(Mud[A-Za-z]+)")]
    private static partial Regex Component();

    [GeneratedRegex("Include=\"MudBlazor\" Version=\"([^\"]+)\"")]
    private static partial Regex Version();
}
