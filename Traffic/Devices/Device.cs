namespace Portcullis.Traffic.Devices;

/// <summary>A device as the logs tell it: a user agent and a referer.</summary>
/// <param name="Class">What it is.</param>
/// <param name="UserAgent">URL-encoded as CloudFront logs it.</param>
/// <param name="Referer">URL-encoded; empty for apps.</param>
/// <param name="SpeaksCmcd">Whether its player can send CMCD.</param>
internal sealed record Device(DeviceClass Class, byte[] UserAgent, byte[] Referer, bool SpeaksCmcd)
{
    /// <summary>The same browser on another site.</summary>
    public Device On(byte[] referer) => this with { Referer = referer };
}
