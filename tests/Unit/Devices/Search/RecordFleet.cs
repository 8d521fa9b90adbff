using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Portal.Core.Devices;
using Portal.Core.Organizations;
using Portal.Core.Products;
using Portal.Core.Secrets;
using Unit.Support;

namespace Unit.Devices.Search;

/// <summary>An expression, and what it says worked out on one device without the parser, its tree or SQL.</summary>
internal sealed record Claim(string Text, Func<Device, bool> Holds);

/// <summary>A random fleet, random expressions over it, and what a search by them must find.</summary>
internal sealed class RecordFleet(TestPortal portal, Random random)
{
    private static readonly string[] s_parts = ["ab", "AB", "a1", "-", "%", "x:y", "inv", "INV", "风", "Ü", "\"", "'", @"\", "_", "*", " or "];
    private static readonly string[] s_names = ["inverter", "Inverter", "met", "北站", "逆变器 3", "a_b", "50%", "\"q\"", "O'Neil", @"c\d", "NEAR"];
    private static readonly string[] s_members = ["site", "Site", "a-b/c_d", "n", "fw"];
    private static readonly string[] s_values = ["5", "5.0", "-3", "2e3", "true", "false", "null", "Berlin", "berlin", "it's", "{}", "", "风"];

    public List<Device> Devices { get; } = [];

    public long OrganizationNumber { get; private set; }

    public async Task FillAsync(int count)
    {
        var products = new List<Product>();
        foreach (var (organizationId, keys) in new[] { (TestPortal.Organization, new[] { "INV-1", "inv-1", "met'er" }), (TestPortal.OtherOrganization, ["other-1"]) })
        {
            var organization = await portal.AddOrganizationAsync(organizationId);
            await portal.WriteAsync(db => db.Products.AddRange(keys.Select((key, i) => new Product
            {
                OrganizationNumber = organization.Number,
                ProductKey = key,
                Name = key,
                ModelId = i == 0 ? "model-A" : "model-B",
                Type = i == 1 ? ProductType.Gateway : ProductType.Device,
            })));
        }

        products.AddRange(await portal.ReadAsync(db => db.Products.AsNoTracking().ToListAsync()));
        OrganizationNumber = products[0].OrganizationNumber;
        await portal.WriteAsync(db => db.Devices.AddRange(Enumerable.Range(1, count).Select(i => NewDevice(i, products[random.Next(products.Count)]))));
        Devices.AddRange(await portal.ReadAsync(db => db.Devices.AsNoTracking().Include(device => device.Product).ToListAsync()));
    }

    /// <summary>Asset IDs of the organization, the newest first.</summary>
    public List<string> Expect(Claim? claim) => [.. Devices.Where(device => device.OrganizationNumber == OrganizationNumber && claim?.Holds(device) != false)
        .OrderByDescending(device => device.CreatedAt).ThenByDescending(device => device.Id).Select(device => device.AssetId)];

    public Claim RandomClaim(int depth = 3)
    {
        var kind = depth == 0 ? 9 : random.Next(10);
        if (kind < 4)
        {
            var parts = Enumerable.Range(0, random.Next(2, 4)).Select(_ => RandomClaim(depth - 1)).ToList();
            return kind < 2
                ? new Claim($"({string.Join(" and ", parts.Select(part => part.Text))})", device => parts.TrueForAll(part => part.Holds(device)))
                : new Claim($"({string.Join(" OR ", parts.Select(part => part.Text))})", device => parts.Exists(part => part.Holds(device)));
        }

        if (kind == 4)
        {
            var part = RandomClaim(depth - 1);
            return new Claim($"not {part.Text}", device => !part.Holds(device));
        }

        return RandomComparison(Devices[random.Next(Devices.Count)]);
    }

    private Claim RandomComparison(Device device) => random.Next(15) switch
    {
        0 => OneOf("assetId", device.AssetId, other => other.AssetId),
        1 or 2 => OneOf("deviceKey", device.DeviceKey, other => other.DeviceKey),
        3 => OneOf("productKey", device.Product!.ProductKey, other => other.Product!.ProductKey),
        4 => Text("productType", "=", random.Next(2) == 0 ? "Gateway" : "Device", (other, value) => other.Product!.Type.ToString() == value),
        5 => OneOf("modelId", device.Product!.ModelId, other => other.Product!.ModelId),
        6 => Text("modelId", "!=", device.Product!.ModelId, (other, value) => other.Product!.ModelId != value),
        7 => Text("firmwareVersion", "=", "1.0", (_, _) => false),
        8 => OneOf("status", StatusText((DeviceStatus)random.Next(4)), other => StatusText(other.Status)),
        9 or 10 => Name(device),
        11 => Member("deviceTags", other => other.Tags, isNumberKnown: false),
        12 => Member("deviceAttributes", other => other.Attributes, isNumberKnown: true),
        13 => Exists("deviceTags", other => other.Tags),
        _ => Exists("deviceAttributes", other => other.Attributes),
    };

    private static string StatusText(DeviceStatus status) => status == DeviceStatus.Disabled ? "disable" : status.ToString().ToLowerInvariant();

    private Claim Text(string field, string comparison, string value, Func<Device, string, bool> holds) =>
        new($"{field} {comparison} {Quote(value)}", device => holds(device, value));

    private Claim OneOf(string field, string value, Func<Device, string> of)
    {
        if (random.Next(2) == 0)
        {
            return Text(field, "=", value, (device, wanted) => of(device) == wanted);
        }

        string[] values = [value, field == "status" ? "online" : random.Next(2) == 0 ? of(Devices[random.Next(Devices.Count)]) : value.ToUpperInvariant()];
        return new Claim($"{field} in ({string.Join(", ", values.Select(Quote))})", device => values.Contains(of(device)));
    }

    private Claim Name(Device device)
    {
        var names = new[] { device.Name, device.NameZh, device.NameEn }.OfType<string>().ToArray();
        var name = names[random.Next(names.Length)];
        var start = random.Next(name.Length);
        var piece = name.Substring(start, random.Next(1, name.Length - start + 1));
        var language = new[] { "", ".default", ".zh_CN", ".en_US", ".ja_JP" }[random.Next(5)];
        var wanted = piece is ['%', .. { Length: > 0 } part, '%'] ? part : piece; // as SQL writes that it is a part
        return Text($"deviceName{language}", "like", piece, (other, _) => (language switch
        {
            "" => [other.Name, other.NameZh ?? "", other.NameEn ?? ""],
            ".zh_CN" => [other.NameZh ?? other.Name],
            ".en_US" => [other.NameEn ?? other.Name],
            _ => new[] { other.Name },
        }).Any(text => Fold(text).Contains(Fold(wanted), StringComparison.Ordinal)));
    }

    private Claim Member(string field, Func<Device, string?> of, bool isNumberKnown)
    {
        var member = s_members[random.Next(s_members.Length)];
        var values = Enumerable.Range(0, random.Next(1, 3)).Select(_ => s_values[random.Next(s_values.Length)]).ToArray();
        bool Holds(Device device) => Find(of(device), member) is { } found && values.Any(value => IsEqual(found, value));
        string Literal(string value) => isNumberKnown && random.Next(2) == 0 && (TryNumber(value, out _) || value is "true" or "false") ? value : Quote(value);
        return values.Length > 1 ? new Claim($"{field}.{member} in ({string.Join(',', values.Select(Literal))})", Holds)
            : field == "deviceTags" && random.Next(2) == 0 ? new Claim($"{field}.{member} != {Literal(values[0])}", device => !Holds(device))
            : new Claim($"\"{field}.{member}\" = {Literal(values[0])}", Holds);
    }

    private Claim Exists(string field, Func<Device, string?> of)
    {
        var member = s_members[random.Next(s_members.Length)];
        bool Holds(Device device) => Find(of(device), member) is { ValueKind: not JsonValueKind.Null };
        return random.Next(2) == 0
            ? new Claim($"exists({field}.{member})", Holds)
            : new Claim($"not exists( {field}.{member} )", device => !Holds(device));
    }

    private static JsonElement? Find(string? json, string member) =>
        json is not null && JsonDocument.Parse(json).RootElement.TryGetProperty(member, out var found) ? found : null;

    private static bool IsEqual(JsonElement found, string value) => found.ValueKind switch
    {
        JsonValueKind.String => found.GetString() == value,
        JsonValueKind.Number => TryNumber(value, out var number) && found.GetDouble() == number,
        JsonValueKind.True => value == "true",
        JsonValueKind.False => value == "false",
        _ => false,
    };

    private static bool TryNumber(string value, out double number) => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out number);

