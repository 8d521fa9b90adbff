namespace Portal.ConnectApi.OpenApi;

/// <summary>What stands before the operations: how to sign, what answers look like, how to open a secret.</summary>
internal static class ConnectGuide
{
    public const string Introduction =
        """
        The portal's door for programs. It speaks the contract of the EnOS Connection Service, so that a client written for
        EnOS works with this portal's address, access key and secret key.

        ## Signing a call

        1. Get a token (*Tokens* below).
        2. Sort the query parameters by name, ASCII order, `action` and `orgId` among them. Join each name with its value,
           URL-decoded, and all of them, with nothing in between. That is `params`.
        3. Append the body to it, byte for byte as it is sent. No body: nothing.
        4. `apim-signature` is the lower-case hexadecimal SHA-256 of `accessToken + params + timestamp + secretKey`, in UTF-8.
           `timestamp` is the text in `apim-timestamp`: milliseconds since 1970.

        The clock may be 5 minutes off either way, and a token and signature are taken once in that time (a read of what is no
        secret once more after a restart of the portal). Only an identical
        call that changes something is answered again: a success with the same bytes, and without being carried out again.
        With an `Idempotency-Key` of your own, send an attempt again as it was or sign it anew; a signature is good under one key only.

        In place of the three headers, an OAuth 2 bearer token of the identity provider will do (client credentials), if its
        client ID is set at the application. In Development the portal is that provider: `POST /development/provider/token` with
        `grant_type=client_credentials`, `client_id=demo` and the demo application's secret key as `client_secret`.

        While a new RSA key of the application waits beside the present one, the header `apim-publickey` with the new key's
        fingerprint puts it in use, from that call on. Nothing else but a person's click does. The signature does not cover that
        header: who can change it on the way (TLS ends there) can bring the change forward or hold it back, and never name a key that
        was not registered here. If the old private key is in wrong hands, let the new key cut it off at once instead.

        ## Answers

        The service answers with HTTP 200 and `code`: 0 for success, anything else is a refusal, and `data` is null. What the
        gateway turns away has another status and `{"message": "..."}`. `requestId` names the call in the log and in the audit trail.

        Parameters that an action does not know, doubled ones, doubled or misspelt JSON members, wrong types: refused with 99400
        and the name of the argument. Unknown JSON members are passed over.

        What differs from EnOS: the portal keeps no models, so any `modelId` is taken and 11699 never answered; a payload format
        (`dataFormat`) other than `Json` is refused; of a name, `zh_CN` and `en_US` are kept beside the default; a device that is
        enabled or disabled already answers 11794; of products, no tags are kept, there are no certificates (`biDirectionalAuth`), and
        their secrets are told to people only. V2.1 `get` and `search` tell secrets to an application that may have them in clear
        text, each in the audit trail: a `projection` without `deviceSecret` leaves them out.

        ## Opening an encrypted secret

        EnOS does not document its algorithms; these are the portal's own. `sessionKey` is base64 of RSA-OAEP (SHA-256, MGF1 with
        SHA-256) of 32 random bytes. `deviceSecret` is base64 of a 12-byte nonce, the ciphertext and a 16-byte tag: AES-256-GCM
        under those bytes, no additional data. Every answer has a pair of its own.
        """;

    public const string Tokens =
        """
        `encryption` is the lower-case hexadecimal SHA-256 of `appKey + timestamp + secretKey`. A value is taken once.
        Refusals: 1001 repeated request, 1002 unknown appKey, 1003 wrong encryption, 1004 invalid parameter, 1005 internal fault,
        1202 empty parameter, 1203 the token has expired, 1204 not the token of that application.
        """;
}
