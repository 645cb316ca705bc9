namespace Portcullis.Sessions;

/// <content>Who watches: the viewers that are remembered, and what is told of them.</content>
public sealed partial class SessionState
{
    /// <summary>User agent (its key) and autonomous system of the viewer that most lines are of; 0 where there is none.</summary>
    public (uint Agent, uint Asn) MainViewer
    {
        get
        {
            SeenViewer main = default;
            for (var i = 0; i < _viewerCount; i++)
            {
                ref readonly var viewer = ref Viewer(i);
                if (viewer.Lines > main.Lines || (viewer.Lines == main.Lines && viewer.FirstSeen < main.FirstSeen))
                    main = viewer;
            }
            return (main.Agent, main.Asn);
        }
    }

    /// <summary>The viewers in text, in no particular order.</summary>
    internal IEnumerable<(ViewerText Text, long FirstSeen, long LastSeen, int Lines)> ViewersIn(AgentTexts agents)
    {
        for (var i = 0; i < _viewerCount; i++)
            yield return (Viewer(i).Text(agents), Viewer(i).FirstSeen * 1000L, Viewer(i).LastSeen * 1000L, Viewer(i).Lines);
    }

    private int Meet(in SliceLine line, DetectionContext context)
    {
        for (var i = 0; i < _viewerCount; i++)
        {
            if (Viewer(i).Is(line))
                return i;
        }
        var index = (int)_viewerCount;
        if (_viewerCount == MaxViewers)
            index = LongestUnseen(context);
        else
            MakeRoomForViewer(_viewerCount++);
        Viewer(index) = SeenViewer.Of(line);
        for (var i = 0; i < _viewerCount && !IsApart; i++)
            IsApart = i != index && Home.Of(Viewer(i), Viewer(index), context.Lists) == Nearness.Apart;
        return index;
    }

    /// <summary>The viewer whose place is given to another: seen longest ago, and none of the fetches still kept is his unless all have some.</summary>
    private int LongestUnseen(DetectionContext context)
    {
        var used = 0UL;
        foreach (ref readonly var fetch in _fetches.Read(context.Fetches))
            used |= 1UL << fetch.Viewer;
        var found = 0;
        for (var i = 1; i < MaxViewers; i++)
        {
            if (((used >> i) & 1, Viewer(i).LastSeen).CompareTo(((used >> found) & 1, Viewer(found).LastSeen)) < 0)
                found = i;
        }
        return found;
    }

    private ulong Viewers => _viewerCount == 64 ? ulong.MaxValue : (1UL << _viewerCount) - 1;

    /// <summary>For each viewer, as bits, the viewers that cannot be in his home.</summary>
    private void FillStrangers(Span<ulong> strangers, DetectionContext context)
    {
        strangers.Clear();
        for (var i = 1; i < _viewerCount; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (Home.Of(Viewer(i), Viewer(j), context.Lists) != Nearness.Apart)
                    continue;
                strangers[i] |= 1UL << j;
                strangers[j] |= 1UL << i;
            }
        }
    }
}
