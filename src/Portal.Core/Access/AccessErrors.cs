namespace Portal.Core.Access;

/// <summary>The session is unknown, has ended or has expired, or the person or application was disabled.</summary>
public sealed record NotSignedIn() : Error("You are no longer signed in. Sign in again to go on.");

/// <summary>EnOS code 99403, "Denied resource".</summary>
public sealed record AccessDenied(Right Right) : Error($"Your role does not include the right '{Right}'.");

/// <summary>The organization is unknown or not one of the caller's.</summary>
public sealed record OrganizationNotFound(string OrganizationId) : Error($"There is no organization '{OrganizationId}' that you may work in.");
