using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Core.Auditing;
using Portal.Core.Commands;
using Portal.Core.Secrets;

namespace Portal.Core.SampleFleet;

/// <summary>How to call as the demo application; its secret key comes from <see cref="DemoApplication.OpenSecretKey"/>.</summary>
public sealed record DemoApplicationKeys(string AccessKey, string OrganizationId, string PrivateKeyFile);

/// <summary>
/// The application <c>demo</c> of Development, for trying the API out: the same access key and secret key at every start,
/// and the private half of its key pair in a file. Never outside Development: whoever reads the console could call as it.
/// </summary>
public sealed class DemoApplication(CommandRunner commands, IApplicationFacts facts, ApplicationCredentials credentials)
{
    public const string Name = "demo";

    private const int KeySizeInBits = 3072;
    private const Right Rights = Right.Read | Right.Replace | Right.ManageDevices;

    /// <summary>Makes what is missing: the application, its key pair, the file.</summary>
    /// <param name="privateKeyFile">PKCS #8 PEM. One that is there is used, also with a new database.</param>
    /// <returns>Or <see cref="BearerClientInUse"/>: somebody gave another application the client ID <see cref="Name"/>.</returns>
    public Task<Result<DemoApplicationKeys>> SeedAsync(string privateKeyFile)
    {
        var key = ReadOrMakeKey(privateKeyFile);
        return commands.RunAsPortalAsync<DemoApplicationKeys>(new Command(AuditActions.ApplicationCreated, Right.None, null), async scope =>
        {
            var organization = SampleOrganizations.Westerly;
            scope.OrganizationNumber = organization.Number;
            var application = await scope.Db.Applications.FirstOrDefaultAsync(known =>
                known.OrganizationNumber == organization.Number && known.Name == Name && known.CreatedByName == CommandRunner.Portal.Name);
            var isNew = application is null;
            application ??= Add(scope, organization);
            if (!await scope.TrySaveAsync())
            {
                return new BearerClientInUse(Name);
            }

            var hasKey = await UseAsync(scope, application.Id, key);
            if (isNew || !hasKey)
            {
                await scope.AuditAsync(organization.Number, null, new { application.AccessKey, application.Name, rights = Rights.ToString(), keyFingerprint = key.Fingerprint });
            }
            else
            {
                scope.NothingToAudit();
            }

            return new DemoApplicationKeys(application.AccessKey, organization.OrganizationId, privateKeyFile);
        });
    }

    /// <summary>Dispose it as soon as it is written. Nothing when somebody disabled or deleted the application.</summary>
    public SecretKey? OpenSecretKey(DemoApplicationKeys keys) => facts.FindByAccessKey(keys.AccessKey) is { Name: Name } application
        ? credentials.Open(application).Value
        : null;

    private Application Add(CommandScope scope, SampleOrganization organization)
    {
        var accessKey = Guid.NewGuid().ToString();
        return scope.Db.Applications.Add(new Application
        {
            OrganizationNumber = organization.Number,
            AccessKey = accessKey,
            Name = Name,
            Rights = Rights,
            BearerClientId = Name,
            Version = 1,
            CreatedAt = scope.Now,
            CreatedByName = scope.Actor.Name,
            ChangedAt = scope.Now,
            ChangedByName = scope.Actor.Name,
            Credential = credentials.Create(organization.Number, accessKey),
        }).Entity;
    }

    /// <summary>Makes the key of the file the current one.</summary>
    /// <returns>Whether it was.</returns>
    private static async Task<bool> UseAsync(CommandScope scope, long applicationId, RsaPublicKey key)
    {
        var keys = await scope.Db.ApplicationPublicKeys.Where(known => known.ApplicationId == applicationId).ToListAsync();
        var present = keys.Find(known => known.Fingerprint == key.Fingerprint);
        if (present is { State: PublicKeyState.Current })
        {
            return true;
        }

        foreach (var old in keys.Where(old => old.State != PublicKeyState.Retired))
        {
            (old.State, old.RetiredAt) = (PublicKeyState.Retired, scope.Now);
        }

        await scope.TrySaveAsync();
        present ??= scope.Db.ApplicationPublicKeys.Add(new ApplicationPublicKey
        {
            ApplicationId = applicationId,
            Spki = key.Spki,
            Fingerprint = key.Fingerprint,
            SizeInBits = key.SizeInBits,
            CreatedAt = scope.Now,
        }).Entity;
        (present.State, present.RetiredAt) = (PublicKeyState.Current, null);
        return false;
    }

    private static RsaPublicKey ReadOrMakeKey(string path)
    {
        using var rsa = RSA.Create(KeySizeInBits);
        if (File.Exists(path))
        {
            rsa.ImportFromPem(File.ReadAllText(path));
        }
        else
        {
            WriteNew(path, rsa.ExportPkcs8PrivateKeyPem());
        }

        return RsaPublicKey.Parse(rsa.ExportSubjectPublicKeyInfoPem()).Value
            ?? throw new InvalidDataException($"{path} holds no key that can be used. Delete it, and a new one is made.");
    }

    /// <summary>So that only the owner of the process can read it.</summary>
    private static void WriteNew(string path, string pem)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(path, options);
        writer.Write(pem);
    }
}
