// The live stream, read by fetch() because EventSource can't send an Authorization header. Reconnects by itself.
import { address, backOff, isAbort, isFinal, refusal, sleep, token } from './api.js';

// The server says something every 5 s; after three times that the connection is taken for dead.
const kSilenceMs = 15_000;
const kSteadyMs = 10_000;
const kLongestEvent = 4 << 20;

// Server-sent events out of text that arrives in any pieces. `onEvent({event, data, id})`; id is null when there is none.
export class EventReader {
  constructor(onEvent) {
    this.onEvent = onEvent;
    this.rest = '';
    this.clear();
  }

  clear() {
    this.event = 'message';
    this.data = [];
    this.id = null;
  }

  push(text) {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop();
    if (this.rest.length > kLongestEvent) throw new Error('an event without end');
    for (const line of lines) this.line(line.endsWith('\r') ? line.slice(0, -1) : line);
  }

  line(line) {
    if (line === '') {
      if (this.data.length > 0) this.onEvent({ event: this.event, data: this.data.join('\n'), id: this.id });
      this.clear();
      return;
    }
    const colon = line.indexOf(':');
    if (colon === 0) return;  // a comment
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'data') this.data.push(value);
    else if (name === 'event') this.event = value;
    else if (name === 'id') this.id = value;
  }
}

// `on.event(name, object)` for each event, `on.open(resumed)` when connected, `on.lost(error, waitMs)` before each new
// attempt. 401 and other refusals that asking again can't change go to `on.refused(error)` and end it.
export class LiveStream {
  constructor(wanted, on) {
    this.wanted = wanted;
    this.on = on;
    this.lastId = null;
    this.stopped = new AbortController();
    this.run();
  }

  stop() {
    this.stopped.abort();
  }

  async run() {
    this.attempt = 0;
    while (!this.stopped.signal.aborted) {
      let error = null;
      try {
        await this.read();
      } catch (thrown) {
        error = thrown;
      }
      if (this.stopped.signal.aborted) return;
      if (isFinal(error)) {
        this.on.refused(error);
        return;
      }
      const wait = Math.max(error?.retryMs ?? 0, backOff(this.attempt++));
      this.on.lost(error, wait);
      try {
        await sleep(wait, this.stopped.signal);
      } catch {
        return;
      }
    }
  }

  async read() {
    this.connection = new AbortController();
    const { signal } = this.connection;
    const stop = () => this.connection.abort();
    this.stopped.signal.addEventListener('abort', stop);
    const since = performance.now();
    let heard = since;
    const watch = setInterval(() => {
      if (performance.now() - heard > kSilenceMs) this.connection.abort();
    }, 1000);
    try {
      const headers = { Accept: 'text/event-stream', ...token.headers() };
      if (this.lastId !== null) headers['Last-Event-ID'] = this.lastId;
      const response = await fetch(address('stream', this.wanted), { headers, signal, cache: 'no-store' });
      if (!response.ok) throw await refusal(response);
      this.on.open(this.lastId !== null);
      const reader = new EventReader((event) => {
        if (event.event === 'status') heard = performance.now();
        this.take(event);
      });
      const decoder = new TextDecoder();
      for (const body = response.body.getReader(); ;) {
        const { done, value } = await body.read();
        if (done) return;
        reader.push(decoder.decode(value, { stream: true }));
      }
    } catch (error) {
      if (isAbort(error) && !this.stopped.signal.aborted) throw new Error('silent');
      throw error;
    } finally {
      // A server that lets everybody in and ends it at once must not be asked twice a second.
      if (performance.now() - since > kSteadyMs) this.attempt = 0;
      clearInterval(watch);
      this.connection.abort();
      this.stopped.signal.removeEventListener('abort', stop);
    }
  }

  take({ event, data, id }) {
    if (this.stopped.signal.aborted) return;
    let object;
    try {
      object = JSON.parse(data);
    } catch {
      return;
    }
    // The id is taken only after the event has been dealt with: an event lost in between is asked for again.
    this.on.event(event, object);
    if (id !== null) this.lastId = id;
  }
}
