using Portal.Core.Organizations;
using Portal.Core.Secrets;

namespace Portal.Core.Products;

public enum ProductType
{
    Device = 0,
    Gateway = 1,
}

/// <summary>The type that devices are created from. Its key is globally unique: a device signs in without naming its organization.</summary>
public sealed class Product
{
    public long Id { get; init; }

    public long OrganizationNumber { get; init; }

    public Organization? Organization { get; init; }

    public required string ProductKey { get; init; }

    public required string Name { get; set; }

    /// <summary>Simplified Chinese name, where there is one.</summary>
    public string? NameZh { get; set; }

    /// <summary>English name, where there is one beside <see cref="Name"/>.</summary>
    public string? NameEn { get; set; }

    public string? Description { get; set; }

    public ProductType Type { get; init; }

    /// <summary>EnOS asset model, e.g. <c>EnOS_Solar_Inverter</c>.</summary>
    public required string ModelId { get; init; }

    /// <summary>Devices may sign in with a SHA-1 digest, as old clients do. Weak; off unless somebody switched it on.</summary>
    public bool AllowsSha1 { get; set; }

    /// <summary>Devices that were never activated may fetch their secret with the product's (EnOS dynamic activation).</summary>
    public bool AllowsActivation { get; set; }

    /// <summary>The product's own secret, once one was made.</summary>
    public ProductCredential? Credential { get; set; }

    public DateTimeOffset CreatedAt { get; init; }
}
