namespace Portcullis.Local.Backup;

/// <summary>What a backup holds.</summary>
/// <param name="Format">Version of the archive's form.</param>
/// <param name="At">When it was made.</param>
/// <param name="Sequence">Sequence of the newest decision in it; 0 without any. Later ones are not in it.</param>
/// <param name="Entries">Its files.</param>
public sealed record BackupManifest(int Format, DateTimeOffset At, long Sequence, IReadOnlyList<BackupEntry> Entries);

/// <summary>A file of a backup.</summary>
/// <param name="Name">Its name in the data folder.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Sha256">SHA-256 of its content, in lower-case hex.</param>
public sealed record BackupEntry(string Name, long Length, string Sha256);
