namespace Portcullis.Traffic.Time;

/// <summary>The actors by their next appointment: a heap of four children a node; equal times go in the order they were made.</summary>
internal sealed class ActorQueue
{
    private Entry[] _heap = new Entry[256];
    private int _count;
    private uint _made;

    public int Count => _count;

    /// <summary>Time of the next appointment, epoch milliseconds; the end of time where there is none.</summary>
    public long NextAt => _count == 0 ? long.MaxValue : _heap[0].At;

    /// <summary>Appoints an actor, instead of what it had before.</summary>
    public void Appoint(Actor actor, long at)
    {
        if (_count == _heap.Length)
            Array.Resize(ref _heap, _heap.Length * 2);
        var entry = new Entry(at, _made++, ++actor.Appointment, actor);
        var hole = _count++;
        while (hole > 0 && (hole - 1) / 4 is var parent && entry.Before(_heap[parent]))
        {
            _heap[hole] = _heap[parent];
            hole = parent;
        }
        _heap[hole] = entry;
    }

    /// <summary>Takes the next appointment; null where it is void.</summary>
    public Actor? Take()
    {
        var top = _heap[0];
        var last = _heap[--_count];
        _heap[_count] = default;
        if (_count > 0)
            Sink(last);
        return top.Appointment == top.Actor.Appointment ? top.Actor : null;
    }

    private void Sink(in Entry entry)
    {
        var hole = 0;
        while (true)
        {
            var child = (hole * 4) + 1;
            if (child >= _count)
                break;
            var end = Math.Min(child + 4, _count);
            for (var other = child + 1; other < end; other++)
            {
                if (_heap[other].Before(_heap[child]))
                    child = other;
            }
            if (!_heap[child].Before(entry))
                break;
            _heap[hole] = _heap[child];
            hole = child;
        }
        _heap[hole] = entry;
    }

    private readonly record struct Entry(long At, uint Made, int Appointment, Actor Actor)
    {
        public bool Before(in Entry other) => At < other.At || (At == other.At && (int)(Made - other.Made) < 0);
    }
}
