namespace Portal.Shared;

/// <summary>Paths on a 24 by 24 grid, drawn as lines by the class <c>icon</c>.</summary>
public static class IconShapes
{
    public const string Home = "M4 11 12 4l8 7M6 9.5V20h12V9.5M10 20v-6h4v6";
    public const string Device = "M7 7h10v10H7zM10 10h4v4h-4zM9 3v4M15 3v4M9 17v4M15 17v4M3 9h4M3 15h4M17 9h4M17 15h4";
    public const string Product = "M12 3l8 4.5v9L12 21l-8-4.5v-9zM4 7.5l8 4.5 8-4.5M12 12v9";
    public const string Import = "M12 15V4M8 8l4-4 4 4M4 14v5h16v-5";
    public const string Export = "M12 4v11M8 11l4 4 4-4M4 15v5h16v-5";
    public const string Audit = "M12 3l8 3v6c0 4.5-3.4 8-8 9-4.6-1-8-4.5-8-9V6zM9 12l2.2 2.2L15.5 10";
    public const string Application = "M3 5h18v14H3zM7 9l3 3-3 3M12.5 15H17";
    public const string Code = "M8.5 7 3.5 12l5 5M15.5 7l5 5-5 5M13.5 5l-3 14";
    public const string People = "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c0-3.6 2.9-6 6.5-6s6.5 2.4 6.5 6M16 4.5a3.5 3.5 0 0 1 0 6.5M18 14.5c2.2.8 3.5 2.8 3.5 5.5";
    public const string Search = "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16.2 16.2 21 21";
    public const string Replace = "M4 8h13M13 4l4 4-4 4M20 16H7M11 12l-4 4 4 4";
    public const string Key = "M8 11a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM11 12.5 20 4M16 7.5l3 3M13.5 10l2 2";
    public const string Copy = "M9 9h11v11H9zM5 15H4V4h11v1";
    public const string Check = "M5 12.5 10 17.5 19.5 7";
    public const string Close = "M6 6l12 12M18 6 6 18";
    public const string Info = "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v6M12 7.5v.01";
    public const string Warning = "M12 4 2.5 20h19zM12 10v5M12 17.5v.01";
    public const string Stop = "M8 3h8l5 5v8l-5 5H8l-5-5V8zM12 7.5v6M12 16.5v.01";
    public const string Success = "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8 12.5l3 3 5.5-6";
    public const string ChevronUp = "M6 14.5l6-6 6 6";
    public const string ChevronDown = "M6 9.5l6 6 6-6";
    public const string ChevronRight = "M9.5 6l6 6-6 6";
    public const string ChevronLeft = "M14.5 6l-6 6 6 6";
    public const string Filter = "M4 6h16M7 12h10M10 18h4";
    public const string Columns = "M4 5h16v14H4zM10 5v14M15 5v14";
    public const string More = "M5 12h.01M12 12h.01M19 12h.01";
    public const string Scan = "M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M4 12h16";
    public const string Show = "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z";
    public const string Hide = "M4 4l16 16M9.5 6c.8-.3 1.6-.5 2.5-.5 6 0 9.5 6.5 9.5 6.5a17 17 0 0 1-3 3.7M6.3 7.8A17 17 0 0 0 2.5 12s3.5 6.5 9.5 6.5c1.7 0 3.2-.5 4.5-1.2";
    public const string Clock = "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3.5 2";
    public const string Settings = "M4 7h9M17 7h3M15 5v4M4 17h3M11 17h9M9 15v4M4 12h3M11 12h9";
    public const string Organization = "M4 20V5h9v15M13 10h7v10M2 20h20M7 9h3M7 13h3M7 17h3M16.5 14h.01M16.5 17h.01";
    public const string Plug = "M9 3v5M15 3v5M6 8h12v3a6 6 0 0 1-12 0zM12 17v4";
    public const string Offline = "M4 4l16 16M5 9a11 11 0 0 1 3-1.8M12 6.5c2.7 0 5.1 1 7 2.5M8.5 13c.6-.4 1.3-.8 2-1M12 18.5v.01";
    public const string Chart = "M4 4v16h16M7.5 15.5l4-5 3.5 3 4.5-7";
    public const string History = "M4 12a8 8 0 1 0 2.5-5.8M4 4v4.5h4.5M12 8v4.5l3 1.5";
    public const string Plus = "M12 5v14M5 12h14";
    public const string Trash = "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10.5 11v5M13.5 11v5";
    public const string Edit = "M4 20l1-4.5L16 4.5l3.5 3.5L8.5 19zM13.5 7l3.5 3.5";
    public const string Power = "M12 4v8M7.5 7a7 7 0 1 0 9 0";
    public const string Qr = "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2.5v2.5H14zM17.5 17.5H20V20M20 14v.01M14 20v.01";
    public const string SignOut = "M14 4h5v16h-5M10 8l-4 4 4 4M6 12h9";
    public const string Refresh = "M20 12a8 8 0 1 1-2.5-5.8M20 4v4.5h-4.5";
    public const string Bookmark = "M6.5 4h11v16.5L12 16l-5.5 4.5z";
}
