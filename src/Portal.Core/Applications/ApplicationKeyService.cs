using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Auditing;
using Portal.Core.Commands;
using Portal.Core.Live;

namespace Portal.Core.Applications;

/// <summary>The public keys of applications: registered and removed by who manages applications, switched by them or by the application.</summary>
public sealed class ApplicationKeyService(CommandRunner commands, IApplicationFacts facts)
{
    /// <summary>The first key is used at once. A later one waits until it is first used, unless it shall cut the old one off.</summary>
    /// <returns>Or <see cref="ApplicationNotFound"/>, <see cref="PublicKeyInvalid"/>, <see cref="RightsNotGrantable"/>.</returns>
    public Task<Result<RegisteredKey>> RegisterKeyAsync(Actor? actor, RegisterKeyRequest request)
    {
        // Before the transaction: nobody waits for it.
        var parsed = RsaPublicKey.Parse(request.PublicKey);
        return ChangeAsync<RegisteredKey>(AuditActions.PublicKeyRegistered, actor, request.AccessKey, async (scope, application, keys) =>
        {
            if (!parsed.IsSuccess)
            {
                return parsed.Error;
            }

            // Who holds the private half reads every secret that the application is sent.
            if (ApplicationRights.Check(scope.Access, application.Rights) is { } excess)
            {
                return excess;
            }

            var key = parsed.Value;
            if (keys.Find(known => known.Fingerprint == key.Fingerprint && known.State != PublicKeyState.Retired) is { } known && !(request.CutsAtOnce && known.State == PublicKeyState.Pending))
            {
                await AuditAsync(scope, application, key.Fingerprint, new { known.State, repeated = true });
                return new RegisteredKey(key.Fingerprint, key.SizeInBits, known.State == PublicKeyState.Current);
            }

            var state = request.CutsAtOnce || !keys.Exists(old => old.State == PublicKeyState.Current) ? PublicKeyState.Current : PublicKeyState.Pending;
            await RetireAsync(scope, keys, old => old.State == PublicKeyState.Pending || old.State == state);
            Put(scope, application, keys, key, state);
            await AuditAsync(scope, application, key.Fingerprint, new { key.SizeInBits, state, request.CutsAtOnce });
            return new RegisteredKey(key.Fingerprint, key.SizeInBits, state == PublicKeyState.Current);
        });
    }

    /// <summary>Nothing is sealed with the key any more. If one waits to take its place, it does.</summary>
    /// <returns>Or <see cref="ApplicationNotFound"/>, <see cref="PublicKeyNotFound"/>.</returns>
    public Task<Result<RegisteredKey>> RemoveKeyAsync(Actor? actor, string accessKey, string fingerprint) =>
        ChangeAsync<RegisteredKey>(AuditActions.PublicKeyRemoved, actor, accessKey, async (scope, application, keys) =>
        {
            if (keys.Find(known => known.Fingerprint == fingerprint && known.State != PublicKeyState.Retired) is not { } key)
            {
                return new PublicKeyNotFound(fingerprint);
            }

            var was = key.State;
            await RetireAsync(scope, keys, known => known == key);
            if (was == PublicKeyState.Current && keys.Find(known => known.State == PublicKeyState.Pending) is { } pending)
            {
                pending.State = PublicKeyState.Current;
            }

            await AuditAsync(scope, application, fingerprint, new { was });
            return new RegisteredKey(key.Fingerprint, key.SizeInBits, IsCurrent: false);
        });

    /// <summary>The key that waits is used from now on, the old one never again.</summary>
    /// <returns>Or <see cref="ApplicationNotFound"/>, <see cref="PublicKeyNotFound"/> when none waits.</returns>
    public Task<Result<RegisteredKey>> SwitchKeyAsync(Actor? actor, string accessKey) =>
        ChangeAsync<RegisteredKey>(AuditActions.PublicKeySwitched, actor, accessKey, async (scope, application, keys) =>
            keys.Find(known => known.State == PublicKeyState.Pending) is { } pending
                ? await SwitchAsync(scope, application, keys, pending, "switched by hand")
                : new PublicKeyNotFound(""));

