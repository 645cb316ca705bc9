using Portcullis.Traffic.Randomness;

namespace Portcullis.Traffic.Devices;

/// <summary>The devices that are about, with versions as old and as new as an audience has them.</summary>
internal static class DeviceCatalogue
{
    private const string Site = "https://www.streamplus.example/";

    private static readonly byte[] SiteText = LogEncoding.Encode(Site);

    private static readonly Device[] Browsers =
    [
        Browser("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Safari/537.36"),
        Browser("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/136.0.0.0 Safari/537.36"),
        Browser("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Safari/537.36"),
        Browser("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Safari/537.36 Edg/137.0.0.0"),
        Browser("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:139.0) Gecko/20100101 Firefox/139.0"),
        Browser("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Safari/537.36"),
        Browser("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15"),
        Browser("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:138.0) Gecko/20100101 Firefox/138.0"),
        Browser("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"),
        Browser("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/136.0.0.0 Safari/537.36"),
        Browser("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Mobile Safari/537.36"),
    ];

    private static readonly Device[] ApplePhones =
    [
        App(DeviceClass.ApplePlayer, "AppleCoreMedia/1.0.0.22F76 (iPhone; U; CPU OS 18_5 like Mac OS X; en_us)", false),
        App(DeviceClass.ApplePlayer, "AppleCoreMedia/1.0.0.22F76 (iPhone; U; CPU OS 18_5 like Mac OS X; de_de)", false),
        App(DeviceClass.ApplePlayer, "AppleCoreMedia/1.0.0.22E252 (iPhone; U; CPU OS 18_4_1 like Mac OS X; en_gb)", false),
        App(DeviceClass.ApplePlayer, "AppleCoreMedia/1.0.0.21H16 (iPhone; U; CPU OS 17_7 like Mac OS X; fr_fr)", false),
        App(DeviceClass.ApplePlayer, "AppleCoreMedia/1.0.0.22F76 (iPad; U; CPU OS 18_5 like Mac OS X; de_de)", false),
    ];

    private static readonly Device[] AndroidPhones =
    [
        App(DeviceClass.AndroidApp, "StreamPlus/7.4.1 (Linux;Android 15) AndroidXMedia3/1.6.1", true),
        App(DeviceClass.AndroidApp, "StreamPlus/7.4.1 (Linux;Android 14) AndroidXMedia3/1.6.1", true),
        App(DeviceClass.AndroidApp, "StreamPlus/7.4.1 (Linux;Android 14) AndroidXMedia3/1.6.1", true),
        App(DeviceClass.AndroidApp, "StreamPlus/7.3.0 (Linux;Android 13) AndroidXMedia3/1.4.1", true),
        App(DeviceClass.AndroidApp, "StreamPlus/6.9.2 (Linux;Android 12) ExoPlayerLib/2.19.1", true),
        App(DeviceClass.AndroidApp, "StreamPlus/6.2.0 (Linux;Android 10) ExoPlayerLib/2.18.7", false),
    ];

    private static readonly Device[] Televisions =
    [
        App(DeviceClass.Television, "Mozilla/5.0 (SMART-TV; LINUX; Tizen 7.0) AppleWebKit/537.36 (KHTML, like Gecko) 94.0.4606.31/7.0 TV Safari/537.36", true),
        App(DeviceClass.Television, "Mozilla/5.0 (SMART-TV; LINUX; Tizen 6.5) AppleWebKit/537.36 (KHTML, like Gecko) 85.0.4183.93/6.5 TV Safari/537.36", true),
        App(DeviceClass.Television, "Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/108.0.5359.211 Safari/537.36 WebAppManager", true),
        App(DeviceClass.Television, "StreamPlusTV/5.2.0 (Linux;Android 11; AFTKA) AndroidXMedia3/1.5.1", true),
        App(DeviceClass.Television, "StreamPlusTV/5.2.0 (Linux;Android 9; AFTMM) AndroidXMedia3/1.5.1", true),
        App(DeviceClass.Television, "StreamPlusTV/5.2.0 (Linux;Android 12; BRAVIA 4K VH2) AndroidXMedia3/1.5.1", true),
        App(DeviceClass.Television, "AppleCoreMedia/1.0.0.22L572 (Apple TV; U; CPU OS 18_5 like Mac OS X; en_us)", false),
        App(DeviceClass.Television, "Roku/DVP-14.5 (14.5.4.5934-42)", false),
        App(DeviceClass.Television, "Mozilla/5.0 (PlayStation; PlayStation 5/11.20) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Safari/605.1.15", true),
    ];

