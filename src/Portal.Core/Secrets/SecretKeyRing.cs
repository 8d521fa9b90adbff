using System.Security.Cryptography;
using System.Text.Json;

namespace Portal.Core.Secrets;

/// <summary>Key-encryption keys by ID. New secrets are sealed under the current one; older ones still open.</summary>
public sealed class SecretKeyRing
{
    public const int KeySizeInBytes = 32;

    private readonly Dictionary<string, byte[]> _keys;

    public SecretKeyRing(string currentKeyId, IReadOnlyDictionary<string, byte[]> keys)
    {
        if (!keys.ContainsKey(currentKeyId))
        {
            throw new ArgumentException($"The current key '{currentKeyId}' is not among the keys.", nameof(currentKeyId));
        }

        foreach (var (id, key) in keys)
        {
            if (key.Length != KeySizeInBytes)
            {
                throw new ArgumentException($"Key '{id}' has {key.Length} bytes; {KeySizeInBytes} are needed.", nameof(keys));
            }
        }

        CurrentKeyId = currentKeyId;
        _keys = new Dictionary<string, byte[]>(keys, StringComparer.Ordinal);
    }

    public string CurrentKeyId { get; }

    /// <summary>Every key, the current one first.</summary>
    internal IEnumerable<byte[]> All => _keys.OrderByDescending(pair => pair.Key == CurrentKeyId).Select(pair => pair.Value);

    /// <summary>Whether a key is plainly not random (all zeros, text, a pattern of few bytes).</summary>
    public bool HasWeakKey => _keys.Values.Any(key => key.Distinct().Count() < KeySizeInBytes / 2 || key.All(value => value is >= 0x20 and < 0x7f));

    internal byte[]? Find(string keyId) => _keys.GetValueOrDefault(keyId);

    /// <summary>A ring with one fresh random key.</summary>
    public static SecretKeyRing Create() =>
        new("k1", new Dictionary<string, byte[]> { ["k1"] = RandomNumberGenerator.GetBytes(KeySizeInBytes) });

    /// <summary>Reads <c>{"current":"k1","keys":{"k1":"base64 of 32 bytes"}}</c>.</summary>
    /// <exception cref="InvalidDataException">The file is not of that form; the message names the fault, never a key.</exception>
    public static SecretKeyRing Read(string path)
    {
        try
        {
            var file = JsonSerializer.Deserialize<KeyFile>(File.ReadAllBytes(path), JsonSerializerOptions.Web)
                ?? throw new InvalidDataException($"{path} is empty.");
            return new SecretKeyRing(file.Current, file.Keys.ToDictionary(pair => pair.Key, pair => Convert.FromBase64String(pair.Value)));
        }
        catch (Exception exception) when (exception is JsonException or FormatException or ArgumentException or NullReferenceException)
        {
            throw new InvalidDataException(
                path + """ is not a key file: {"current":"k1","keys":{"k1":"<base64 of 32 random bytes>"}} is expected.""");
        }
    }

    /// <summary>Writes the ring so that only the owner of the process can read it; fails if the file exists.</summary>
    public void WriteNew(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var stream = new FileStream(path, options);
        JsonSerializer.Serialize(
            stream,
            new KeyFile(CurrentKeyId, _keys.ToDictionary(pair => pair.Key, pair => Convert.ToBase64String(pair.Value))),
            JsonSerializerOptions.Web);
    }

    private sealed record KeyFile(string Current, Dictionary<string, string> Keys);
}
