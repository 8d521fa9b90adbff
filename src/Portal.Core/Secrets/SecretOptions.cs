namespace Portal.Core.Secrets;

/// <summary>Section <c>Secrets</c>.</summary>
public sealed class SecretOptions
{
    public const string SectionName = "Secrets";

    /// <summary>Key-encryption keys of stored secrets; made when missing in Development only. Keep it out of the database's backup.</summary>
    public string KeyFile { get; set; } = "data/secrets.key";
}
