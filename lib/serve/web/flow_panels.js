// What the page asks about flow: signals, the largest clusters where nothing has a score, briefings, and what came after.
import { Afterwards } from './afterwards.js';
import { byId } from './dom.js';
import { questions } from './questions.js';
import { SignalsPanel } from './signals_panel.js';

const briefingOf = (symbol) => `briefing ${symbol}`;
const symbolOf = (name) => (name.startsWith('briefing ') ? name.slice('briefing '.length) : null);

export class FlowPanels {
  // `about()` gives {view, tickers}: what is looked at, and the tickers that traded (null: not known yet). `forget(name)`: the
  // next answer of that name is drawn even if it says the same as before.
  constructor(asker, address, about, forget) {
    Object.assign(this, { asker, about, forget });
    this.signals = new SignalsPanel({
      brief: (cluster) => asker.ask(briefingOf(cluster.option_symbol), questions.briefing(cluster)),
      afterwards: ({ ticker, side }) => {
        address.change({ after: ticker, after_side: side });
        byId('after').scrollIntoView({ block: 'start' });
        byId('after-ticker').focus({ preventScroll: true });
      },
    });
    this.afterwards = new Afterwards((part) => address.change(part));
  }

  // Another view: nothing of the one before stays.
  clear() {
    this.signals.clear();
    this.afterwards.clear('Waiting for the first answer.');
    this.asked = null;
  }

  ask() {
    this.asker.ask('signals', questions.signals(this.about().view));
  }

  take(name, answer) {
    if (name === 'signals') this.takeSignals(answer);
    else if (name === 'largest') this.signals.takeLargest(answer);
    else if (name === 'afterwards') this.afterwards.take(answer);
    else this.signals.takeBriefing(symbolOf(name), answer);
  }

  // Gives the place where the reason belongs, when nothing is shown there yet.
  failed(name, message) {
    const symbol = symbolOf(name);
    if (symbol) this.signals.takeBriefing(symbol, { message });
    if (name === 'signals' && !this.signals.answer) return 'signals-body';
    return name === 'afterwards' && !this.afterwards.answer ? 'after-body' : null;
  }

  // Without any score, the largest clusters are shown instead.
  takeSignals(answer) {
    this.forget('largest');
    if (this.signals.take(answer)) this.asker.ask('largest', questions.largest(this.about().view));
    this.askAfterwards();
  }

  // The ticker and side chosen, else those of the rarest signal, else of what has the most premium.
  choice() {
    const { view, tickers } = this.about();
    const found = tickers ?? [];
    const filtered = view.ticker?.split(',') ?? [];
    const { signals } = this.signals.answer;
    const first = signals[0];
    const ticker = view.after ?? first?.ticker ?? found[0] ?? filtered[0];
    const side = view.after_side ?? view.side ?? (first && first.ticker === ticker ? first.side : 'CALL');
    const choices = [...new Set([...found, ...filtered, ...signals.map((one) => one.ticker), ticker])].sort();
    return { view, ticker, side, choices };
  }

  askAfterwards() {
    if (!this.signals.answer) return;
    const { view, ticker, side, choices } = this.choice();
    if (!ticker) {
      if (this.about().tickers) this.afterwards.clear('No ticker to show yet.');
      return;
    }
    this.afterwards.choose(choices, ticker, side, view.returns ?? 'tradable');
    const question = questions.afterwards(view, ticker, side);
    const asked = JSON.stringify(question);
    if (asked !== this.asked) {
      this.afterwards.clear('Waiting for the answer.');
      this.forget('afterwards');
    } else if (this.afterwards.answer) {
      this.afterwards.draw();
    }
    this.asked = asked;
    this.asker.ask('afterwards', question);
  }
}
