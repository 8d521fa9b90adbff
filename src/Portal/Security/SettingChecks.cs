using System.ComponentModel.DataAnnotations;
using Portal.Authentication;
using Portal.Broker;
using Portal.BrokerHooks;
using Portal.ConnectApi;
using Portal.Core.Access;
using Portal.Core.Applications;
using Portal.Core.AuditReview;
using Portal.Core.Connections;
using Portal.Core.Imports;
using Portal.Core.Persistence;
using Portal.Core.Products;
using Portal.Core.Reveals;
using Portal.Core.Secrets;
using SessionOptions = Portal.Core.Sessions.SessionOptions;

namespace Portal.Security;

/// <summary>Settings that are there and cannot be right.</summary>
internal static class SettingChecks
{
    /// <summary>Each with the name of its setting.</summary>
    public static IEnumerable<string> Faults(IConfiguration configuration) =>
    [
        .. Of<OidcOptions>(configuration, OidcOptions.SectionName), .. Of<AuditOptions>(configuration, AuditOptions.SectionName),
        .. Of<ConnectOptions>(configuration, ConnectOptions.SectionName), .. Of<TokenOptions>(configuration, TokenOptions.SectionName), .. Of<ProductOptions>(configuration, ProductOptions.SectionName),
        .. Of<DatabaseOptions>(configuration, DatabaseOptions.SectionName), .. Of<ImportOptions>(configuration, ImportOptions.SectionName),
        .. Of<RevealOptions>(configuration, RevealOptions.SectionName), .. Of<SecretOptions>(configuration, SecretOptions.SectionName),
        .. Of<HookOptions>(configuration, HookOptions.SectionName),
        .. Of<SessionOptions>(configuration, SessionOptions.SectionName), .. Roles(configuration),
        .. Broker(configuration),
    ];

    private static IEnumerable<string> Of<T>(IConfiguration configuration, string section)
        where T : class, new()
    {
        var results = new List<ValidationResult>();
        try
        {
            var options = configuration.GetSection(section).Get<T>() ?? new T();
            Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        }
        catch (InvalidOperationException exception)
        {
            // "Failed to convert configuration value 'x' at 'Section:Name' to type ...".
            return [exception.Message];
        }

        // StartChecks has more to say about a missing client ID.
        return results.Where(result => !result.MemberNames.Contains(nameof(OidcOptions.ClientId))).Select(result => $"{string.Join(", ", result.MemberNames.Select(name => $"{section}:{name}"))}: {result.ErrorMessage}");
    }

    private static IEnumerable<string> Broker(IConfiguration configuration)
    {
        string[] faults = [.. Of<ConnectionOptions>(configuration, ConnectionOptions.SectionName)];
        return faults.Length > 0 ? faults : BrokerSettings.Faults(configuration);
    }

    private static IEnumerable<string> Roles(IConfiguration configuration) =>
        configuration.GetSection($"{AccessOptions.SectionName}:{nameof(AccessOptions.Roles)}").GetChildren()
            .Where(role => Role.Find(role.Value ?? "") is null)
            .Select(role => $"{role.Path} is '{role.Value}', which is no role: set one of {string.Join(", ", Role.All.Select(known => known.Name))}.");
}
