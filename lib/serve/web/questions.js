// What the page asks for besides the stream: the first page of the tape, summary, coverage, heat map, signals and what came
// after. Each question has one answer under way at most; a newer one replaces it.
import { askUntil, isAbort } from './api.js';
import { conditions } from './state.js';

const kDays = 5;
const kLargest = 5;

function dayBefore(date, days) {
  return new Date(Date.parse(`${date}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10);
}

const within = (view) => (view.date ? { since: view.date, until: view.date } : {});

export const questions = {
  trades: (view, limit, cursor) => ['smart-money', { ...conditions(view), ...within(view), cancelled: 'include', limit, ...(cursor ? { cursor } : {}) }],
  summary: (view) => ['summary', { ...conditions(view), ...(view.date ? { date: view.date } : {}),
    fields: 'total,put_call,by_ticker,by_side,by_time' }],
  cells: (view, ticker) => ['summary', { ...conditions(view), ...(view.date ? { date: view.date } : {}), ticker, fields: 'cells' }],
  signals: (view) => ['signals', { ...conditions(view), ...(view.date ? { date: view.date } : {}) }],
  largest: (view) => ['concentration', { ...conditions(view), ...(view.date ? { until: view.date } : {}), limit: kLargest }],
  briefing: ({ ticker, side, expiry, strike, window }) => ['briefing', { ticker, side, expiry, strike, window: window.minutes, until: window.to }],
  afterwards: (view, ticker, side) => ['outcomes', { ticker, side, ...(view.date ? { as_of: view.date } : {}) }],
  coverage: (view) => ['coverage', { ...(view.ticker ? { ticker: view.ticker } : {}), limit: kDays,
    ...(view.date ? { since: dayBefore(view.date, 7), until: view.date } : {}) }],
};

export class Asker {
  // `onError(name, error)` for every failed attempt, `onAnswer(name, object)` for every answer.
  constructor(onAnswer, onError) {
    Object.assign(this, { onAnswer, onError });
    this.running = new Map();
  }

  busy(name) {
    return this.running.has(name);
  }

  // The answer isn't wanted any more.
  drop(name) {
    this.running.get(name)?.abort();
    this.running.delete(name);
  }

  stop() {
    for (const controller of this.running.values()) controller.abort();
    this.running.clear();
  }

  // Gives true when there was an answer, and it was the newest question's.
  async ask(name, [path, wanted]) {
    this.running.get(name)?.abort();
    const controller = new AbortController();
    this.running.set(name, controller);
    try {
      const answer = await askUntil(path, wanted, controller.signal, (error) => this.onError(name, error));
      if (controller.signal.aborted) return false;
      this.onAnswer(name, answer);
      return true;
    } catch (error) {
      if (!isAbort(error) && !error.status) throw error;
      return false;
    } finally {
      if (this.running.get(name) === controller) this.running.delete(name);
    }
  }
}