    /// <summary>
    /// The application says by which key it reads (header <c>apim-publickey</c>): the first time it names the key that
    /// waits, that key is current and the old one retired. Naming the current one changes and audits nothing.
    /// </summary>
    /// <returns>Or <see cref="PublicKeyMissing"/> for any other key, <see cref="AccessDenied"/> for a person.</returns>
    public async Task<Result<RegisteredKey>> UseKeyAsync(Actor? actor, string fingerprint)
    {
        if (actor is { Issuer: ApplicationIdentity.Issuer } && facts.FindCurrentKey(actor.Subject, fingerprint) is { } current)
        {
            return current;
        }

        // What the call itself asks for is yet to come: it is not used up by this.
        return await commands.RunAsync<RegisteredKey>(new Command(AuditActions.PublicKeySwitched, Right.None, actor?.WithoutCall()), async scope =>
        {
            if (scope.Access.Application is not { } caller)
            {
                return new AccessDenied(Right.ReadSecrets);
            }

            scope.OrganizationNumber = caller.Organization.Number;
            var keys = await scope.Db.ApplicationPublicKeys.Where(key => key.ApplicationId == caller.ApplicationId).ToListAsync();
            if (keys.Find(known => known.Fingerprint == fingerprint) is not { State: not PublicKeyState.Retired } key)
            {
                return new PublicKeyMissing();
            }

            var application = await scope.Db.Applications.SingleAsync(known => known.Id == caller.ApplicationId);
            return await SwitchAsync(scope, application, keys, key, "first used");
        });
    }

    private Task<Result<T>> ChangeAsync<T>(
        string action, Actor? actor, string accessKey, Func<CommandScope, Application, List<ApplicationPublicKey>, Task<Result<T>>> change)
        where T : notnull =>
        commands.RunAsync<T>(new Command(action, Right.ManageApplications, actor), async scope =>
        {
            var found = await ApplicationLookup.FindAsync(scope, accessKey);
            if (!found.IsSuccess)
            {
                return found.Error;
            }

            var application = found.Value;
            return await change(scope, application, await scope.Db.ApplicationPublicKeys.Where(key => key.ApplicationId == application.Id).ToListAsync());
        });

    private static async Task<RegisteredKey> SwitchAsync(
        CommandScope scope, Application application, List<ApplicationPublicKey> keys, ApplicationPublicKey key, string why)
    {
        await RetireAsync(scope, keys, known => known.State == PublicKeyState.Current && known != key);
        key.State = PublicKeyState.Current;
        await AuditAsync(scope, application, key.Fingerprint, new { why });
        return new RegisteredKey(key.Fingerprint, key.SizeInBits, IsCurrent: true);
    }

    /// <summary>Saved by itself: at no moment are there two current keys, which an index would refuse.</summary>
    private static async Task RetireAsync(CommandScope scope, List<ApplicationPublicKey> keys, Predicate<ApplicationPublicKey> which)
    {
        foreach (var key in keys.FindAll(key => key.State != PublicKeyState.Retired && which(key)))
        {
            (key.State, key.RetiredAt) = (PublicKeyState.Retired, scope.Now);
        }

        await scope.Db.SaveChangesAsync();
    }

    /// <summary>A key that was retired may come again: its row is used again.</summary>
    private static void Put(CommandScope scope, Application application, List<ApplicationPublicKey> keys, RsaPublicKey key, PublicKeyState state)
    {
        if (keys.Find(known => known.Fingerprint == key.Fingerprint) is { } known)
        {
            (known.State, known.RetiredAt) = (state, null);
            return;
        }

        scope.Db.ApplicationPublicKeys.Add(new ApplicationPublicKey
        {
            ApplicationId = application.Id,
            Spki = key.Spki,
            Fingerprint = key.Fingerprint,
            SizeInBits = key.SizeInBits,
            CreatedAt = scope.Now,
            State = state,
        });
    }

    private static Task AuditAsync(CommandScope scope, Application application, string fingerprint, object change)
    {
        scope.Publish(new ApplicationChangedEvent(application.OrganizationNumber, application.AccessKey));
        return scope.AuditAsync(application.OrganizationNumber, null, new { application.AccessKey, application.Name, keyFingerprint = fingerprint, change });
    }
}
