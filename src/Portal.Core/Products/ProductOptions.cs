using System.ComponentModel.DataAnnotations;

namespace Portal.Core.Products;

/// <summary>Section <c>Products</c>. EnOS limits both; a portal's fleets are larger than its limit of devices.</summary>
public sealed class ProductOptions
{
    public const string SectionName = "Products";

    /// <summary>Most products of an organization; 0: no limit.</summary>
    [Range(0, int.MaxValue)]
    public int MaxProducts { get; set; } = 2000;

    /// <summary>Most devices of a product that commands create (EnOS: 10,000); 0: no limit.</summary>
    [Range(0, int.MaxValue)]
    public int MaxDevices { get; set; }
}
