using System.Buffers;
using System.Globalization;
using Portcullis.Engine;

namespace Portcullis.Local.Stream;

/// <summary>
/// One shard: lines in files named for the sequence number of their first byte. A line's sequence number is its byte offset in the shard.
/// </summary>
internal sealed class FileLogShard : IAsyncDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(500);

    private readonly string _folder;
    private readonly LogStreamOptions _options;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly Wake _pending = new(signalled: false);
    private readonly Wake _written = new(signalled: false);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _loop;
    private ArrayBufferWriter<byte> _filling = new(64 << 10);
    private ArrayBufferWriter<byte> _flushing = new(64 << 10);
    private FileStream? _file;
    private long _fileStart, _end, _dropped;
    private DateTimeOffset _fileOpened;
    private bool _closed;
    private volatile bool _fileIsOver;
    private volatile StoreHealth _health;

    public FileLogShard(string folder, LogStreamOptions options, TimeProvider time)
    {
        _folder = folder;
        _options = options;
        _time = time;
        Id = Path.GetFileName(folder);
        _health = new StoreHealth(Id, null, time.GetUtcNow());
        Directory.CreateDirectory(folder);
        var last = Files().LastOrDefault();
        _fileStart = last.Start;
        _end = last.Path is null ? 0 : last.Start + EndWithLineFeed(last.Path);
        _fileOpened = last.Path is null ? time.GetUtcNow() : File.GetCreationTimeUtc(last.Path);
        _loop = RunAsync();
    }

    /// <summary>The shard's id.</summary>
    public string Id { get; }

    public StoreHealth Health => _health;

    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Sequence number of the next line: where the shard ends now.</summary>
    public long End => Interlocked.Read(ref _end);

    public bool TryAppend(ReadOnlySpan<byte> line)
    {
        lock (_lock)
        {
            if (_closed || (long)_filling.WrittenCount + _flushing.WrittenCount + line.Length + 1 > _options.MaxPending)
            {
                Interlocked.Increment(ref _dropped);
                return false;
            }
            _filling.Write(line);
            _filling.Write("\n"u8);
        }
        _pending.Signal();
        return true;
    }

    /// <summary>Reads whole lines from a sequence number on.</summary>
    /// <returns>
    /// Bytes read, ending with a line feed unless the buffer is too small for the line or the file was cut off within it; 0 when there is
    /// nothing more, and -1 when what stood at the position is gone.
    /// </returns>
    public int Read(long position, Span<byte> buffer)
    {
        // The end comes first: what the writer has not finished by now is not there yet.
        var end = End;
        if (position >= end)
            return 0;
        var files = Files();
        var index = files.FindLastIndex(file => file.Start <= position);
        if (index < 0)
            return -1;
        var limit = index + 1 < files.Count ? Math.Min(end, files[index + 1].Start) : end;
        using var handle = File.OpenHandle(files[index].Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var length = RandomAccess.Read(handle, buffer[..(int)Math.Min(buffer.Length, limit - position)], position - files[index].Start);
        var whole = buffer[..length].LastIndexOf((byte)'\n') + 1;
        return whole > 0 ? whole : length > 0 ? length : -1;
    }

    /// <summary>Where reading goes on after <see cref="Read"/> said that what stood at the position is gone.</summary>
    public long NextKept(long position) => Files().FirstOrDefault(file => file.Start > position) is { Path: not null } next ? next.Start : End;

    /// <summary>Waits until something was appended, or a while has passed.</summary>
    public async Task WaitAsync(TimeSpan atMost, CancellationToken cancellation)
    {
        await _written.WaitAsync(atMost, TimeProvider.System, cancellation).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
    }

    public void DeleteBefore(long position, DateTimeOffset now)
    {
        var files = Files();
        for (var i = 0; i < files.Count - 1 && files[i + 1].Start <= position; i++)
        {
            if (now - File.GetLastWriteTimeUtc(files[i].Path) > _options.Retention)
                File.Delete(files[i].Path);
        }
        // Where nothing comes any more, the last file would stay for ever, with the addresses in it.
        if (files is [.., var last] && last.Start < End && now - File.GetLastWriteTimeUtc(last.Path) > _options.Retention)
        {
            _fileIsOver = true;
            _pending.Signal();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        if (_file is not null)
            await _file.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            await _pending.WaitAsync(Timeout.InfiniteTimeSpan, _time, _stopping.Token).ConfigureAwait(false);
            while (!TryFlush() && !_stopping.IsCancellationRequested)
                await Task.Delay(RetryAfter, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        lock (_lock)
            _closed = true;
        // What an earlier failure held back comes first, what was appended since then after it.
        if (TryFlush())
            TryFlush();
    }

    private bool TryFlush()
    {
        lock (_lock)
        {
            if (_flushing.WrittenCount == 0)
                (_filling, _flushing) = (_flushing, _filling);
        }
        if (_flushing.WrittenCount == 0 && !_fileIsOver)
            return true;
        try
        {
            // A file that was deleted under the writer would take lines that nobody ever reads.
            if (_file is null || IsFileOver || !File.Exists(_file.Name))
                OpenFile();
            // A failed write may have left a part behind: write at the known end, always.
            RandomAccess.Write(_file!.SafeFileHandle, _flushing.WrittenSpan, _end - _fileStart);
            _fileIsOver = false;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Report(error.Message);
            return false;
        }
        Interlocked.Add(ref _end, _flushing.WrittenCount);
        lock (_lock)
            _flushing.ResetWrittenCount();
        Report(null);
        _written.Signal();
        return true;
    }

    private bool IsFileOver => _fileIsOver || _end - _fileStart >= _options.FileSize || (_end > _fileStart && _time.GetUtcNow() - _fileOpened >= _options.FileAge);

    private void OpenFile()
    {
        var deleted = _file is not null && !File.Exists(_file.Name);
        _file?.Dispose();
        _file = null;
        if (deleted || IsFileOver)
            (_fileStart, _fileOpened) = (_end, _time.GetUtcNow());
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        _file = new FileStream(Path.Combine(_folder, $"{_fileStart:d20}.log"), options);
    }

    private List<(long Start, string Path)> Files() =>
    [
        .. Directory.GetFiles(_folder, "*.log")
            .Select(path => (Start: long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var start) ? start : -1, path))
            .Where(file => file.Start >= 0)
            .OrderBy(file => file.Start),
    ];

    /// <summary>A line that a crash cut off gets its line feed: it will be read, counted as malformed and kept for inspection.</summary>
    private static long EndWithLineFeed(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        if (file.Length == 0)
            return 0;
        file.Seek(-1, SeekOrigin.End);
        if (file.ReadByte() != '\n')
            file.WriteByte((byte)'\n');
        return file.Length;
    }

    private void Report(string? error) => _health = _health.Becoming(error, _time);
}
