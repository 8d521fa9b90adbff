using Microsoft.AspNetCore.Authorization;
using Portal.Core.Access;

namespace Portal.Authentication;

/// <summary>Who may open a page or call an endpoint. Without one of these: whoever may read in at least one organization.</summary>
public static class PortalPolicies
{
    public const string Replace = nameof(Right.Replace);
    public const string ManageDevices = nameof(Right.ManageDevices);
    public const string ManageApplications = nameof(Right.ManageApplications);
    public const string ManagePeople = nameof(Right.ManagePeople);
    public const string ReadAudit = nameof(Right.ReadAudit);

    /// <summary>Signed in, even without any right.</summary>
    public const string SignedIn = nameof(SignedIn);

    public static void AddPortalPolicies(this IServiceCollection services)
    {
        services.AddSingleton<IAuthorizationHandler, RightHandler>();
        var builder = services.AddAuthorizationBuilder()
            .AddPolicy(SignedIn, policy => policy.RequireAuthenticatedUser())
            .SetDefaultPolicy(Requiring(Right.Read))
            .SetFallbackPolicy(Requiring(Right.Read));
        foreach (var right in Enum.GetValues<Right>())
        {
            builder.AddPolicy(right.ToString(), Requiring(right));
        }
    }

    private static AuthorizationPolicy Requiring(Right right) =>
        new AuthorizationPolicyBuilder().RequireAuthenticatedUser().AddRequirements(new RightRequirement(right)).Build();

    private sealed record RightRequirement(Right Right) : IAuthorizationRequirement;

    private sealed class RightHandler(AccessRules rules) : AuthorizationHandler<RightRequirement>
    {
        protected override async Task HandleRequirementAsync(AuthorizationHandlerContext context, RightRequirement requirement)
        {
            var access = await rules.RequireAsync(context.User.ToActor(), requirement.Right);
            if (access.IsSuccess && access.Value.Organizations.Count > 0)
            {
                context.Succeed(requirement);
            }
        }
    }
}
