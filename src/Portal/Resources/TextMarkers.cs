namespace Portal.Resources;

// One class a feature: it names the pair of .resx files that IStringLocalizer<T> reads.
public sealed class LayoutText;

public sealed class SharedText;

public sealed class HomeText;

public sealed class ConnectionsText;

public sealed class ProductsText;

public sealed class DevicesText;

public sealed class AccountText;

public sealed class ErrorsText;

public sealed class ReplacementsText;

public sealed class AssetsText;

public sealed class AuditText;

public sealed class ImportsText;

public sealed class PeopleText;

public sealed class ApplicationsText;

public sealed class MeasurePointsText;
