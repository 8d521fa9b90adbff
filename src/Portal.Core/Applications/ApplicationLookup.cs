using Microsoft.EntityFrameworkCore;
using Portal.Core.Commands;

namespace Portal.Core.Applications;

/// <summary>Finds the application that a command is about.</summary>
internal static class ApplicationLookup
{
    /// <summary>The application, if it exists in an organization of the caller. From here on the command belongs to that organization.</summary>
    /// <returns>Or <see cref="ApplicationNotFound"/>.</returns>
    public static async Task<Result<Application>> FindAsync(CommandScope scope, string accessKey)
    {
        if (await scope.Db.Applications.Include(application => application.Credential).FirstOrDefaultAsync(application => application.AccessKey == accessKey)
            is not { } application || !scope.Access.MayTouch(application.OrganizationNumber))
        {
            return new ApplicationNotFound(accessKey);
        }

        scope.OrganizationNumber = application.OrganizationNumber;
        return application;
    }
}
