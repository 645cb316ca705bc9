namespace Portcullis.Accounts;

/// <summary>Names a device as a viewer would, from its user agent.</summary>
/// <remarks>
/// The answer goes to people whom the device does not belong to, and a user agent is whatever its sender wrote: names come from a list, and
/// of others only a single word of letters is repeated, which can hold no address.
/// </remarks>
public static class DeviceFamily
{
    private const int LongestWord = 24;

    // The first that occurs names it: more special ones stand before those whose names they also carry.
    private static readonly (string Mark, string Name)[] Systems =
    [
        ("AppleTV", "Apple TV"), ("Apple TV", "Apple TV"), ("tvOS", "Apple TV"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("CrKey", "Chromecast"), ("; AFT", "Fire TV"), ("Tizen", "Samsung TV"), ("Web0S", "LG TV"),
        ("webOS", "LG TV"), ("Roku", "Roku"), ("BRAVIA", "Android TV"), ("Android TV", "Android TV"), ("PlayStation", "PlayStation"), ("Xbox", "Xbox"), ("HbbTV", "TV"), ("SmartTV", "TV"), ("SMART-TV", "TV"),
        ("Android", "Android"), ("CrOS", "Chromebook"), ("Windows", "Windows"), ("Macintosh", "Mac"), ("Mac OS X", "Mac"), ("Linux", "Linux"),
    ];

    private static readonly (string Mark, string Name)[] Browsers =
        [("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox/", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];

    /// <summary>The device's family, such as <c>Chrome on Windows</c>, <c>Apple TV</c> or <c>VLC</c>; null where nothing can be told.</summary>
    /// <param name="userAgent">The user agent.</param>
    public static string? Of(string userAgent)
    {
        var system = NameIn(Systems, userAgent);
        var browser = NameIn(Browsers, userAgent);
        if (system is not null && browser is not null)
            return $"{browser} on {system}";
        return system ?? browser ?? Word(userAgent);
    }

    private static string? NameIn((string Mark, string Name)[] names, string userAgent)
    {
        foreach (var (mark, name) in names)
        {
            if (userAgent.Contains(mark, StringComparison.Ordinal))
                return name;
        }
        return null;
    }

    private static string? Word(string userAgent)
    {
        var end = userAgent.AsSpan().IndexOfAny(" /;(,");
        var word = end < 0 ? userAgent : userAgent[..end];
        return word.Length is >= 2 and <= LongestWord && word.All(char.IsAsciiLetter) ? word : null;
    }
}
