using System.Security.Cryptography;

namespace Portal.Core.Applications;

/// <summary>Takes the bytes out of what somebody pasted as a public key.</summary>
internal static class PublicKeyText
{
    private const string Label = "PUBLIC KEY";

    public static (byte[]? Der, PublicKeyFault Fault) Read(string? text, int maxLength)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return (null, PublicKeyFault.Missing);
        }

        if (text.Contains("PRIVATE KEY", StringComparison.OrdinalIgnoreCase))
        {
            return (null, PublicKeyFault.PrivateKey);
        }

        if (text.Length > maxLength)
        {
            return (null, PublicKeyFault.Malformed);
        }

        if (!text.Contains("-----", StringComparison.Ordinal))
        {
            return FromBase64(text);
        }

        if (!PemEncoding.TryFind(text, out var fields))
        {
            return (null, PublicKeyFault.Malformed);
        }

        return !string.IsNullOrWhiteSpace(text.Remove(fields.Location.Start.Value, fields.Location.End.Value - fields.Location.Start.Value))
            ? (null, PublicKeyFault.NotExact)
            : text[fields.Label] != Label ? (null, PublicKeyFault.NotPublicKey)
            : FromBase64(text[fields.Base64Data]);
    }

    private static (byte[]? Der, PublicKeyFault Fault) FromBase64(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) && length > 0
            ? (bytes[..length], default)
            : (null, PublicKeyFault.Malformed);
    }
}
