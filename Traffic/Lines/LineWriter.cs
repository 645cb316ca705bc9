using Portcullis.Traffic.Titles;

namespace Portcullis.Traffic.Lines;

/// <summary>Writes log lines in Portcullis' default field list.</summary>
internal static class LineWriter
{
    /// <summary>Longest line, in bytes.</summary>
    public const int MaxLength = 2048;

    /// <summary>Writes a line without its line feed. Returns its length.</summary>
    public static int Write(in LineRecord record, Span<byte> buffer)
    {
        var writer = new Utf8Writer(buffer);
        var served = record.Answer is EdgeAnswer.Hit or EdgeAnswer.Miss or EdgeAnswer.RefreshHit;
        writer.Seconds(record.Time);
        writer.Tab();
        record.Link.WriteAddress(ref writer);
        writer.Tab();
        writer.Put(Status(record));
        writer.Tab();
        // The body and some 400 to 655 bytes of headers.
        writer.Number(record.Bytes + 400 + (long)(record.RequestSeed >> 56));
        writer.Tab();
        writer.Put(record.Method switch { Method.Head => "HEAD"u8, Method.Options => "OPTIONS"u8, _ => "GET"u8 });
        writer.Tab();
        writer.Put(record.Title.Host);
        writer.Tab();
        WriteUri(record, ref writer);
        writer.Tab();
        writer.Put(record.Link.Location);
        writer.Tab();
        writer.RequestId(record.RequestSeed);
        writer.Tab();
        writer.Seconds(record.TimeTaken);
        writer.Tab();
        writer.Field(record.Device.UserAgent);
        writer.Field(record.Device.Referer);
        writer.Put(ResultType(record.Answer));
        writer.Tab();
        if (served && record.Method != Method.Options)
            writer.Field(ContentType(record));
        else
            writer.Nothing();
        if (record.RangeStart >= 0 && served)
        {
            writer.Number(record.RangeStart);
            writer.Tab();
            writer.Number(record.RangeStart + record.Bytes - 1);
            writer.Tab();
        }
        else
        {
            writer.Nothing();
            writer.Nothing();
        }
        writer.Put(DetailedResultType(record.Answer));
        writer.Tab();
        writer.Put(record.Link.Provider.Country.CodeText);
        writer.Tab();
        writer.Put(record.Link.Provider.AsnText);
        writer.Tab();
        WriteCmcd(record, ref writer);
        WriteLogData(record, ref writer);
        return writer.Length;
    }

    private static void WriteUri(in LineRecord record, ref Utf8Writer writer)
    {
        if (record.Refusal != Refusal.Missing)
            writer.Put(record.Token.Segment);
        record.Title.WritePath(ref writer, record);
        var playlistQuery = record.Kind == ObjectKind.Playlist && record.Part > 0;
        if (playlistQuery)
        {
            writer.Put("?_HLS_msn="u8);
            writer.Number(record.Title.Outline.FirstNumber + record.Number);
            writer.Put("&_HLS_part="u8);
            writer.Number(record.Part - 1);
        }
        if (!record.CmcdInQuery || (record.CmcdHigh | record.CmcdLow) == 0 || record.Method == Method.Options)
            return;
        writer.Put(playlistQuery || record.Title.HasQuery(record.Kind, record.Rendition) ? (byte)'&' : (byte)'?');
        // The player's own encoding, encoded once more by the log.
        writer.Put("CMCD="u8);
        if (record.CmcdDuration > 0)
        {
            writer.Put("d%253D"u8);
            writer.Number(record.CmcdDuration);
            writer.Put("%252C"u8);
        }
        writer.Put("ot%253D"u8);
        writer.Put(ObjectType(record));
        if (record.Rate != 100)
        {
            writer.Put("%252Cpr%253D"u8);
            WriteRate(record.Rate, ref writer);
        }
        writer.Put("%252Csf%253Dh%252Csid%253D%2522"u8);
        WriteGuid(record, ref writer);
        writer.Put("%2522"u8);
    }

    private static void WriteCmcd(in LineRecord record, ref Utf8Writer writer)
    {
        // A pre-flight names the headers it asks for, and has none of them.
        if ((record.CmcdHigh | record.CmcdLow) == 0 || record.Method == Method.Options)
        {
            for (var i = 0; i < 4; i++)
                writer.Nothing();
            return;
        }
        if (record.CmcdDuration > 0)
        {
            writer.Number(record.CmcdDuration);
            writer.Tab();
        }
        else
        {
            writer.Nothing();
        }
        writer.Field(ObjectType(record));
        if (record.Rate != 100)
        {
            WriteRate(record.Rate, ref writer);
            writer.Tab();
        }
        else
        {
            writer.Nothing();
        }
        WriteGuid(record, ref writer);
        writer.Tab();
    }

