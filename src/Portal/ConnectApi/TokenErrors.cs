using Portal.Core;
using Portal.Core.Applications;

namespace Portal.ConnectApi;

/// <summary>Codes of the token service (contract 1.1).</summary>
internal static class TokenErrors
{
    public static (int Status, string Message) Of(Error error) => error switch
    {
        EncryptionRepeated => (1001, error.Message),
        AppKeyUnknown => (1002, error.Message),
        EncryptionInvalid => (1003, error.Message),
        SecretKeyUnreadable => (1005, "internal service exception"),
        TokenParameterMissing => (1202, error.Message),
        AccessTokenExpired => (1203, error.Message),
        TokenRefreshFailed => (1204, error.Message),
        _ => (1004, error.Message),
    };
}
