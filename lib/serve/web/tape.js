// The trades the page holds: newest first, each once, never more than kMost.

export const kMost = 10_000;

// What tells a trade from every other, as the database does.
export const keyOf = (trade) => [trade.timestamp, trade.option_symbol, trade.exchange, trade.price, trade.size,
  (trade.conditions ?? []).join('.'), trade.occurrence ?? 1].join('|');

const asRow = (trade) => ({ ...trade, key: keyOf(trade), t: Date.parse(trade.timestamp) });

export class Tape {
  constructor() {
    this.clear();
  }

  clear() {
    this.rows = [];
    this.keys = new Map();
    this.next = null;  // the cursor of the page behind the last row; null when there is none
  }

  // True when the oldest rows had to be left out.
  get full() {
    return this.rows.length >= kMost;
  }

  replace(trades, next) {
    this.clear();
    this.append(trades, next);
  }

  // A page of older trades.
  append(trades, next) {
    for (const trade of trades) {
      const row = asRow(trade);
      if (this.rows.length >= kMost) break;
      if (this.keys.has(row.key)) continue;
      this.keys.set(row.key, row);
      this.rows.push(row);
    }
    // The server's order among trades of one millisecond may be another than that of arrival.
    this.rows.sort((a, b) => b.t - a.t);
    this.next = this.full ? null : next;
  }

  // A newly stored trade: where it went, or -1 when it is known already or lies behind what is loaded.
  insert(trade) {
    const row = asRow(trade);
    const known = this.keys.get(row.key);
    if (known) {
      if (row.cancelled_at) known.cancelled_at = row.cancelled_at;
      return -1;
    }
    const index = this.placeOf(row.t);
    if (index === this.rows.length && (this.next !== null || this.full)) return -1;
    this.rows.splice(index, 0, row);
    this.keys.set(row.key, row);
    while (this.rows.length > kMost) {
      this.keys.delete(this.rows.pop().key);
      this.next = null;
    }
    return index;
  }

  // The row of a trade that is here already.
  known(trade) {
    return this.keys.get(keyOf(trade));
  }

  // The first place whose trade is not newer.
  placeOf(t) {
    let low = 0;
    let high = this.rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.rows[middle].t > t) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
