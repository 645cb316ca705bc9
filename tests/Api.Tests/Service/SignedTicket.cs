namespace Portcullis.Api.Tests.Service;

/// <summary>A signed playback as the API answers it.</summary>
public sealed record SignedTicket(Uri PlaybackUrl, string Sid, DateTimeOffset ExpiresAt, IReadOnlyList<TicketCookie>? Cookies, IReadOnlyList<string>? SetCookie);

/// <summary>A cookie as the API answers it.</summary>
public sealed record TicketCookie(string Name, string Value, string Path);
