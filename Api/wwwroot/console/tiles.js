// The overview's figures, from the status that arrives every second.
const WINDOW = 5; // Seconds over which the line rate is averaged.
const LAG_ALARM = 5; // Seconds.

const count = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const rate = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

export class StatusTiles {
  #samples = [];

  show(status) {
    const { sessions, stream, streamLagSeconds: lag } = status;
    set('live', count.format(sessions.live), `${count.format(sessions.inMemory)} followed`);
    set('rate', this.#rate(status), `${count.format(stream.lines)} in total`);
    set('flagged', count.format(sessions.flagged), 'not blocked');
    set('standing', count.format(status.revocations), 'standing now');
    set('after-block', count.format(stream.afterBlock), `of ${count.format(stream.refused)} refused`);
    set('lag', lag === null ? 'none' : `${lag.toFixed(1)} s`, `${count.format(stream.backlogBytes)} B unread`, lag > LAG_ALARM);
    set('malformed', count.format(stream.malformed), `${count.format(stream.dropped)} dropped`, stream.dropped > 0);
  }

  #rate({ uptimeSeconds: at, stream: { lines } }) {
    if (this.#samples.length > 0 && at < this.#samples.at(-1).at)
      this.#samples = []; // The service was started again.
    this.#samples.push({ at, lines });
    while (this.#samples.length > 2 && at - this.#samples[0].at > WINDOW)
      this.#samples.shift();
    const [first] = this.#samples;
    return at > first.at ? rate.format((lines - first.lines) / (at - first.at)) : '–';
  }
}

function set(name, value, more, alarming = false) {
  const tile = document.querySelector(`[data-tile="${name}"]`);
  if (tile === null)
    return;
  write(tile.querySelector('.value'), value);
  write(tile.querySelector('.more'), more);
  tile.classList.toggle('alarming', alarming);
}

function write(element, text) {
  if (element.textContent !== text)
    element.textContent = text;
}
