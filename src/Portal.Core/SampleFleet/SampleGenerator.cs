using System.Globalization;
using Portal.Core.Devices;
using Portal.Core.Organizations;
using Portal.Core.Products;
using Portal.Core.Replacements;

namespace Portal.Core.SampleFleet;

/// <summary>What becomes of the secret of a past replacement.</summary>
internal enum SampleSecret
{
    NotRequested,
    Open,
    Acknowledged,
    Expired,
    Activated,
}

internal sealed record SampleReplacement(
    string OldKey, string NewKey, ReplacementReason Reason, string? Note, int Person, DateTimeOffset At, DateTimeOffset OldKeySince, ReplacementState State,
    SampleSecret Secret, ReplacementKind Kind);

internal sealed record GeneratedDevice(
    long Id, SampleProduct Product, string AssetId, string DeviceKey, string Name, string? NameZh, string TimeZone, DeviceStatus Status, int Version,
    int CredentialVersion, DateTimeOffset CreatedAt, DateTimeOffset? ActivatedAt, DateTimeOffset? LastOnlineAt, DateTimeOffset? LastOfflineAt,
    IReadOnlyList<SampleReplacement> History);

/// <summary>Makes the sample fleet: each device follows from its number alone, so that a fleet of a size is always the same.</summary>
/// <param name="now">What the times count back from.</param>
/// <param name="replacedEach">One device in so many was replaced before.</param>
internal sealed class SampleGenerator(DateTimeOffset now, int replacedEach)
{
    private const string Digits32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const string Digits62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>62^8; the step is odd and no multiple of 31, so no asset ID comes twice.</summary>
    private const ulong AssetIds = 218_340_105_584_896;
    private const ulong AssetStep = 52_364_672_411_719;

    private static readonly string[] s_notes =
    [
        "No communication since the storm", "Display dark, no output", "Swapped under warranty, RMA sent", "Water in the housing", "Firmware too old for the new grid code",
        "Lightning damage in the string box", "雷击损坏，已更换", "通讯板故障", "固件升级失败，整机更换", "Stolen with the cable", "Moved to the spare pool after repair",
    ];

    /// <summary>Devices of an organization, in order of creation.</summary>
    /// <param name="firstNumber">Number of its first device in the whole fleet.</param>
    public IEnumerable<GeneratedDevice> Generate(SampleOrganization organization, long firstNumber, long count)
    {
        var products = SampleProducts.All.Where(product => product.Organization == organization).ToArray();
        var sites = SampleProducts.SitesOf(organization).ToArray();
        for (var i = 1L; i <= count; i++)
        {
            yield return Device(organization, products, sites, firstNumber + i, i, count);
        }
    }

    private GeneratedDevice Device(SampleOrganization organization, SampleProduct[] products, SampleSite[] sites, long number, long sequence, long count)
    {
        var hash = Mix((ulong)number);
        var more = Mix(hash);
        var product = products[hash % (ulong)products.Length];
        var site = sites[(hash >> 16) % (ulong)sites.Length];
        var createdAt = now.AddDays(-2200 + 2170.0 * sequence / count).AddSeconds(hash % 40_000);
        var history = number % replacedEach == 0 ? History(product, number, more, createdAt) : [];
        var isWaiting = history is [.., { State: ReplacementState.AwaitingHardware }];
        var status = isWaiting ? DeviceStatus.Inactive : (more % 100) switch
        {
            < 4 => history.Count > 0 ? DeviceStatus.Online : DeviceStatus.Inactive,
            < 18 => DeviceStatus.Offline,
            < 22 => DeviceStatus.Disabled,
            _ => DeviceStatus.Online,
        };
        var since = history.Count > 0 ? history[^1].At : createdAt;
        var onlineAt = Later(since.AddMinutes(40), now.AddMinutes(-(double)(more >> 8 & 0x3FFF)));
        var offlineAt = Later(onlineAt, now.AddMinutes(-(double)(more >> 24 & 0xFFF) * (status == DeviceStatus.Disabled ? 40 : 10)));
        var hasConnected = status != DeviceStatus.Inactive;
        var place = string.Create(CultureInfo.InvariantCulture, $"{(char)('A' + (more >> 40) % 8)}{(more >> 44) % 60:00}-{number % 1000:000}");
        return new GeneratedDevice(
            RowNumbers.First(organization.Number) + sequence, product, Encode((ulong)((UInt128)(ulong)number * AssetStep % AssetIds), Digits62, 8), Key(product, number, history.Count),
            $"{site.Name} {product.Kind} {place}",
            organization == SampleOrganizations.Yuanshan || more % 3 == 0 ? $"{site.NameZh}{product.KindZh} {place}" : null,
            site.TimeZone, status, 1 + history.Count, 1 + history.Count, createdAt,
            hasConnected ? Earlier(since.AddMinutes(30), onlineAt) : null, hasConnected ? onlineAt : null,
            status is DeviceStatus.Offline or DeviceStatus.Disabled && offlineAt <= now ? offlineAt : null, history);
    }

