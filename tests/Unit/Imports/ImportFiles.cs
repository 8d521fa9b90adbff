using System.Text;
using Portal.Core;
using Portal.Core.Access;
using Portal.Core.Imports;
using Unit.Support;

namespace Unit.Imports;

/// <summary>Files as people send them.</summary>
internal static class ImportFiles
{
    public const string Header = "assetId,productKey,deviceKey,name,nameZh,description,timezone";

    public static string Line(string assetId, string deviceKey, string name = "Inverter", string productKey = "inverter") =>
        $"{assetId},{productKey},{deviceKey},{name},,,+08:00";

    public static Task<Result<ImportFile>> ReadAsync(this TestPortal portal, params string[] lines) =>
        portal.ReadAsync(Encoding.UTF8.GetBytes(string.Join("\r\n", lines) + "\r\n"));

    public static async Task<Result<ImportFile>> ReadAsync(this TestPortal portal, byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        return await portal.Get<ImportReader>().ReadAsync("fleet.csv", stream, null, TestContext.Current.CancellationToken);
    }

    public static async Task<ImportPreview> PreviewAsync(this TestPortal portal, Actor actor, params string[] lines)
    {
        var file = await portal.ReadAsync(lines);
        Assert.Null(file.Error);
        var preview = await portal.Get<ImportService>().PreviewAsync(
            actor, TestPortal.Organization, file.Value!, null, TestContext.Current.CancellationToken);
        Assert.Null(preview.Error);
        return preview.Value!;
    }
}
