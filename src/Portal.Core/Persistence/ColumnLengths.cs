namespace Portal.Core.Persistence;

/// <summary>Lengths that a column, a form and an import share.</summary>
public static class ColumnLengths
{
    public const int Default = 256;
    public const int AssetId = 64;
    public const int DeviceKey = 128;
    public const int FormerKeys = 2000;
    public const int DeviceName = 64;
    public const int Description = 512;
    public const int Note = 500;
    public const int AccessKey = 36;
    public const int ApplicationName = 64;
    public const int BearerClientId = 256;
    public const int ProductName = 64;
    public const int Attributes = 16 * 1024;
    public const int Tags = 32 * 1024;
    public const int SavedViewName = 40;
}
