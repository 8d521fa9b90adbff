using Microsoft.EntityFrameworkCore;
using Portal.Core.Access;
using Portal.Core.Auditing;
using Portal.Core.Commands;
using Portal.Core.Live;
using Portal.Core.Reveals;

namespace Portal.Core.Applications;

/// <summary>Creates and changes applications and their secret keys. Right <see cref="Right.ManageApplications"/>.</summary>
public sealed class ApplicationService(CommandRunner commands, ApplicationCredentials credentials, RevealGrants grants)
{
    /// <returns>
    /// The access key and the right to see the secret key, or <see cref="OrganizationNotFound"/>, <see cref="FieldInvalid"/>,
    /// <see cref="RightsNotGrantable"/>, <see cref="BearerClientInUse"/>.
    /// </returns>
    public Task<Result<CreatedApplication>> CreateAsync(Actor? actor, CreateApplicationRequest request)
    {
        var command = new Command(AuditActions.ApplicationCreated, Right.ManageApplications, actor) { OperationId = request.OperationId, Request = request };
        return commands.RunAsync<CreatedApplication>(command, async scope =>
        {
            if (scope.Access.Organization(request.OrganizationId) is not { } organization)
            {
                return new OrganizationNotFound(request.OrganizationId);
            }

            scope.OrganizationNumber = organization.Number;
            if (Check(request.Name, request.BearerClientId, ApplicationRights.Check(scope.Access, request.Rights)) is { } fault)
            {
                return fault;
            }

            var application = Make(scope, organization.Number, request);
            if (!await scope.TrySaveAsync())
            {
                return new BearerClientInUse(application.BearerClientId ?? "");
            }

            await scope.AuditAsync(organization.Number, null, new
            {
                application.AccessKey,
                application.Name,
                rights = application.Rights.ToString(),
                application.AllowsClearText,
                application.BearerClientId,
            });
            return Reveal(scope, application);
        });
    }

    /// <returns>
    /// Or <see cref="ApplicationNotFound"/>, <see cref="ApplicationChanged"/>, <see cref="FieldInvalid"/>,
    /// <see cref="RightsNotGrantable"/>, <see cref="BearerClientInUse"/>.
    /// </returns>
    public Task<Result<ChangedApplication>> EditAsync(Actor? actor, EditApplicationRequest request) =>
        ChangeAsync(AuditActions.ApplicationEdited, actor, request.AccessKey, async (scope, application) =>
        {
            if (request.SeenVersion is { } seen && seen != application.Version)
            {
                return (new ApplicationChanged(application.AccessKey, application.ChangedByName, application.ChangedAt), null);
            }

            // What it has already stays; whose bearer tokens it takes is as good as its secret key.
            var clientId = FieldText.OrNull(request.BearerClientId);
            var given = clientId is null || clientId == application.BearerClientId ? request.Rights & ~application.Rights : request.Rights;
            if (Check(request.Name, clientId, ApplicationRights.Check(scope.Access, given)) is { } fault)
            {
                return (fault, null);
            }

            var from = Describe(application);
            application.Name = request.Name.Trim();
            application.Rights = request.Rights;
            application.AllowsClearText = request.AllowsClearText;
            application.BearerClientId = clientId;
            return await scope.TrySaveAsync() ? (null, new { from, to = Describe(application) }) : (new BearerClientInUse(clientId ?? ""), null);
        });

    /// <summary>Gives the application a new secret key; the old one and its token die at the commit.</summary>
    /// <returns>Or <see cref="ApplicationNotFound"/>, <see cref="RightsNotGrantable"/>: who sees the secret key may do what the application may.</returns>
    public Task<Result<CreatedApplication>> RotateSecretAsync(Actor? actor, string accessKey, string? operationId = null)
    {
        var command = new Command(AuditActions.ApplicationSecretRotated, Right.ManageApplications, actor) { OperationId = operationId, Request = accessKey };
        return commands.RunAsync<CreatedApplication>(command, async scope =>
        {
            var found = await ApplicationLookup.FindAsync(scope, accessKey);
            if (!found.IsSuccess)
            {
                return found.Error;
            }

            var application = found.Value;
            if (ApplicationRights.Check(scope.Access, application.Rights) is { } excess)
            {
                return excess;
            }

            var fingerprint = credentials.Renew(application);
            DropToken(application);
            Touch(scope, application);
            await RevealGrants.CloseOfApplicationAsync(scope, application.Id, RevealCloseReason.Superseded);
            await scope.AuditAsync(application.OrganizationNumber, null, new { accessKey, application.Name, secretVersion = application.Credential.Version, fingerprint });
            return Reveal(scope, application);
        });
    }

