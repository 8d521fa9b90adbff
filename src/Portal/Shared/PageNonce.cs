using System.Security.Cryptography;

namespace Portal.Shared;

/// <summary>One value a response, shared by the Content-Security-Policy header and the import map it has to allow.</summary>
public static class PageNonce
{
    private static readonly object s_key = new();

    public static string Of(HttpContext context)
    {
        // Kept in Items, not in a scoped service: an error page runs in a scope of its own within the same response.
        if (context.Items[s_key] is not string nonce)
        {
            nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
            context.Items[s_key] = nonce;
        }

        return nonce;
    }
}
