using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Portal.Core.Connections;

internal enum SecureMode
{
    /// <summary>Signed with the device secret.</summary>
    DeviceSecret = 2,

    /// <summary>Signed with the product secret: dynamic activation.</summary>
    ProductSecret = 3,
}

internal enum DigestMethod
{
    Sha256,
    Sha1,
}

/// <summary>A device's claim to be somebody, read from what it sent; nothing of it is proved yet.</summary>
/// <param name="ClientId">Everything before the first <c>|</c>: it is signed, and identifies nobody.</param>
/// <param name="Timestamp">Opaque: clients send milliseconds, seconds, a fraction, or a constant.</param>
/// <param name="Sign">The digest.</param>
internal sealed record DeviceLogin(string ClientId, string ProductKey, string DeviceKey, SecureMode Mode, DigestMethod Method, string Timestamp, byte[] Sign)
{
    /// <summary>Longer names than any device key, product key or client ID of a vendor's client.</summary>
    private const int MaxLength = 512;

    /// <param name="fault">What is wrong with it, in words.</param>
    public static bool TryRead(DeviceConnect connect, [NotNullWhen(true)] out DeviceLogin? login, out string fault)
    {
        login = null;
        var bar = connect.ClientId.IndexOf('|');
        if (bar < 0 || !connect.ClientId.EndsWith('|') || connect.ClientId.Length > MaxLength || bar == connect.ClientId.Length - 1)
        {
            fault = "the client ID must be 'clientId|securemode=2,signmethod=sha256,timestamp=...|'";
            return false;
        }

        if (NameIn(connect) is not { } name)
        {
            fault = "the user name must be 'deviceKey&productKey'";
            return false;
        }

        string? mode = null, method = null, timestamp = null;
        foreach (var part in connect.ClientId[(bar + 1)..^1].Split(',', StringSplitOptions.TrimEntries))
        {
            var equals = part.IndexOf('=');
            switch (equals < 0 ? part : part[..equals].TrimEnd())
            {
                case "securemode": mode = part[(equals + 1)..].Trim(); break;
                case "signmethod": method = part[(equals + 1)..].Trim(); break;
                case "timestamp": timestamp = part[(equals + 1)..].Trim(); break;
                default: break; // Vendors add their own (e.g. lan=C).
            }
        }

        if (mode is not ("2" or "3") || timestamp is null)
        {
            fault = "securemode must be 2 or 3, and timestamp must be there";
            return false;
        }

        return TryRead(
            connect.ClientId[..bar], name.ProductKey, name.DeviceKey, mode == "2" ? SecureMode.DeviceSecret : SecureMode.ProductSecret, method, timestamp,
            Encoding.ASCII.GetString(connect.Password.Span), out login, out fault);
    }

    /// <summary>Who it says it is, even if nothing else of it can be read.</summary>
    public static (string ProductKey, string DeviceKey)? NameIn(DeviceConnect connect) =>
        connect.UserName is { Length: > 0 and <= MaxLength } user && user.LastIndexOf('&') is > 0 and var at && at < user.Length - 1
            ? (user[(at + 1)..], user[..at])
            : null;

    public static bool TryRead(SubDeviceLogin sent, [NotNullWhen(true)] out DeviceLogin? login, out string fault) =>
        TryRead(sent.ClientId, sent.ProductKey, sent.DeviceKey, SecureMode.DeviceSecret, sent.SignMethod, sent.Timestamp, sent.Sign, out login, out fault);

    /// <summary>Whether it was signed with this secret; compared in constant time, over bytes.</summary>
    public bool IsSignedWith(ReadOnlySpan<byte> secret)
    {
        // Names in alphabetical order, no separators (contract.md 6.1).
        var text = $"clientId{ClientId}deviceKey{DeviceKey}productKey{ProductKey}timestamp{Timestamp}";
        var length = Encoding.UTF8.GetByteCount(text);
        var buffer = ArrayPool<byte>.Shared.Rent(length + secret.Length);
        try
        {
            Encoding.UTF8.GetBytes(text, buffer);
            secret.CopyTo(buffer.AsSpan(length));
            Span<byte> digest = stackalloc byte[Method == DigestMethod.Sha256 ? SHA256.HashSizeInBytes : SHA1.HashSizeInBytes];
            if (Method == DigestMethod.Sha256)
            {
                SHA256.HashData(buffer.AsSpan(0, length + secret.Length), digest);
            }
            else
            {
#pragma warning disable CA5350 // The contract's older clients know nothing else; a product must allow it (design.md section 3).
                SHA1.HashData(buffer.AsSpan(0, length + secret.Length), digest);
#pragma warning restore CA5350
            }

            return CryptographicOperations.FixedTimeEquals(digest, Sign);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer.AsSpan(length, secret.Length));
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static bool TryRead(
        string clientId, string productKey, string deviceKey, SecureMode mode, string? method, string timestamp, string sign,
        [NotNullWhen(true)] out DeviceLogin? login, out string fault)
    {
        login = null;
        DigestMethod? digest = method?.ToLowerInvariant() switch
        {
            "sha256" or "hmacsha256" => DigestMethod.Sha256,
            "sha1" or "hmacsha1" => DigestMethod.Sha1,
            _ => null,
        };
        if (digest is null)
        {
            fault = "signmethod must be sha256 (or sha1 where the product allows it); md5 is never taken";
            return false;
        }

        if (clientId.Length > MaxLength || productKey.Length is 0 or > MaxLength || deviceKey.Length is 0 or > MaxLength || timestamp.Length > MaxLength)
        {
            fault = "product key, device key and timestamp must be there, and none may be that long";
            return false;
        }

        var bytes = new byte[digest == DigestMethod.Sha256 ? SHA256.HashSizeInBytes : SHA1.HashSizeInBytes];
        if (Convert.FromHexString(sign, bytes, out _, out var written) != OperationStatus.Done || written != bytes.Length || sign.Length != bytes.Length * 2)
        {
            fault = $"the password must be the {bytes.Length * 2} hexadecimal digits of the digest";
            return false;
        }

        login = new DeviceLogin(clientId, productKey, deviceKey, mode, digest.Value, timestamp, bytes);
        fault = "";
        return true;
    }
}
