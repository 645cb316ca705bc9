// Takes the live parts of the page anew from the server, which renders them in one place for reload and for update.
import { morph } from './morph.js';
import { localise } from './times.js';

const SPACING = 1000;

export class Refresh {
  #timer = 0;
  #due = Infinity;
  #last = 0;
  #running = false;

  /** Now, but not more often than once a second. */
  soon() {
    this.within(0);
  }

  /** At the latest after so many milliseconds. */
  within(milliseconds) {
    const due = Math.max(Date.now() + milliseconds, this.#last + SPACING);
    if (due >= this.#due)
      return;
    this.#due = due;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#run(), due - Date.now());
  }

  async #run() {
    this.#due = Infinity;
    if (document.hidden || document.querySelector('[data-live]') === null)
      return;
    if (this.#running) {
      this.within(SPACING);
      return;
    }
    this.#running = true;
    this.#last = Date.now();
    try {
      const answer = await fetch(location.href, { headers: { accept: 'text/html' }, cache: 'no-store' });
      if (answer.redirected)
        location.reload();
      else if (answer.ok)
        take(await answer.text());
    } catch {
      // The connection is gone: the feed says so, and asks again when it is back.
    } finally {
      this.#running = false;
    }
  }
}

function take(text) {
  const fresh = new DOMParser().parseFromString(text, 'text/html');
  localise(fresh);
  for (const part of document.querySelectorAll('[data-live]')) {
    const next = fresh.querySelector(`[data-live="${part.dataset.live}"]`);
    if (next !== null)
      morph(part, next);
  }
}