    private static void WriteLogData(in LineRecord record, ref Utf8Writer writer)
    {
        if (record.Method == Method.Options)
        {
            // The edge function answers pre-flights before it looks at a token.
            writer.Put((byte)'-');
            return;
        }
        switch (record.Refusal)
        {
            case Refusal.None:
                writer.Put("ok."u8);
                writer.Put(record.Token.Sid);
                break;
            default:
                writer.Put(record.Refusal switch
                {
                    Refusal.Expired => "no.expired"u8,
                    Refusal.Session => "no.session"u8,
                    Refusal.Malformed => "no.malformed"u8,
                    Refusal.Path => "no.path"u8,
                    Refusal.Missing => "no.missing"u8,
                    _ => "no.signature"u8,
                });
                break;
        }
    }

    private static void WriteRate(byte hundredths, ref Utf8Writer writer)
    {
        writer.Number(hundredths / 100);
        writer.Put((byte)'.');
        writer.Number(hundredths % 100 / (hundredths % 10 == 0 ? 10 : 1), hundredths % 10 == 0 ? 1 : 2);
    }

    private static void WriteGuid(in LineRecord record, ref Utf8Writer writer)
    {
        writer.Hex(record.CmcdHigh >> 32, 8);
        writer.Put((byte)'-');
        writer.Hex(record.CmcdHigh >> 16, 4);
        writer.Put("-4"u8);
        writer.Hex(record.CmcdHigh, 3);
        writer.Put("-a"u8);
        writer.Hex(record.CmcdLow >> 48, 3);
        writer.Put((byte)'-');
        writer.Hex(record.CmcdLow, 12);
    }

    private static ReadOnlySpan<byte> Status(in LineRecord record) => record.Answer switch
    {
        EdgeAnswer.NotModified => "304"u8,
        EdgeAnswer.Aborted => "000"u8,
        EdgeAnswer.NotFound => "404"u8,
        EdgeAnswer.OriginError => (record.RequestSeed & 3) switch { 0 => "502"u8, 1 => "504"u8, _ => "503"u8 },
        EdgeAnswer.Refused => record.Refusal == Refusal.Path ? "403"u8 : "401"u8,
        _ when record.Method == Method.Options => "204"u8,
        _ => record.RangeStart >= 0 ? "206"u8 : "200"u8,
    };

    private static ReadOnlySpan<byte> ResultType(EdgeAnswer answer) => answer switch
    {
        EdgeAnswer.Hit or EdgeAnswer.NotModified => "Hit"u8,
        EdgeAnswer.Miss => "Miss"u8,
        EdgeAnswer.RefreshHit => "RefreshHit"u8,
        EdgeAnswer.Refused => "FunctionGeneratedResponse"u8,
        _ => "Error"u8,
    };

    private static ReadOnlySpan<byte> DetailedResultType(EdgeAnswer answer) => answer switch
    {
        EdgeAnswer.Aborted => "ClientCommError"u8,
        EdgeAnswer.OriginError => "OriginCommError"u8,
        _ => ResultType(answer),
    };

    private static ReadOnlySpan<byte> ContentType(in LineRecord record) => record.Kind switch
    {
        ObjectKind.Master or ObjectKind.Playlist or ObjectKind.AudioPlaylist => "application/vnd.apple.mpegurl"u8,
        ObjectKind.Video or ObjectKind.Init or ObjectKind.Part => record.Title.VideoType,
        ObjectKind.IFrame or ObjectKind.Advertisement => "video/MP2T"u8,
        ObjectKind.Audio or ObjectKind.AudioInit => record.Title.AudioType,
        ObjectKind.Subtitle => "text/vtt"u8,
        ObjectKind.Thumbnail => "image/jpeg"u8,
        _ => "application/octet-stream"u8,
    };

    private static ReadOnlySpan<byte> ObjectType(in LineRecord record) => record.Kind switch
    {
        ObjectKind.Master or ObjectKind.Playlist or ObjectKind.AudioPlaylist => "m"u8,
        ObjectKind.Video or ObjectKind.Part => record.Title.HasAudio ? "v"u8 : "av"u8,
        ObjectKind.Advertisement => "av"u8,
        ObjectKind.Audio => "a"u8,
        ObjectKind.Init or ObjectKind.AudioInit => "i"u8,
        ObjectKind.Subtitle => "c"u8,
        ObjectKind.Key => "k"u8,
        ObjectKind.IFrame => "v"u8,
        _ => "o"u8,
    };
}
