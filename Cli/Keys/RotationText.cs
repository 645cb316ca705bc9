using System.Globalization;
using Portcullis.Cli.Service.Contract;

namespace Portcullis.Cli.Keys;

/// <summary>A rotation under way in words.</summary>
internal static class RotationText
{
    public static IEnumerable<string> Lines(RotationRecord rotation) =>
    [
        string.Create(
            CultureInfo.InvariantCulture,
            $"{(rotation.Emergency ? "emergency rotation" : "rotation")} to key {rotation.KeyId}: {rotation.Stage}, for {rotation.AgeSeconds:0} s{(rotation.Stuck ? ", STUCK" : "")} ({rotation.Reason})"),
        .. rotation.WaitingFor.Select(target => $"  {target.Target} {target.Reason}"),
    ];
}
