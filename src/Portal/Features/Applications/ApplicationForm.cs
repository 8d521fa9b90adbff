using Portal.Core.Access;
using Portal.Core.Applications;

namespace Portal.Features.Applications;

/// <summary>What a person fills in about an application.</summary>
public sealed class ApplicationForm
{
    /// <summary>What an application can be given, from the harmless to the grave.</summary>
    public static IReadOnlyList<Right> Grantable { get; } = [Right.Read, Right.Replace, Right.ManageDevices, Right.ReadSecrets];

    public string? Name { get; set; }

    public Right Rights { get; private set; } = Right.Read | Right.Replace;

    public bool AllowsClearText { get; set; }

    public string? BearerClientId { get; set; }

    /// <summary>Without blanks at the ends; nothing if it is empty.</summary>
    public string? GivenClientId => string.IsNullOrWhiteSpace(BearerClientId) ? null : BearerClientId.Trim();

    public static ApplicationForm Of(ApplicationSummary application) => new()
    {
        Name = application.Name,
        Rights = application.Rights,
        AllowsClearText = application.AllowsClearText,
        BearerClientId = application.BearerClientId,
    };

    public bool Has(Right right) => Rights.HasFlag(right);

    public void Set(Right right, bool isGiven) => Rights = isGiven ? Rights | right : Rights & ~right;
}
