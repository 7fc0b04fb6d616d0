// Connection and feed, always in sight: the pill, the delay, the mark of simulated data, and what is said aloud.
import { byId, setText } from './dom.js';
import * as format from './format.js';

const kSpeakMs = 20_000;  // a screen reader must not be flooded by the tape

const kFeed = {
  live: ['Live', 'Trades are arriving.'],
  quiet: ['Quiet', 'No new trade can be expected at this moment.'],
  closed: ['Market closed', 'The market is closed.'],
  stale: ['Stale', 'The market is open, but nothing has been stored for too long.'],
  no_data: ['Waiting for first data', 'The market is open, but nothing of this session has been stored yet.'],
  no_schema: ['Waiting for tables', 'The database has no tables of this release yet: pg-sink makes them.'],
  no_database: ['Database unreachable', 'The server can’t reach its database.'],
};

export class Status {
  constructor() {
    this.connection = 'connecting';  // connecting, open, lost, refused
    this.feed = null;                // the last status event
    this.skew = 0;                   // the server's clock less ours, ms
    this.retryAt = 0;
    this.title = document.title;
    this.pending = { trades: 0, largest: null };
    this.spoke = 0;
    setInterval(() => this.tick(), 1000);
  }

  now() {
    return Date.now() + this.skew;
  }

  connected() {
    this.connection = 'open';
    this.show();
  }

  lost(waitMs) {
    this.connection = 'lost';
    this.retryAt = performance.now() + waitMs;
    this.show();
  }

  // Asking again won't help: `name` and `words` say what would.
  refused(name, words) {
    this.connection = 'refused';
    this.refusal = { state: 'refused', name, words };
    this.show();
  }

  take(feed) {
    // Half a second of network is not a wrong clock.
    const skew = Date.parse(feed.now) - Date.now();
    this.skew = Math.abs(skew) > 2000 ? skew : 0;
    this.feed = feed;
    this.connection = 'open';
    this.simulated(feed.simulated);
    this.show();
  }

  simulated(is) {
    byId('simulated').hidden = !is;
    document.documentElement.classList.toggle('is-simulated', is);
    document.title = is ? `SIMULATED – ${this.title}` : this.title;
  }

  // {name, words, state} of the whole: a broken connection hides what the feed was.
  summary() {
    if (this.connection === 'connecting') return { state: 'connecting', name: 'Connecting', words: 'Connecting to the server.' };
    if (this.connection === 'refused') return this.refusal;
    if (this.connection === 'lost') {
      const seconds = Math.max(0, Math.ceil((this.retryAt - performance.now()) / 1000));
      return { state: 'lost', name: seconds > 0 ? `Reconnecting in ${seconds} s` : 'Reconnecting', words: 'The connection to the server is lost; the page reconnects by itself.' };
    }
    const state = this.feed?.state ?? 'connecting';
    const [name, words] = kFeed[state] ?? ['Connected', 'Connected.'];
    return { state, name, words };
  }

  show() {
    const { state, name, words } = this.summary();
    const pill = byId('state');
    setText(pill, name);
    pill.dataset.state = state;
    pill.title = words;
    if (state !== this.said) {
      // Not the first thing a page says, and not each step of a count-down.
      if (this.said && this.said !== 'connecting') this.say(words);
      this.said = state;
    }
    const delay = this.feed?.feed_delay_s ?? null;
    const old = this.connection === 'lost' ? ', last known' : '';
    setText(byId('delay'), delay === null ? 'not known' : `${format.duration(delay)}${old}`);
    const until = this.feed?.live_until ?? null;
    const shown = byId('until');
    if (until === null) {
      setText(shown, 'none yet');
      return;
    }
    const here = format.newYork(until);
    const today = format.dateOf(this.now());
    setText(shown, here.date === today ? `${here.time} ET` : `${format.day(here.date, today)}, ${here.time} ET`);
    shown.title = `${format.utcTitle(until)}${this.feed.stored_at ? `; last stored ${format.timeOf(this.feed.stored_at)} ET` : ''}`;
  }

  tick() {
    if (this.connection === 'lost') this.show();
    const { trades, largest } = this.pending;
    if (trades > 0 && performance.now() - this.spoke > kSpeakMs) {
      this.say(`${format.plural(trades, 'new trade')}, largest ${largest.ticker} ${format.count(largest.strike)} ${largest.side.toLowerCase()}, ${format.money(largest.premium)}.`);
      this.pending = { trades: 0, largest: null };
    }
  }

  heard(trade) {
    const { pending } = this;
    pending.trades += 1;
    if (!pending.largest || trade.premium > pending.largest.premium) pending.largest = trade;
  }

  say(text) {
    this.spoke = performance.now();
    setText(byId('announce'), text);
  }
}
