using System.Text;

namespace Portal.ConnectApi;

/// <summary>Reads a query string as a client wrote it: every pair, in order, decoded once.</summary>
public static class QueryText
{
    private const int MaxParameters = 64;

    /// <returns>Nothing when it is no query string: a broken escape, bytes that are no UTF-8, or more parameters than any call has.</returns>
    public static IReadOnlyList<KeyValuePair<string, string>>? Parse(string query)
    {
        var pairs = new List<KeyValuePair<string, string>>();
        var rest = query.AsSpan().TrimStart('?');
        foreach (var range in rest.Split('&'))
        {
            var part = rest[range];
            if (part.IsEmpty)
            {
                continue;
            }

            var equals = part.IndexOf('=');
            var name = Decode(equals < 0 ? part : part[..equals]);
            var value = equals < 0 ? "" : Decode(part[(equals + 1)..]);
            if (name is null || value is null || pairs.Count == MaxParameters)
            {
                return null;
            }

            pairs.Add(new(name, value));
        }

        return pairs;
    }

    private static string? Decode(ReadOnlySpan<char> text)
    {
        if (text.IndexOfAny('%', '+') < 0 && Ascii.IsValid(text))
        {
            return text.ToString();
        }

        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%')
            {
                if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2]))
                {
                    return null;
                }

                bytes[length++] = Convert.FromHexString(text.Slice(i + 1, 2))[0];
                i += 2;
            }
            else if (char.IsAscii(text[i]))
            {
                bytes[length++] = (byte)(text[i] == '+' ? ' ' : text[i]);
            }
            else
            {
                return null; // an address is ASCII; the server reads other bytes in more than one way
            }
        }

        return System.Text.Unicode.Utf8.IsValid(bytes.AsSpan(0, length)) ? Encoding.UTF8.GetString(bytes, 0, length) : null;
    }
}
