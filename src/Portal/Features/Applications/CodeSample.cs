namespace Portal.Features.Applications;

/// <summary>
/// Client code that a person copies and runs. Each is a file in <c>Samples</c> with the names of its places in double
/// underscores; the tests run the very text that the page shows.
/// </summary>
/// <param name="FileName">Under which to save it.</param>
/// <param name="Language">A name that is the same in every language.</param>
/// <param name="Command">How to run it.</param>
public sealed record CodeSample(string FileName, string Language, string Command)
{
    /// <summary>The environment variable from which a sample takes the secret key: the page has none to put there.</summary>
    public const string SecretKeyVariable = "PORTAL_SECRET_KEY";

    /// <summary>A token and a replacement.</summary>
    public static IReadOnlyList<CodeSample> Replacing { get; } =
    [
        new("replace.sh", "curl", "bash replace.sh ASSET_ID NEW_DEVICE_KEY"),
        new("replace.py", "Python", "python3 replace.py ASSET_ID NEW_DEVICE_KEY"),
        new("replace.cs", "C#", "dotnet run replace.cs ASSET_ID NEW_DEVICE_KEY"),
    ];

    /// <summary>Opens the secret in the answer to such a call.</summary>
    public static IReadOnlyList<CodeSample> Decrypting { get; } =
    [
        new("decrypt.py", "Python", "python3 replace.py ASSET_ID NEW_DEVICE_KEY --secret | python3 decrypt.py PRIVATE_KEY.pem"),
        new("decrypt.cs", "C#", "dotnet run replace.cs ASSET_ID NEW_DEVICE_KEY --secret | dotnet run decrypt.cs PRIVATE_KEY.pem"),
    ];

    public static IEnumerable<CodeSample> All => Replacing.Concat(Decrypting);

    /// <summary>The file, ready for this portal and that application.</summary>
    public string Text(Uri portal, string accessKey, string organizationId) => Template()
        .Replace("__ADDRESS__", portal.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal)
        .Replace("__ACCESS_KEY__", accessKey, StringComparison.Ordinal)
        .Replace("__ORG_ID__", organizationId, StringComparison.Ordinal);

    private string Template()
    {
        using var stream = typeof(CodeSample).Assembly.GetManifestResourceStream($"Samples/{FileName}")
            ?? throw new InvalidOperationException($"The sample {FileName} is not in the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
