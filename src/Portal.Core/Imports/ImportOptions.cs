using System.ComponentModel.DataAnnotations;

namespace Portal.Core.Imports;

/// <summary>Section <c>Imports</c>: how large a file may be.</summary>
public sealed class ImportOptions
{
    public const string SectionName = "Imports";

    [Range(1, 1024)]
    public int MaxFileSizeInMegabytes { get; set; } = 100;

    [Range(1, 1_000_000)]
    public int MaxRows { get; set; } = 1_000_000;

    public long MaxFileSizeInBytes => MaxFileSizeInMegabytes * 1024L * 1024L;
}
