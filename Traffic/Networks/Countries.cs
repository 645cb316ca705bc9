using Portcullis.Traffic.Randomness;

namespace Portcullis.Traffic.Networks;

/// <summary>The countries of the audience, in proportion.</summary>
internal static class Countries
{
    public static readonly Country UnitedStates = new("US", "IAD89-P1", "EWR53-C2", "ORD58-P4", "LAX50-C1", "DFW57-P2", "ATL59-P5", "SFO53-P7");
    public static readonly Country Germany = new("DE", "FRA56-P3", "FRA60-P9", "MUC50-P2", "DUS51-P1", "HAM50-C3", "TXL50-P4");
    public static readonly Country UnitedKingdom = new("GB", "LHR61-P4", "LHR50-P6", "MAN51-P2");
    public static readonly Country France = new("FR", "CDG50-P1", "CDG52-P4", "MRS52-P3");
    public static readonly Country Spain = new("ES", "MAD53-P2", "MAD56-P1", "BCN50-P1");
    public static readonly Country Italy = new("IT", "MXP64-P2", "FCO50-P3", "PMO50-C1");
    public static readonly Country Netherlands = new("NL", "AMS1-P2", "AMS58-P4");
    public static readonly Country Poland = new("PL", "WAW51-P3");
    public static readonly Country Brazil = new("BR", "GRU3-P1", "GIG51-C2", "FOR50-P1");
    public static readonly Country India = new("IN", "BOM78-P2", "DEL54-P4", "MAA50-P1");
    public static readonly Country Japan = new("JP", "NRT57-P3", "KIX50-P2");
    public static readonly Country Turkey = new("TR", "IST50-P2");

    private static readonly Country[] Audience =
    [
        Germany, Germany, Germany, Germany, Germany, Germany, UnitedKingdom, UnitedKingdom, UnitedKingdom, UnitedStates, UnitedStates, UnitedStates,
        France, France, Spain, Spain, Italy, Italy, Netherlands, Poland, Brazil, India, Japan, Turkey,
    ];

    /// <summary>A viewer's country.</summary>
    public static Country Draw(ref Rng rng) => rng.Pick(Audience);
}