    /// <summary>From now on nothing the application asks for is done.</summary>
    /// <returns>Or <see cref="ApplicationNotFound"/>.</returns>
    public Task<Result<ChangedApplication>> DisableAsync(Actor? actor, string accessKey) =>
        ChangeAsync(AuditActions.ApplicationDisabled, actor, accessKey, async (scope, application) =>
        {
            application.DisabledAt ??= scope.Now;
            DropToken(application);
            await RevealGrants.CloseOfApplicationAsync(scope, application.Id, RevealCloseReason.Revoked);
            return (null, new { application.AccessKey, application.Name });
        });

    /// <returns>Or <see cref="ApplicationNotFound"/>.</returns>
    public Task<Result<ChangedApplication>> EnableAsync(Actor? actor, string accessKey) =>
        ChangeAsync(AuditActions.ApplicationEnabled, actor, accessKey, (_, application) =>
        {
            application.DisabledAt = null;
            return Task.FromResult<(Error?, object?)>((null, new { application.AccessKey, application.Name }));
        });

    /// <summary>Removes the application with its keys; what it did stays in the audit trail.</summary>
    /// <returns>Or <see cref="ApplicationNotFound"/>.</returns>
    public Task<Result<ChangedApplication>> DeleteAsync(Actor? actor, string accessKey) =>
        ChangeAsync(AuditActions.ApplicationDeleted, actor, accessKey, async (scope, application) =>
        {
            await RevealGrants.CloseOfApplicationAsync(scope, application.Id, RevealCloseReason.Superseded);
            scope.Db.Applications.Remove(application);
            return (null, Describe(application));
        });

    private Task<Result<ChangedApplication>> ChangeAsync(
        string action, Actor? actor, string accessKey, Func<CommandScope, Application, Task<(Error? Fault, object? Detail)>> change) =>
        commands.RunAsync<ChangedApplication>(new Command(action, Right.ManageApplications, actor), async scope =>
        {
            var found = await ApplicationLookup.FindAsync(scope, accessKey);
            if (!found.IsSuccess)
            {
                return found.Error;
            }

            var application = found.Value;
            var (fault, detail) = await change(scope, application);
            if (fault is not null)
            {
                return fault;
            }

            Touch(scope, application);
            await scope.AuditAsync(application.OrganizationNumber, null, detail!);
            return new ChangedApplication(application.AccessKey, application.Name, application.DisabledAt, application.Version);
        });

    private Application Make(CommandScope scope, long organizationNumber, CreateApplicationRequest request)
    {
        var accessKey = Guid.NewGuid().ToString();
        var application = new Application
        {
            OrganizationNumber = organizationNumber,
            AccessKey = accessKey,
            Name = request.Name.Trim(),
            Rights = request.Rights,
            AllowsClearText = request.AllowsClearText,
            BearerClientId = FieldText.OrNull(request.BearerClientId),
            Version = 1,
            CreatedAt = scope.Now,
            CreatedByName = scope.Actor.Name,
            ChangedAt = scope.Now,
            ChangedByName = scope.Actor.Name,
            Credential = credentials.Create(organizationNumber, accessKey),
        };
        scope.Db.Applications.Add(application);
        scope.Publish(new ApplicationChangedEvent(organizationNumber, accessKey));
        return application;
    }

    private CreatedApplication Reveal(CommandScope scope, Application application) => new(
        application.AccessKey,
        grants.OpenOfApplication(
            scope, application.Id, application.OrganizationNumber, application.AccessKey, application.Name, application.Credential.Version).Id);

    private static Error? Check(string? name, string? bearerClientId, RightsNotGrantable? excess) =>
        (Error?)ApplicationFields.Check(name, bearerClientId) ?? excess;

    private static object Describe(Application application) => new
    {
        application.AccessKey,
        application.Name,
        rights = application.Rights.ToString(),
        application.AllowsClearText,
        application.BearerClientId,
    };

    private static void DropToken(Application application) => (application.TokenId, application.TokenExpiresAt) = (null, null);

    private static void Touch(CommandScope scope, Application application)
    {
        application.Version++;
        application.ChangedAt = scope.Now;
        application.ChangedByName = scope.Actor.Name;
        scope.Publish(new ApplicationChangedEvent(application.OrganizationNumber, application.AccessKey));
    }
}
