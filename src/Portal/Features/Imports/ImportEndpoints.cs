using System.Text;
using Portal.Authentication;
using Portal.Core.Exports;
using Portal.Core.Imports;

namespace Portal.Features.Imports;

public static class ImportEndpoints
{
    private const string FileName = "devices.csv";

    /// <summary>An empty file with the columns of an import.</summary>
    public static void MapImports(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet(PortalRoutes.ImportTemplate, () => Results.File(
            [.. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes(string.Join(',', ImportReader.Columns) + "\r\n")], CsvText.ContentType, FileName))
            .RequireAuthorization(PortalPolicies.ManageDevices);
}