    private static string Fold(string text) => string.Concat(text.Select(character => char.IsAsciiLetterUpper(character) ? char.ToLowerInvariant(character) : character));

    private string Quote(string value)
    {
        var quote = random.Next(2) == 0 ? "'" : "\"";
        return quote + value.Replace(quote, quote + quote, StringComparison.Ordinal) + quote;
    }

    private string Some(string[] parts, int most, string separator = "") =>
        string.Join(separator, Enumerable.Range(0, random.Next(1, most + 1)).Select(_ => parts[random.Next(parts.Length)]));

    private Device NewDevice(int number, Product product)
    {
        var id = RowNumbers.First(product.OrganizationNumber) + number;
        return new Device
        {
            Id = id,
            OrganizationNumber = product.OrganizationNumber,
            AssetId = $"{(random.Next(2) == 0 ? "As" : "as")}{number}",
            ProductId = product.Id,
            DeviceKey = random.Next(3) == 0 ? $"{Some(["k", "K"], 2)}{number / 3}" + new string('.', number % 3) : Some(s_parts, 3) + number,
            Name = Some(s_names, 3, " "),
            NameZh = random.Next(2) == 0 ? Some(["北站", "逆变器", "风机 1号"], 2) : null,
            NameEn = random.Next(2) == 0 ? Some(s_names, 2, " ") : null,
            Tags = random.Next(3) == 0 ? null : JsonSerializer.Serialize(Members().ToDictionary(member => member, _ => s_values[random.Next(s_values.Length)])),
            Attributes = random.Next(3) == 0 ? null : $"{{{string.Join(',', Members().Select(member => $"{JsonSerializer.Serialize(member)}:{AttributeValue()}"))}}}",
            TimeZone = "+00:00",
            Status = (DeviceStatus)random.Next(4),
            Version = 1,
            CreatedAt = portal.Clock.GetUtcNow().AddHours(-random.Next(1, 40)),
            Credential = new Credential { DeviceId = id, Version = 1, KeyId = "k1", Sealed = [1] },
        };
    }

    private IEnumerable<string> Members() => s_members.Where(_ => random.Next(2) == 0);

    private string AttributeValue() => random.Next(3) == 0
        ? JsonSerializer.Serialize(s_values[random.Next(s_values.Length)])
        : new[] { "5", "5.0", "-3", "2000", "true", "false", "null", "[5]", "{\"site\":5}" }[random.Next(9)];
}
