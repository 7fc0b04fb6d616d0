// The tape as a table of which only the rows near the visible part exist, so that 10,000 cost no more than 50.
import { el, spoken } from './dom.js';
import * as format from './format.js';

const kOverscan = 8;  // rows kept ready above and below: a flick must not show blank space
const kHuge = 1_000_000;
const kLarge = 250_000;
const kFreshMs = 2500;

const emptyRow = () => el('tr', { class: 'space', 'aria-hidden': 'true' }, el('td'));

// The parts of a row that change are kept at hand: a row is filled again many times a second while somebody scrolls.
function newRow() {
  const cell = (name, ...parts) => el('td', { class: `c-${name}` }, ...parts);
  const changing = { date: el('span', { class: 'date' }), clock: el('time'), side: el('span'), cancelled: spoken(''),
    amount: el('span', { 'aria-hidden': 'true' }), full: spoken('') };
  const row = el('tr', {}, cell('time', changing.date, changing.clock), el('th', { scope: 'row', class: 'c-ticker' }),
    cell('side', changing.side, changing.cancelled), cell('strike num'), cell('expiry'), cell('dte num'), cell('premium num', changing.amount, changing.full),
    cell('price num'), cell('size num'), cell('source'));
  row.changing = changing;
  return row;
}

// Length by order of magnitude: $50K is short, $10M is all of it.
const barShare = (premium) => Math.min(1, Math.max(0.06, (Math.log10(Math.max(premium, 1)) - 4.5) / 2.5));
const weight = (premium) => (premium >= kHuge ? 'huge' : premium >= kLarge ? 'large' : '');
const printed = (price) => (Number(price.toFixed(2)) === price ? price.toFixed(2) : String(price));

function fillRow(row, trade, newestDate) {
  const [, ticker, , strike, expiry, dte, premium, price, size, source] = row.children;
  const { date, clock, side, cancelled, amount, full } = row.changing;
  const at = format.newYork(trade.t);
  row.className = `${weight(trade.premium)}${trade.cancelled_at ? ' cancelled' : ''}`;
  row.dataset.key = trade.key;
  row.dataset.symbol = trade.option_symbol;
  row.title = `${trade.cancelled_at ? `Cancelled ${format.timeOf(trade.cancelled_at)} ET. ` : ''}${trade.option_symbol}: ${trade.size} × $${trade.price}, exchange ${trade.exchange}, conditions ${(trade.conditions ?? []).join(' ') || 'none'}`;
  date.textContent = at.date === newestDate ? '' : `${format.day(at.date)} `;
  clock.textContent = at.time;
  clock.dateTime = trade.timestamp;
  clock.title = `${at.date} ${at.time} ET, ${format.utcTitle(trade.t)}`;
  ticker.textContent = trade.ticker;
  side.className = `side ${trade.side.toLowerCase()}`;
  side.textContent = trade.side;
  cancelled.textContent = trade.cancelled_at ? ' cancelled' : '';
  strike.textContent = format.count(trade.strike);
  expiry.textContent = format.day(trade.expiry, at.date);
  expiry.title = trade.expiry;
  dte.textContent = trade.dte;
  premium.title = format.fullMoney(trade.premium);
  premium.style.backgroundSize = `${(barShare(trade.premium) * 100).toFixed(0)}% 3px`;
  amount.textContent = format.money(trade.premium);
  full.textContent = premium.title;
  price.textContent = printed(trade.price);
  size.textContent = format.count(trade.size);
  source.textContent = trade.source;
}

export class TapeView {
  // `onNearEnd()` is called when the last rows come into sight.
  constructor(scroller, table, tape, onNearEnd) {
    Object.assign(this, { scroller, table, tape, onNearEnd });
    this.above = emptyRow();
    this.below = emptyRow();
    this.body = el('tbody', {}, this.above, this.below);
    table.append(this.body);
    this.shown = new Map();  // trade → its row
    this.spare = [];
    this.rowHeight = 28;
    this.frame = 0;
    scroller.addEventListener('scroll', () => this.schedule(), { passive: true });
    new ResizeObserver(() => this.schedule()).observe(scroller);
  }

  schedule() {
    this.frame ||= requestAnimationFrame(() => this.render());
  }

  get atTop() {
    return this.scroller.scrollTop < this.rowHeight / 2;
  }

  toTop() {
    this.scroller.scrollTop = 0;
    this.schedule();
  }

  // Rows came in above what is being read: keeps that where it is.
  keepPlace(rowsAbove) {
    this.render();  // the room must exist before it can be scrolled into
    this.scroller.scrollTop += rowsAbove * this.rowHeight;
  }

  // Whether `index` lies above the first visible row.
  isAbove(index) {
    return index * this.rowHeight < this.scroller.scrollTop + 1;
  }

  // All rows anew, after the trades behind them changed as a whole.
  reset() {
    for (const trade of this.shown.keys()) this.release(trade);
    this.schedule();
  }

  update(trade) {
    const row = this.shown.get(trade);
    if (row) fillRow(row, trade, this.newestDate);
  }

  release(trade) {
    const row = this.shown.get(trade);
    row.remove();
    this.shown.delete(trade);
    if (this.spare.length < 60) this.spare.push(row);
  }

  render() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    const { rows } = this.tape;
    const { scrollTop, clientHeight } = this.scroller;
    const first = Math.max(0, Math.min(rows.length, Math.floor(scrollTop / this.rowHeight) - kOverscan));
    const last = Math.min(rows.length, Math.ceil((scrollTop + clientHeight) / this.rowHeight) + kOverscan);
    const newestDate = rows.length > 0 ? format.dateOf(rows[0].t) : '';
    if (newestDate !== this.newestDate) {
      this.newestDate = newestDate;
      for (const trade of this.shown.keys()) this.update(trade);
    }
    const wanted = rows.slice(first, last);
    const keep = new Set(wanted);
    for (const trade of [...this.shown.keys()]) if (!keep.has(trade)) this.release(trade);
    this.place(wanted, first);
    this.above.firstChild.style.height = `${first * this.rowHeight}px`;
    this.below.firstChild.style.height = `${(rows.length - last) * this.rowHeight}px`;
    this.above.hidden = first === 0;
    this.below.hidden = last === rows.length;
    this.table.setAttribute('aria-rowcount', this.tape.next === null ? rows.length + 1 : -1);
    this.measure(wanted);
    if (last > rows.length - 40) this.onNearEnd();
  }

  place(wanted, first) {
    let after = this.above;
    wanted.forEach((trade, i) => {
      let row = this.shown.get(trade);
      if (!row) {
        row = this.spare.pop() ?? newRow();
        fillRow(row, trade, this.newestDate);
        if (trade.arrived && performance.now() - trade.arrived < kFreshMs) row.classList.add('fresh');
        this.shown.set(trade, row);
      }
      row.setAttribute('aria-rowindex', first + i + 2);
      if (after.nextSibling !== row) after.after(row);
      after = row;
    });
  }

  // The height follows the reader's font size; all rows have the same.
  measure(wanted) {
    const height = wanted.length > 0 ? this.shown.get(wanted[0]).getBoundingClientRect().height : 0;
    if (height > 0 && Math.abs(height - this.rowHeight) > 0.01) {
      this.rowHeight = height;
      this.schedule();
    }
  }
}
