namespace Portcullis.Sessions;

/// <summary>Two playheads of two homes that advanced side by side.</summary>
/// <param name="Rounds">At least how often one of them was seen behind where the other had been, each time further on; 0 for no overlap.</param>
/// <param name="Lasted">From the first round's end to the last one's, in milliseconds.</param>
/// <param name="Apart">Segments between the two in the last round; 0 when both fetched the same one.</param>
/// <param name="At">When the last round ended, epoch milliseconds.</param>
internal readonly record struct Overlap(int Rounds, long Lasted, long Apart, long At);

/// <summary>Segments that several homes fetched within <see cref="PlayheadOverlap.CrowdSpan"/> of each other.</summary>
/// <param name="Positions">How many.</param>
/// <param name="Homes">Most homes at one of them.</param>
/// <param name="At">When the newest of them was fetched by the last home, epoch milliseconds.</param>
internal readonly record struct Crowd(int Positions, int Homes, long At);
