using Microsoft.EntityFrameworkCore;
using Portal.Core.Devices;
using Portal.Core.Devices.Search;
using Portal.Core.Organizations;
using Portal.Core.Products;
using Portal.Core.Replacements;
using Portal.Core.Reveals;
using Portal.Core.Secrets;
using Unit.Support;
using Comparison = Portal.Core.Expressions.Filter<Portal.Core.Devices.Search.DeviceField>.Comparison;

namespace Unit.Devices.Search;

/// <summary>A random fleet, and what a search over it must find, worked out row by row.</summary>
internal sealed class SearchFleet(TestPortal portal, Random random)
{
    private static readonly string[] s_parts = ["ab", "AB", "a1", "-", "_", "%", "x:y", "inv", "INV", "风", "逆变器", "Ü", "9", "0012", "\"", "*"];
    private static readonly string[] s_words = ["inverter", "Inverter", "met", "北站", "逆变器 3", "a_b", "50%", "\"q\"", "O'Neil", "NEAR"];

    private readonly List<Device> _devices = [];
    private readonly List<Product> _products = [];
    private List<Replacement> _replacements = [];
    private List<RevealGrant> _grants = [];

    public long OrganizationNumber { get; private set; }

    public async Task FillAsync(int count)
    {
        foreach (var (organizationId, keys) in new[] { (TestPortal.Organization, new[] { "INV-1", "inv-2", "met" }), (TestPortal.OtherOrganization, ["other-1", "inv-other"]) })
        {
            foreach (var key in keys)
            {
                _products.Add(await portal.AddProductAsync(key, organizationId));
            }
        }

        OrganizationNumber = _products[0].OrganizationNumber;
        await portal.WriteAsync(db =>
        {
            for (var i = 1; i <= count; i++)
            {
                db.Devices.Add(NewDevice(i));
            }
        });
        for (var i = 0; i < count / 2; i++)
        {
            await ReplaceOneAsync();
        }

        await LoadAsync();
    }

    public string RandomText()
    {
        var device = _devices[random.Next(_devices.Count)];
        string Piece(string text)
        {
            var start = random.Next(text.Length);
            return text.Substring(start, random.Next(1, text.Length - start + 1));
        }

        string Term() => random.Next(17) switch
        {
            0 or 1 => DeviceTerm.Of(DeviceField.Text, Piece(device.DeviceKey)).ToString(),
            2 => DeviceTerm.Of(DeviceField.Text, Piece(device.Name)).ToString(),
            3 => DeviceTerm.Of(DeviceField.Text, device.AssetId).ToString(),
            4 => device.NameZh is null ? device.DeviceKey[..1] : DeviceTerm.Of(DeviceField.Text, Piece(device.NameZh)).ToString(),
            5 => _replacements.Count > 0 ? DeviceTerm.Of(DeviceField.Text, Piece(_replacements[random.Next(_replacements.Count)].OldDeviceKey)).ToString() : "x",
            6 => DeviceTerm.Of(DeviceField.Former, _replacements.Count > 0 ? Piece(_replacements[random.Next(_replacements.Count)].OldDeviceKey) : "x").ToString(),
            7 => random.Next(2) == 0 ? "status:inactive" : "status:online,disabled",
            8 => random.Next(2) == 0 ? "product:inv*" : "product:met,inv-2",
            9 => DeviceTerm.Of(DeviceField.Key, device.DeviceKey[..random.Next(1, device.DeviceKey.Length)]).ToString(),
            10 => DeviceTerm.Of(DeviceField.Asset, device.AssetId[..random.Next(1, device.AssetId.Length)], "a").ToString(),
            11 => random.Next(2) == 0 ? "replaced:<7d" : "replaced:>7d",
            12 => random.Next(2) == 0 ? "seen:<2d" : "seen:>2d",
            13 => new[] { "state:awaiting", "state:connected", "state:superseded", "state:awaiting,superseded" }[random.Next(4)],
            14 => new[] { "secret:confirmed", "secret:not-confirmed", "secret:never-confirmed", "secret:not-requested,confirmed" }[random.Next(4)],
            15 => random.Next(2) == 0 ? "reason:broken" : "reason:stolen,other",
            _ => random.Next(2) == 0 ? "created:<10d" : "created:>10d",
        };
        return string.Join(' ', Enumerable.Range(0, random.Next(0, 4)).Select(_ => Term()));
    }

