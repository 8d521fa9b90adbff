#:property PublishAot=false
// Opens the device secret in an answer of the portal. Needs the .NET 10 SDK, nothing else.
//     dotnet run replace.cs ASSET_ID NEW_DEVICE_KEY --secret | dotnet run decrypt.cs PRIVATE_KEY.pem
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

using var answer = JsonDocument.Parse(Console.In.ReadToEnd());
var data = answer.RootElement.GetProperty("data");

// sessionKey: 32 bytes, wrapped by RSA-OAEP with SHA-256 for the public key of the application.
using var rsa = RSA.Create();
rsa.ImportFromPem(File.ReadAllText(args[0]));
var sessionKey = rsa.Decrypt(data.GetProperty("sessionKey").GetBytesFromBase64(), RSAEncryptionPadding.OaepSHA256);

// deviceSecret: 12 bytes nonce, the ciphertext, 16 bytes tag of AES-256-GCM under the session key.
var sealedSecret = data.GetProperty("deviceSecret").GetBytesFromBase64();
var secret = new byte[sealedSecret.Length - 28];
using var aes = new AesGcm(sessionKey, tagSizeInBytes: 16);
aes.Decrypt(sealedSecret.AsSpan(..12), sealedSecret.AsSpan(12..^16), sealedSecret.AsSpan(^16..), secret);
Console.WriteLine(Encoding.UTF8.GetString(secret));
