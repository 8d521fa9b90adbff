using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Portal.Core;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Core.Devices;
using Portal.Core.Replacements;

namespace Unit.Support;

/// <summary>An application with everything its owner knows, and what its own program does with that.</summary>
internal sealed record TestApplication(TestPortal Portal, string AccessKey, string SecretKey)
{
    public const Right AllRights = Right.Read | Right.Replace | Right.ManageDevices | Right.ReadSecrets;

    private static readonly Lazy<RSA> s_first = new(() => RSA.Create(2048));
    private static readonly Lazy<RSA> s_second = new(() => RSA.Create(2048));

    /// <summary>A key pair that tests share; nobody changes it.</summary>
    public static RSA FirstKey => s_first.Value;

    public static RSA SecondKey => s_second.Value;

    public Actor Actor => ApplicationIdentity.Of(AccessKey, "Fleet sync", "192.0.2.9");

    public static string Fingerprint(RSA key) => Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));

    /// <summary>One made by an administrator, with <see cref="FirstKey"/> registered unless <paramref name="key"/> says otherwise.</summary>
    public static async Task<TestApplication> CreateAsync(
        TestPortal portal, Right rights = AllRights, bool allowsClearText = false, bool hasKey = true, string organizationId = TestPortal.Organization, string? bearerClientId = null)
    {
        var ada = await portal.SignInAsync("ada", Role.Administrator, TestPortal.Organization, TestPortal.OtherOrganization);
        var created = PortalCommands.Value(await portal.Get<ApplicationService>().CreateAsync(
            ada, new CreateApplicationRequest(organizationId, "Fleet sync", rights, allowsClearText, bearerClientId)));
        if (hasKey)
        {
            PortalCommands.Value(await portal.Get<ApplicationKeyService>().RegisterKeyAsync(
                ada, new RegisterKeyRequest(created.AccessKey, FirstKey.ExportSubjectPublicKeyInfoPem(), CutsAtOnce: false)));
        }

        return new TestApplication(portal, created.AccessKey, (await portal.ReadSecretAsync(ada, created.RevealGrantId)).Secret!);
    }

    public TokenRequest TokenRequest(DateTimeOffset? at = null)
    {
        var timestamp = (at ?? Portal.Clock.GetUtcNow()).ToUnixTimeMilliseconds();
        return new TokenRequest(AccessKey, Hash($"{AccessKey}{timestamp}{SecretKey}"), timestamp, "192.0.2.9");
    }

    public async Task<string> GetTokenAsync() => PortalCommands.Value(await Portal.Get<AccessTokenService>().GetAsync(TokenRequest())).Value;

    public SignedRequest Sign(string token, string query = "action=get&orgId=o1", string body = "", DateTimeOffset? at = null)
    {
        var timestamp = (at ?? Portal.Clock.GetUtcNow()).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        var parameters = query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')).Select(pair => KeyValuePair.Create(pair[0], pair[1])).ToList();
        var sorted = string.Concat(parameters.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Key + pair.Value));
        return new SignedRequest(token, Hash(token + sorted + body + timestamp + SecretKey), timestamp, parameters, Encoding.UTF8.GetBytes(body), "192.0.2.9");
    }

    public Task<Result<ReplacedDevice>> ReplaceAsync(string assetId, string newKey, SecretDelivery delivery, string? operationId = null, string? requestId = null) =>
        Portal.Get<ReplacementService>().ReplaceAsync(Actor with { RequestId = requestId }, new ReplaceDeviceRequest(
            AssetSelector.Asset(assetId), newKey, delivery, ReplacementReason.Broken, OperationId: operationId));

    /// <summary>What the owner of a private key does with the two parts of an answer; written out here, so that the portal's own code is not its own judge.</summary>
    public static string Decrypt(EncryptedSecret secret, RSA privateKey)
    {
        var key = privateKey.Decrypt(Convert.FromBase64String(secret.SessionKey), RSAEncryptionPadding.OaepSHA256);
        Assert.Equal(32, key.Length);
        var box = Convert.FromBase64String(secret.DeviceSecret);
        var plain = new byte[box.Length - 12 - 16];
        using var cipher = new AesGcm(key, 16);
        cipher.Decrypt(box.AsSpan(0, 12), box.AsSpan(12, plain.Length), box.AsSpan(box.Length - 16), plain);
        return Encoding.UTF8.GetString(plain);
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
