using Portal.Core.Products;

namespace Portal.Core.SampleFleet;

/// <summary>How the makers of a kind of device build their keys.</summary>
internal enum KeyStyle
{
    Serial,
    YearAndNumber,
    Mac,
    Dotted,
}

/// <param name="Kind">What its devices are called, in English and in Chinese.</param>
internal sealed record SampleProduct(
    SampleOrganization Organization, string ProductKey, string Name, string NameZh, string Kind, string KindZh, string ModelId, KeyStyle Keys,
    ProductType Type = ProductType.Device);

/// <param name="TimeZone">Offset of the place.</param>
internal sealed record SampleSite(string Name, string NameZh, string TimeZone);

/// <summary>What the sample fleet is made of.</summary>
internal static class SampleProducts
{
    public static IReadOnlyList<SampleProduct> All { get; } =
    [
        new(SampleOrganizations.Westerly, "INV-SG250", "String inverter SG250", "组串逆变器 SG250", "inverter", "逆变器", "EnOS_Solar_Inverter", KeyStyle.Serial),
        new(SampleOrganizations.Westerly, "CMB-16", "String combiner 16", "16 路汇流箱", "combiner", "汇流箱", "EnOS_Solar_CombinerBox", KeyStyle.YearAndNumber),
        new(SampleOrganizations.Westerly, "MET-WS7", "Met station WS7", "气象站 WS7", "met station", "气象站", "EnOS_Solar_WeatherStation", KeyStyle.Mac, ProductType.Gateway),
        new(SampleOrganizations.Westerly, "WTC-V117", "Turbine controller V117", "风机主控 V117", "turbine", "风机", "EnOS_Wind_Turbine", KeyStyle.Dotted),
        new(SampleOrganizations.Westerly, "WTC-G132", "Turbine controller G132", "风机主控 G132", "turbine", "风机", "EnOS_Wind_Turbine", KeyStyle.YearAndNumber),
        new(SampleOrganizations.Yuanshan, "INV-SUN110", "String inverter SUN110", "组串逆变器 SUN110", "inverter", "逆变器", "EnOS_Solar_Inverter", KeyStyle.Serial),
        new(SampleOrganizations.Yuanshan, "INV-CX1100", "Central inverter CX1100", "集中式逆变器 CX1100", "central inverter", "集中式逆变器", "EnOS_Solar_Inverter", KeyStyle.Dotted, ProductType.Gateway),
        new(SampleOrganizations.Yuanshan, "CMB-24", "String combiner 24", "24 路汇流箱", "combiner", "汇流箱", "EnOS_Solar_CombinerBox", KeyStyle.YearAndNumber),
        new(SampleOrganizations.Yuanshan, "BAT-R280", "Battery rack R280", "电池簇 R280", "battery rack", "电池簇", "EnOS_Storage_BatteryRack", KeyStyle.Mac),
        new(SampleOrganizations.Yuanshan, "PCS-500", "Storage converter PCS500", "储能变流器 PCS500", "storage converter", "储能变流器", "EnOS_Storage_PCS", KeyStyle.Serial, ProductType.Gateway),
        new(SampleOrganizations.Voltway, "CHG-DC180", "DC charger 180 kW", "180 kW 直流充电桩", "fast charger", "直流桩", "EnOS_Charging_DC", KeyStyle.Dotted),
        new(SampleOrganizations.Voltway, "CHG-AC22", "AC charger 22 kW", "22 kW 交流充电桩", "charger", "交流桩", "EnOS_Charging_AC", KeyStyle.Mac),
    ];

    public static IReadOnlyList<SampleSite> SitesOf(SampleOrganization organization) =>
        organization == SampleOrganizations.Westerly ? s_westerly : organization == SampleOrganizations.Yuanshan ? s_yuanshan : s_voltway;

    private static readonly SampleSite[] s_westerly =
    [
        new("Kestrel Ridge", "红隼岭", "-06:00"), new("Alder Flats", "赤杨滩", "-08:00"), new("Nordhavn", "北港", "+01:00"), new("Red Mesa", "红台地", "-07:00"),
        new("Tamar Valley", "塔玛谷", "+10:00"), new("Stonefield", "石原", "+00:00"), new("Las Palomas", "鸽岭", "-03:00"), new("Dry Creek", "干溪", "-07:00"),
    ];

    private static readonly SampleSite[] s_yuanshan =
    [
        new("Gonghe", "共和", "+08:00"), new("Jiuquan", "酒泉", "+08:00"), new("Zhongwei", "中卫", "+08:00"), new("Zhangbei", "张北", "+08:00"),
        new("Rudong", "如东", "+08:00"), new("Golmud", "格尔木", "+08:00"),
    ];

    private static readonly SampleSite[] s_voltway =
    [
        new("Port Sable", "黑貂港", "+01:00"), new("Harrow Hill", "哈罗山", "+00:00"), new("Cobalt Bay", "钴湾", "+02:00"), new("Fjordside", "峡湾", "+01:00"),
        new("Oakhurst", "橡树林", "+00:00"),
    ];
}
