using System.Text.Json;
using Portal.Core.Applications;
using Portal.Core.Devices;
using Portal.Core.Secrets;

namespace Portal.ConnectApi;

/// <summary>A device whose secret has just been made: EnOS's DeviceReplaceResult and what <c>create</c> answers.</summary>
internal sealed record MadeDevice(string AssetId, string ProductKey, string DeviceKey, int CredentialVersion, EncryptedSecret? Encrypted, string? RequestId)
{
    public static MadeDevice Of(CreatedDevice created) =>
        new(created.AssetId, created.ProductKey, created.DeviceKey, created.CredentialVersion, created.Secret, created.RequestId);

    public void Write(Utf8JsonWriter json, DeviceSecret? clear)
    {
        json.WriteStartObject();
        json.WriteString("assetId", AssetId);
        json.WriteString("productKey", ProductKey);
        json.WriteString("deviceKey", DeviceKey);
        if (clear is not null)
        {
            json.WriteString("deviceSecret", clear.Reveal().Span);
        }

        if (Encrypted is not null)
        {
            json.WriteString("deviceSecret", Encrypted.DeviceSecret);
            json.WriteString("sessionKey", Encrypted.SessionKey);
        }

        json.WriteEndObject();
    }
}
