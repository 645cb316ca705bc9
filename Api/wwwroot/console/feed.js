// The event stream: says when it is live and when it is lost, and opens it again.
const SILENCE = 4000; // The service sends a status every second.
const RETRY = 2000;

export class Feed {
  #source = null;
  #retry = 0;
  #watch = 0;
  #state = '';
  #lastHeard = new Date();

  /**
   * @param {string} url
   * @param {Record<string, Function>} listeners by event type, and `state` for 'live', 'lost' and 'paused'
   */
  constructor(url, listeners) {
    this.url = url;
    this.listeners = listeners;
    // A browser opens few connections to one host: tabs that nobody looks at give theirs back.
    document.addEventListener('visibilitychange', () => document.hidden ? this.#pause() : this.#open());
    addEventListener('pagehide', () => this.#close());
    addEventListener('pageshow', event => event.persisted && this.#open());
    if (!document.hidden)
      this.#open();
  }

  #open() {
    this.#close();
    this.#source = new EventSource(this.url);
    this.#source.addEventListener('error', () => this.#lose());
    for (const type of Object.keys(this.listeners).filter(type => type !== 'state'))
      this.#source.addEventListener(type, event => this.#hear(type, event));
    this.#watchSilence();
  }

  #hear(type, event) {
    this.#lastHeard = new Date();
    this.#watchSilence();
    this.#say('live');
    this.listeners[type](JSON.parse(event.data));
  }

  // A connection can die without an error, for example behind a proxy.
  #watchSilence() {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => this.#lose(), SILENCE);
  }

  #lose() {
    this.#close();
    this.#say('lost');
    this.#retry = setTimeout(() => this.#open(), RETRY);
  }

  #pause() {
    this.#close();
    this.#say('paused');
  }

  #close() {
    this.#source?.close();
    this.#source = null;
    clearTimeout(this.#retry);
    clearTimeout(this.#watch);
  }

  #say(state) {
    if (state !== this.#state)
      this.listeners.state(this.#state = state, this.#lastHeard);
  }
}
