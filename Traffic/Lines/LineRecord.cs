using Portcullis.Traffic.Devices;
using Portcullis.Traffic.Networks;
using Portcullis.Traffic.Titles;

namespace Portcullis.Traffic.Lines;

/// <summary>One request as far as its log line needs it; it becomes text only when it is delivered.</summary>
internal struct LineRecord
{
    /// <summary>When the edge finished responding, epoch milliseconds.</summary>
    public long Time;

    /// <summary>What the 54 characters of the request id are drawn from.</summary>
    public ulong RequestSeed;

    /// <summary>CMCD session id of the player instance; both halves 0 for none.</summary>
    public ulong CmcdHigh, CmcdLow;

    public Token Token;
    public Link Link;
    public Device Device;
    public Title Title;

    /// <summary>Segment index, or for byte ranges the first byte.</summary>
    public long Number, RangeStart;

    public int Bytes;

    /// <summary>What the title's path pattern needs besides the number.</summary>
    public int Part;

    /// <summary>Milliseconds from request to the last byte.</summary>
    public int TimeTaken;

    /// <summary>CMCD object duration, milliseconds; 0 for none.</summary>
    public int CmcdDuration;

    public ObjectKind Kind;
    public byte Rendition;
    public EdgeAnswer Answer;
    public Refusal Refusal;
    public Method Method;

    /// <summary>Whether the player puts CMCD into the query instead of headers.</summary>
    public bool CmcdInQuery;

    /// <summary>Playback rate in hundredths; CMCD says it where it is not 100.</summary>
    public byte Rate;
}
