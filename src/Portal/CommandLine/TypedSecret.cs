using System.Security.Cryptography;
using System.Text;

namespace Portal.CommandLine;

/// <summary>A device secret that somebody pastes: never an argument, which other programs can see, not shown, and wiped after use.</summary>
internal sealed class TypedSecret : IDisposable
{
    private const int MaxLength = 256;
    private readonly byte[] _bytes = new byte[MaxLength];
    private int _length;

    public bool IsEmpty => _length == 0;

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>From the keyboard; or the first line of what is piped in.</summary>
    public static TypedSecret Ask(TextWriter output, string question)
    {
        output.Write(question);
        output.Flush();
        var secret = new TypedSecret();
        if (Console.IsInputRedirected)
        {
            using var input = Console.OpenStandardInput();
            secret.ReadLine(input);
        }
        else
        {
            secret.ReadKeys();
        }

        output.WriteLine();
        return secret;
    }

    public static TypedSecret From(Stream input)
    {
        var secret = new TypedSecret();
        secret.ReadLine(input);
        return secret;
    }

    /// <summary>Never the secret, so that it cannot be printed by accident.</summary>
    public override string ToString() => "***";

    public void Dispose() => CryptographicOperations.ZeroMemory(_bytes);

    private void ReadLine(Stream input)
    {
        while (input.ReadByte() is var read and >= 0 and not '\n')
        {
            Add((char)read);
        }
    }

    private void ReadKeys()
    {
        while (Console.ReadKey(intercept: true) is var key && key.Key != ConsoleKey.Enter)
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                _length = Math.Max(0, _length - 1);
            }
            else
            {
                Add(key.KeyChar);
            }
        }
    }

    /// <summary>Secrets are printable ASCII: a blank or a line end that was copied along is none of it.</summary>
    private void Add(char character)
    {
        if (char.IsAscii(character) && character > ' ' && !char.IsControl(character) && _length < MaxLength)
        {
            Encoding.ASCII.GetBytes([character], _bytes.AsSpan(_length++));
        }
    }
}