    public DeviceSearch Search(string text, DeviceSort sort, bool descending)
    {
        var now = portal.Clock.GetUtcNow();
        var query = DeviceQueryText.Parse(text);
        return new DeviceSearch(OrganizationNumber, query.Value?.ToFilter() ?? throw new InvalidOperationException($"{text}: {query.Error}"))
        {
            Sort = sort,
            Descending = descending,
            Now = now,
            SteadyNow = now,
        };
    }

    /// <summary>Asset IDs in the order of the search.</summary>
    public List<string> Expect(DeviceSearch search)
    {
        var found = _devices.Where(device => device.OrganizationNumber == search.OrganizationNumber && search.Comparisons.All(term => Matches(device, term, search)));
        var ordered = Order(found, search);
        return [.. (search.Descending && search.Sort != DeviceSort.BestMatch ? ordered.Reverse() : ordered).Select(device => device.AssetId)];
    }

    private IEnumerable<Device> Order(IEnumerable<Device> devices, DeviceSearch search)
    {
        var sorted = search.Sort switch
        {
            DeviceSort.Asset => devices.OrderBy(device => Fold(device.AssetId), StringComparer.Ordinal),
            DeviceSort.Key => devices.OrderBy(device => Fold(device.DeviceKey), StringComparer.Ordinal),
            DeviceSort.Name => devices.OrderBy(device => Fold(device.Name), StringComparer.Ordinal),
            DeviceSort.Created => devices.OrderBy(device => device.CreatedAt),
            DeviceSort.Status => devices.OrderBy(device => device.Status),
            DeviceSort.Product => devices.OrderBy(device => Fold(ProductOf(device).Name), StringComparer.Ordinal).ThenBy(device => device.ProductId),
            _ => BestMatch(devices, search),
        };
        return sorted.ThenBy(device => device.Id);
    }

    private static IOrderedEnumerable<Device> BestMatch(IEnumerable<Device> devices, DeviceSearch search)
    {
        var words = search.Comparisons.Where(term => term.Field == DeviceField.Text).Select(term => term.Value).ToList();
        if (words.Count == 1 || (words.Count > 0 && !search.Comparisons.Any(IsLong)))
        {
            return devices.OrderBy(device => Rank(device, Fold(words[0]))).ThenBy(device => Rank(device, Fold(words[0])) switch
            {
                3 => Fold(device.DeviceKey),
                4 => Fold(device.AssetId),
                5 when !IsLong(words[0]) => Fold(device.Name),
                6 => Fold(device.NameZh!),
                _ => "",
            }, StringComparer.Ordinal);
        }

        if (search.Comparisons.Any(IsLong))
        {
            return devices.OrderBy(_ => 0);
        }

        var prefix = search.Comparisons.FirstOrDefault(term => term.Field is DeviceField.Key or DeviceField.Asset && term.Values.Count == 1);
        return prefix is { Field: DeviceField.Key } ? devices.OrderBy(device => Fold(device.DeviceKey), StringComparer.Ordinal)
            : prefix is not null ? devices.OrderBy(device => Fold(device.AssetId), StringComparer.Ordinal)
            : search.Comparisons.Any(term => term.Field == DeviceField.Created) && !search.Comparisons.Any(term => term is { Field: DeviceField.Status, Values.Count: 1 })
                && !search.Comparisons.Any(term => term is { Field: DeviceField.Product, Values: ["met"] })
                ? devices.OrderBy(device => device.CreatedAt)
            : devices.OrderBy(_ => 0);
    }

    private static int Rank(Device device, string word) =>
        Fold(device.DeviceKey) == word ? 1
        : Fold(device.AssetId) == word ? 2
        : Fold(device.DeviceKey).StartsWith(word, StringComparison.Ordinal) ? 3
        : Fold(device.AssetId).StartsWith(word, StringComparison.Ordinal) ? 4
        : IsLong(word) || Fold(device.Name).StartsWith(word, StringComparison.Ordinal) ? 5
        : 6;