    private List<SampleReplacement> History(SampleProduct product, long number, ulong hash, DateTimeOffset createdAt)
    {
        var count = hash % 6 == 0 ? 2 : 1;
        var history = new List<SampleReplacement>(count);
        var since = createdAt;
        for (var i = 0; i < count; i++)
        {
            var isLast = i == count - 1;
            var draw = Mix(hash + (ulong)i);
            var isWaiting = isLast && draw % 11 == 0;
            var span = now - since;
            var at = span <= TimeSpan.FromDays(20) || !isLast ? Within(since, span, draw)
                : isWaiting ? now.AddMinutes(-3 - (double)(draw >> 20 & 0x3FFF))
                : draw % 7 == 3 ? now.AddMinutes(-95 - (double)(draw >> 20 & 0xFFF)) // in the last days, so that there is something to follow
                : Within(since, span, draw);
            history.Add(new SampleReplacement(
                Key(product, number, i), Key(product, number, i + 1), (ReplacementReason)((draw >> 8) % 7) switch
                {
                    ReplacementReason.Upgrade => ReplacementReason.Upgrade,
                    ReplacementReason.Stolen => ReplacementReason.Stolen,
                    ReplacementReason.Other => ReplacementReason.Other,
                    _ => ReplacementReason.Broken,
                },
                draw % 3 == 0 ? null : s_notes[(draw >> 24) % (ulong)s_notes.Length], (int)(draw >> 32 & 7), at, since,
                isWaiting ? ReplacementState.AwaitingHardware : ReplacementState.Connected,
                isWaiting ? Waiting(draw, at) : (draw >> 40) % 9 == 0 ? SampleSecret.NotRequested : (draw >> 40) % 3 == 0 ? SampleSecret.Activated : SampleSecret.Acknowledged,
                ReplacementKind.Replacement));
            since = at;
        }

        return history;
    }

    private static DateTimeOffset Within(DateTimeOffset since, TimeSpan span, ulong draw) => since + span * (0.2 + 0.75 * ((draw >> 12) % 1000) / 1000);

    private SampleSecret Waiting(ulong draw, DateTimeOffset at) => now - at < TimeSpan.FromMinutes(14) ? SampleSecret.Open : ((draw >> 44) % 4) switch
    {
        0 => SampleSecret.Expired,
        1 => SampleSecret.NotRequested,
        _ => SampleSecret.Acknowledged,
    };

    /// <summary>The key of the device's hardware: <paramref name="generation"/> 0 is the first. Some first ones are of the old kind that has colons.</summary>
    private static string Key(SampleProduct product, long number, int generation)
    {
        var hash = Mix((ulong)number + 0x51AB_1E00_0000_0000UL * (ulong)(generation + 1));
        var unique = (ulong)number * 2_654_435_761 % (1UL << 40);
        var name = product.ProductKey[..3];
        if (generation == 0 && number % 61 == 0)
        {
            return string.Create(CultureInfo.InvariantCulture, $"SN:{hash & 0xFFFF:X4}:{number:D7}");
        }

        return product.Keys switch
        {
            KeyStyle.Serial => $"SN-{Encode(hash, Digits32, 6)}{Encode(unique, Digits32, 8)}",
            KeyStyle.YearAndNumber => string.Create(CultureInfo.InvariantCulture, $"{name}{2019 + (int)(hash & 3) + generation}-{number:D7}-{Digits32[(int)(hash >> 8 & 31)]}"),
            KeyStyle.Mac => string.Create(CultureInfo.InvariantCulture, $"{(generation == 0 ? 0xA4C1 : 0xB827 + generation):x4}{unique & 0xFFFF_FFFF:x8}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{name.ToLowerInvariant()}.{hash & 0xFF_FFFF_FFFF:x10}_{number}"),
        };
    }

    private static string Encode(ulong value, string digits, int length) => string.Create(length, (value, digits), static (text, state) =>
    {
        var rest = state.value;
        for (var i = 0; i < text.Length; i++)
        {
            text[i] = state.digits[(int)(rest % (ulong)state.digits.Length)];
            rest /= (ulong)state.digits.Length;
        }
    });

    private static DateTimeOffset Later(DateTimeOffset left, DateTimeOffset right) => left > right ? left : right;

    private static DateTimeOffset Earlier(DateTimeOffset left, DateTimeOffset right) => left < right ? left : right;

    /// <summary>SplitMix64.</summary>
    private static ulong Mix(ulong value)
    {
        unchecked
        {
            value += 0x9E37_79B9_7F4A_7C15;
            value = (value ^ (value >> 30)) * 0xBF58_476D_1CE4_E5B9;
            value = (value ^ (value >> 27)) * 0x94D0_49BB_1331_11EB;
            return value ^ (value >> 31);
        }
    }
}
