// The indicator in the header, and the banner that says how old the page is.
import { clock } from './times.js';

const WORDS = { live: 'Live', lost: 'Connection lost', paused: 'Paused' };

/** @param {'live' | 'lost' | 'paused'} state */
export function showConnection(state, lastHeard) {
  const indicator = document.getElementById('connection');
  indicator.dataset.state = state;
  indicator.querySelector('.state').textContent = WORDS[state];
  const banner = document.getElementById('lost');
  banner.hidden = state !== 'lost';
  if (state === 'lost')
    banner.textContent = `No connection to Portcullis. What you see is from ${clock(lastHeard)}. Trying again…`;
  document.body.classList.toggle('stale', state === 'lost');
}
