// Strike × expiry for one ticker, as a table whose cells are tinted: it reads the same with and without colour.
import { el, renew, spoken } from './dom.js';
import * as format from './format.js';

const kFewStrikes = 14;
const kLevels = 5;

// cells as strike → expiry → {call, put, trades}
function grid(cells) {
  const found = new Map();
  for (const { strike, expiry, side, premium, trades } of cells) {
    const row = found.get(strike) ?? new Map();
    const cell = row.get(expiry) ?? { call: 0, put: 0, trades: 0 };
    cell[side === 'CALL' ? 'call' : 'put'] += premium;
    cell.trades += trades;
    row.set(expiry, cell);
    found.set(strike, row);
  }
  return found;
}

const premiumOf = (cell) => cell.call + cell.put;
const rowTotal = (row) => [...row.values()].reduce((total, cell) => total + premiumOf(cell), 0);

// 1 … kLevels by order of magnitude below the largest: a linear scale would show the largest cell alone.
const level = (premium, top) => Math.max(1, Math.min(kLevels, kLevels + Math.floor(Math.log(premium / top) / Math.log(2.6) + 1e-9)));

function cellOf(cell, top, strike, expiry) {
  if (!cell) return el('td', { class: 'none' }, el('span', { 'aria-hidden': 'true', text: '·' }), spoken('none seen'));
  const total = premiumOf(cell);
  const text = `${format.count(strike)}, ${expiry}: ${format.fullMoney(total)} in ${format.plural(cell.trades, 'trade')}, calls ${format.fullMoney(cell.call)}, puts ${format.fullMoney(cell.put)}`;
  const letters = [cell.call > 0 ? 'C' : '', cell.put > 0 ? 'P' : ''].join('');
  return el('td', { class: `heat-${level(total, top)}`, title: text },
    el('span', { class: 'amount', text: format.money(total) }), el('span', { class: 'letters', 'aria-hidden': 'true', text: letters }),
    spoken(` calls ${format.money(cell.call)}, puts ${format.money(cell.put)}`));
}

export class HeatMap {
  constructor(body) {
    this.body = body;
    this.all = false;
  }

  // `state` is what is known of the ticker in this period.
  draw(ticker, cells, state) {
    Object.assign(this, { ticker, cells, state });
    if (cells.length === 0) {
      this.body.replaceChildren(el('p', { class: 'empty', text: this.nothing() }));
      return;
    }
    const rows = grid(cells);
    const byPremium = [...rows.keys()].sort((a, b) => rowTotal(rows.get(b)) - rowTotal(rows.get(a)));
    const strikes = (this.all ? byPremium : byPremium.slice(0, kFewStrikes)).sort((a, b) => b - a);
    const expiries = [...new Set(cells.map((cell) => cell.expiry))].sort();
    const top = Math.max(...[...rows.values()].flatMap((row) => [...row.values()].map(premiumOf)));
    const place = el('div', { class: 'scroll', role: 'region', 'aria-label': `${ticker} by strike and expiry`, tabindex: 0 },
      el('table', { class: 'heat' },
        el('caption', { class: 'sr', text: `${ticker}: premium traded by strike and expiry` }),
        el('thead', {}, el('tr', {}, el('th', { scope: 'col', text: 'Strike' }),
          ...expiries.map((expiry) => el('th', { scope: 'col', title: expiry, text: format.day(expiry, expiries[0]) })))),
        el('tbody', {}, ...strikes.map((strike) => el('tr', {}, el('th', { scope: 'row', text: format.count(strike) }),
          ...expiries.map((expiry) => cellOf(rows.get(strike).get(expiry), top, strike, expiry)))))));
    renew(this.body, place, this.legend(rows.size));
  }

  nothing() {
    const { ticker, state } = this;
    if (state === 'complete') return `None: no ${ticker} trade matches, and the period is known in full.`;
    if (state === 'partial') return `None seen for ${ticker}, but parts of the period are unknown.`;
    if (state === 'pending') return `Nothing is due for ${ticker} yet.`;
    return `Unknown: nothing was recorded for ${ticker} in this period.`;
  }

  legend(strikes) {
    const scale = el('span', { class: 'scale', 'aria-hidden': 'true' },
      ...Array.from({ length: kLevels }, (_, i) => el('i', { class: `heat-${i + 1}` })));
    const text = `less to more. C calls, P puts. ${this.state === 'complete' ? '· none' : '· none seen (the period is not known in full)'}`;
    const line = el('p', { class: 'muted key' }, scale, el('span', { text }));
    if (strikes > kFewStrikes) {
      const button = el('button', { type: 'button', text: this.all ? `Only the ${kFewStrikes} with the most` : `All ${strikes} strikes` });
      button.addEventListener('click', () => {
        this.all = !this.all;
        this.draw(this.ticker, this.cells, this.state);
        this.body.querySelector('.key button').focus();
      });
      line.append(button);
    }
    return line;
  }
}
