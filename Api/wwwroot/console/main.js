// The console's pages work by reload; this keeps them current while they are looked at.
import { Feed } from './feed.js';
import { showConnection } from './connection.js';
import { forgetNotice } from './notice.js';
import { Refresh } from './refresh.js';
import { listenForSlash } from './shortcuts.js';
import { StatusTiles } from './tiles.js';
import { localise, tick } from './times.js';

localise(document);
setInterval(tick, 1000);
listenForSlash();
forgetNotice();

if (document.getElementById('connection') !== null) {
  const refresh = new Refresh();
  const tiles = new StatusTiles();
  const announcer = document.getElementById('announcer');
  let shown = '';

  new Feed('/v1/events', {
    session: () => refresh.soon(),
    decision: decision => {
      announcer.textContent = `${decision.kind === 'lift' ? 'Lifted' : 'Revoked'}: ${decision.subject.value}. ${decision.reason}`;
      refresh.soon();
    },
    status: status => {
      tiles.show(status);
      // Lines that raise no verdict send no event of their own, but move viewers and times.
      const now = [status.stream.lines, status.ledgerSequence, status.sessions, status.stores, status.targets.map(target => target.lastError)];
      const seen = JSON.stringify(now);
      if (seen !== shown)
        refresh.within(3000);
      shown = seen;
    },
    state: (state, lastHeard) => {
      showConnection(state, lastHeard);
      // Events of the time without a connection are not sent again.
      if (state === 'live')
        refresh.soon();
    },
  });
}