    private bool Matches(Device device, Comparison term, DeviceSearch search) => term.Values.Any(value => Matches(device, term.Field, value, search));

    private bool Matches(Device device, DeviceField field, string value, DeviceSearch search)
    {
        var changes = _replacements.Where(replacement => replacement.DeviceId == device.Id).OrderBy(replacement => replacement.Id).ToList();
        var replaced = changes.LastOrDefault(change => change.Kind == ReplacementKind.Replacement);
        var former = changes.Where(change => change.Kind == ReplacementKind.Replacement).Select(change => change.OldDeviceKey).ToList();
        var seen = device.Status == DeviceStatus.Online ? search.Now : device.LastOfflineAt ?? device.LastOnlineAt;
        return field switch
        {
            DeviceField.Text when !IsLong(value) => new[] { device.DeviceKey, device.AssetId, device.Name, device.NameZh ?? "" }.Any(text => Begins(text, value)),
            DeviceField.Text => new[] { device.DeviceKey, device.AssetId, device.Name, device.NameZh ?? "" }.Concat(former).Any(text => Holds(text, value)),
            DeviceField.Status => device.Status.ToString().Equals(value, StringComparison.OrdinalIgnoreCase),
            DeviceField.Product => Begins(ProductOf(device).ProductKey, value) || Begins(ProductOf(device).Name, value),
            DeviceField.Key => Begins(device.DeviceKey, value),
            DeviceField.Asset => Begins(device.AssetId, value),
            DeviceField.Name => new[] { device.Name, device.NameZh ?? "" }.Any(text => IsLong(value) ? Holds(text, value) : Begins(text, value)),
            DeviceField.Former => former.Any(text => IsLong(value) ? Holds(text, value) : Begins(text, value)),
            DeviceField.Replaced => replaced is not null && IsAge(replaced.At, value, search.Now),
            DeviceField.Seen => seen is { } at && IsAge(at, value, search.Now),
            DeviceField.Created => IsAge(device.CreatedAt, value, search.Now),
            DeviceField.Reason => replaced is not null && replaced.Reason.ToString().Equals(value, StringComparison.OrdinalIgnoreCase),
            DeviceField.State when value == "superseded" => changes.Exists(change => change.State == ReplacementState.Superseded),
            DeviceField.State => changes.LastOrDefault()?.State == (value == "awaiting" ? ReplacementState.AwaitingHardware : ReplacementState.Connected),
            _ => changes.Count > 0 && SecretConfirmations.Of(_grants.Find(grant => grant.Id == changes[^1].RevealGrantId), search.SteadyNow) == value switch
            {
                "confirmed" => SecretConfirmation.Confirmed,
                "not-confirmed" => SecretConfirmation.NotYetConfirmed,
                "never-confirmed" => SecretConfirmation.NeverConfirmed,
                _ => SecretConfirmation.NotRequested,
            },
        };
    }

    private static bool IsAge(DateTimeOffset at, string value, DateTimeOffset now) =>
        DeviceAge.TryParse(value, out var age) && (age.IsWithin ? at >= age.Before(now) : at < age.Before(now));

    private static bool IsLong(string text) => text.EnumerateRunes().Count() >= 3;

    private static bool IsLong(Comparison term) =>
        term.Field is DeviceField.Text or DeviceField.Name or DeviceField.Former && term.Values.All(IsLong);

    private static bool Begins(string text, string value) => Fold(text).StartsWith(Fold(value), StringComparison.Ordinal);

    private static bool Holds(string text, string value) => Fold(text).Contains(Fold(value), StringComparison.Ordinal);

    private static string Fold(string text) => string.Concat(text.Select(character => char.IsAsciiLetterUpper(character) ? char.ToLowerInvariant(character) : character));

    private Product ProductOf(Device device) => _products.Find(product => product.Id == device.ProductId)!;

    private string Text(string[] parts, string separator) => string.Join(separator, Enumerable.Range(0, random.Next(1, 4)).Select(_ => parts[random.Next(parts.Length)]));

