namespace Portcullis.Traffic.Devices;

/// <summary>What a device is; decides how its player behaves.</summary>
internal enum DeviceClass : byte
{
    /// <summary>A browser with a player in JavaScript.</summary>
    Browser,

    /// <summary>Safari's or iOS' own player.</summary>
    ApplePlayer,

    /// <summary>An Android app on a phone or tablet.</summary>
    AndroidApp,

    /// <summary>A television, stick or box in the living room.</summary>
    Television,

    /// <summary>A program that is no product of the service: VLC, Kodi, ffmpeg, a downloader.</summary>
    Tool,
}