    private static readonly Device[] Casts =
    [
        App(DeviceClass.Television, "Mozilla/5.0 (X11; Linux armv7l) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/134.0.6998.207 Safari/537.36 CrKey/1.56.500000 DeviceType/Chromecast", true),
        App(DeviceClass.Television, "Mozilla/5.0 (Linux; Android 12; Build/STTL.241013.003) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/134.0.6998.207 Safari/537.36 CrKey/1.56.500000 DeviceType/AndroidTV", true),
        App(DeviceClass.Television, "AppleCoreMedia/1.0.0.22L572 (Apple TV; U; CPU OS 18_5 like Mac OS X; de_de)", false),
    ];

    private static readonly byte[][] Partners =
    [
        LogEncoding.Encode("https://sport.tageblatt.example/"), LogEncoding.Encode("https://www.fanzone.example/"), LogEncoding.Encode("https://embed.partner-portal.example/"),
    ];

    public static readonly Device Vlc = App(DeviceClass.Tool, "VLC/3.0.21 LibVLC/3.0.21", false);

    public static readonly Device Kodi = App(DeviceClass.Tool, "Kodi/21.2 (X11; Linux x86_64) Ubuntu/24.04 App_Bitness/64 Version/21.2-(21.2.0)-Git:20250112-a4dcd15", false);

    public static readonly Device Ffmpeg = App(DeviceClass.Tool, "Lavf/61.7.100", false);

    private static readonly Device[] Probes =
    [
        App(DeviceClass.Tool, "curl/8.5.0", false), App(DeviceClass.Tool, "python-requests/2.32.3", false), App(DeviceClass.Tool, "Go-http-client/1.1", false),
        App(DeviceClass.Tool, "StreamMonitor/4.2 (+https://monitor.example/bot)", false),
    ];

    private static readonly Device[] Downloaders =
    [
        App(DeviceClass.Tool, "Lavf/61.7.100", false), App(DeviceClass.Tool, "Lavf/60.16.100", false), App(DeviceClass.Tool, "python-requests/2.32.3", false),
        Browsers[1], Browsers[9], App(DeviceClass.Browser, "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36", false),
    ];

    /// <summary>A device of the audience: a third browsers, a third televisions, a third phones and tablets.</summary>
    public static Device Draw(ref Rng rng) => rng.Below(100) switch
    {
        < 36 => DrawBrowser(ref rng),
        < 52 => rng.Pick(ApplePhones),
        < 68 => rng.Pick(AndroidPhones),
        _ => rng.Pick(Televisions),
    };

    public static Device DrawBrowser(ref Rng rng) => rng.Pick(Browsers);

    public static Device DrawPhone(ref Rng rng) => rng.Chance(0.5) ? rng.Pick(ApplePhones) : rng.Pick(AndroidPhones);

    public static Device DrawApple(ref Rng rng) => rng.Chance(0.35) ? Browsers[6] : rng.Pick(ApplePhones);

    public static Device DrawTelevision(ref Rng rng) => rng.Pick(Televisions);

    public static Device DrawCast(ref Rng rng) => rng.Pick(Casts);

    public static Device DrawProbe(ref Rng rng) => rng.Pick(Probes);

    public static Device DrawDownloader(ref Rng rng) => rng.Pick(Downloaders);

    /// <summary>The site of a partner that embeds the player.</summary>
    public static byte[] DrawPartner(ref Rng rng) => rng.Pick(Partners);

    private static Device Browser(string userAgent) => new(DeviceClass.Browser, LogEncoding.Encode(userAgent), SiteText, true);

    private static Device App(DeviceClass type, string userAgent, bool speaksCmcd) => new(type, LogEncoding.Encode(userAgent), [], speaksCmcd);
}