    private DateTimeOffset Ago(int maxDays) => portal.Clock.GetUtcNow().AddMinutes(-random.Next(1, maxDays * 24 * 60));

    private Device NewDevice(int number)
    {
        var product = _products[random.Next(_products.Count)];
        var id = RowNumbers.First(product.OrganizationNumber) + number;
        var status = (DeviceStatus)random.Next(4);
        return new Device
        {
            Id = id,
            OrganizationNumber = product.OrganizationNumber,
            AssetId = $"{(random.Next(2) == 0 ? "As" : "inv")}{number}",
            ProductId = product.Id,
            DeviceKey = $"{Text(s_parts, "")}{(random.Next(3) > 0 ? number : "")}{(random.Next(3) > 0 ? "" : $"k{number}")}.{number}",
            Name = Text(s_words, " "),
            NameZh = random.Next(2) == 0 ? Text(["北站", "逆变器", "风机 1号"], "") : null,
            TimeZone = "+00:00",
            Status = status,
            Version = 1,
            CreatedAt = Ago(20),
            LastOnlineAt = status is DeviceStatus.Online or DeviceStatus.Offline ? Ago(9) : null,
            LastOfflineAt = null,
            Credential = new Credential { DeviceId = id, Version = 1, KeyId = "k1", Sealed = [1] },
        };
    }

    private Task ReplaceOneAsync()
    {
        var number = random.Next(1, 1_000_000);
        return portal.WriteAsync(db =>
        {
            var all = db.Devices.ToList();
            var device = all[random.Next(all.Count)];
            var isReissue = random.Next(3) == 0;
            var before = db.Replacements.Where(change => change.DeviceId == device.Id).ToList();
            foreach (var waiting in before.Where(change => change.State == ReplacementState.AwaitingHardware))
            {
                waiting.State = ReplacementState.Superseded;
            }

            var newKey = isReissue ? device.DeviceKey : $"{Text(s_parts, "")}~{number}";
            var grant = random.Next(4) == 0 ? null : NewGrant(device, newKey);
            if (grant is not null)
            {
                db.RevealGrants.Add(grant);
            }

            db.Replacements.Add(new Replacement
            {
                DeviceId = device.Id,
                OrganizationNumber = device.OrganizationNumber,
                AssetId = device.AssetId,
                Kind = isReissue ? ReplacementKind.Reissue : ReplacementKind.Replacement,
                OldDeviceKey = device.DeviceKey,
                NewDeviceKey = newKey,
                ProductId = device.ProductId,
                Reason = (ReplacementReason)random.Next(4),
                ByIssuer = "i",
                BySubject = "s",
                ByName = "Sample",
                At = before.Select(change => change.At).Append(Ago(14)).Max(), // a change comes after those before it
                State = random.Next(2) == 0 ? ReplacementState.AwaitingHardware : ReplacementState.Connected,
                RevealGrantId = grant?.Id,
            });
            device.DeviceKey = newKey;
        });
    }

    private RevealGrant NewGrant(Device device, string newKey)
    {
        var grant = new RevealGrant
        {
            Id = Guid.NewGuid(),
            DeviceId = device.Id,
            OrganizationNumber = device.OrganizationNumber,
            AssetId = device.AssetId,
            ProductKey = "p",
            DeviceKey = newKey,
            OwnerIssuer = "i",
            OwnerSubject = "s",
            CreatedAt = portal.Clock.GetUtcNow(),
            ExpiresAt = portal.Clock.GetUtcNow().AddMinutes(random.Next(2) == 0 ? 10 : -10),
        };
        if (random.Next(2) == 0)
        {
            grant.Close((RevealCloseReason)random.Next(1, 7), portal.Clock.GetUtcNow());
        }

        return grant;
    }

    private async Task LoadAsync()
    {
        _devices.AddRange(await portal.ReadAsync(db => db.Devices.AsNoTracking().ToListAsync()));
        _replacements = await portal.ReadAsync(db => db.Replacements.AsNoTracking().ToListAsync());
        _grants = await portal.ReadAsync(db => db.RevealGrants.AsNoTracking().ToListAsync());
    }
}
