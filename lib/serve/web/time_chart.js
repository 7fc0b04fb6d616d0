// Premium by time bucket: calls above the axis, puts below it, unknown time hatched. Two paths a drawing, as plain SVG:
// a charting library would weigh more than the whole page and draw the gaps no better.
import { byId, el, hatch, renew, setText, svg } from './dom.js';
import * as format from './format.js';
import { anyGap, gapSteps } from './sessions.js';
import { splitBar } from './totals.js';

const kMostTickers = 12;
const kGutter = 46;  // px at the left of the large drawing, for its scale
const kBucketMs = 5 * 60_000;  // the server's default

// by_time as one {t, call, put} per bucket, for one ticker or all.
function buckets(summary, ticker) {
  const found = new Map();
  for (const row of summary.by_time) {
    if (ticker !== null && row.ticker !== ticker) continue;
    const t = Date.parse(row.from);
    const bucket = found.get(t) ?? { t, call: 0, put: 0 };
    bucket[row.side === 'CALL' ? 'call' : 'put'] += row.premium;
    found.set(t, bucket);
  }
  return [...found.values()].sort((a, b) => a.t - b.t);
}

// The session's hours, wider when something was traded outside of them.
function hours(summary, session, width) {
  const times = summary.by_time.map((row) => Date.parse(row.from));
  const from = session?.from ?? Date.parse(summary.period.from);
  const to = session?.to ?? Date.parse(summary.period.to);
  if (!session && times.length === 0) return { from, to };
  return { from: Math.min(session?.from ?? Infinity, ...times), to: Math.max(session?.to ?? -Infinity, ...times.map((t) => t + width)) };
}

const scale = (span, size) => (t) => size.left + ((t - span.from) / (span.to - span.from)) * (size.width - size.left);

// `top` is the premium of a full half; a bucket is `width` ms long.
function bars(all, span, width, top, size) {
  const x = scale(span, size);
  const middle = size.height / 2;
  const path = (name, sign) => all.filter((one) => one[name] > 0).map((one) => {
    const left = x(one.t);
    const right = Math.max(left + 1, x(one.t + width) - (size.width > 250 ? 1 : 0));
    const height = Math.max(1, (one[name] / top) * (middle - 1));
    return `M${left.toFixed(1)} ${middle}v${(-sign * height).toFixed(1)}H${right.toFixed(1)}V${middle}z`;
  }).join('');
  return [svg('path', { class: 'call', d: path('call', 1) }), svg('path', { class: 'put', d: path('put', -1) }),
    svg('line', { class: 'axis', x1: size.left, x2: size.width, y1: middle, y2: middle })];
}

function unknownTime(gaps, due, span, size, id) {
  const place = scale(span, size);
  const x = (t) => Math.max(size.left, Math.min(size.width, place(t)));
  const drawn = gaps.map((gap) => svg('rect', { class: 'gap', fill: `url(#${id})`, 'fill-opacity': gap.share ?? 1, x: x(gap.from), y: 0,
    width: Math.max(1.5, x(gap.to) - x(gap.from)), height: size.height }));
  if (due !== null && due < span.to) drawn.unshift(svg('rect', { class: 'pending', x: x(due), y: 0, width: size.width - x(due), height: size.height }));
  return drawn;
}

const sumOf = (all, name) => all.reduce((total, one) => total + one[name], 0);
const highest = (all) => Math.max(1, ...all.map((one) => Math.max(one.call, one.put)));

export class TimeChart {
  constructor(body, readout, onTicker) {
    Object.assign(this, { body, readout, onTicker });
    new ResizeObserver(() => {
      if (this.summary && this.drawnWidth !== this.body.clientWidth) this.draw(this.summary, this.session);
    }).observe(body);
  }

  draw(summary, session) {
    Object.assign(this, { summary, session, drawnWidth: this.body.clientWidth });
    this.width = kBucketMs;
    this.span = hours(summary, session, this.width);
    if (!(this.span.to > this.span.from)) {
      this.body.replaceChildren(el('p', { class: 'empty', text: 'No trade in this period.' }));
      return;
    }
    const open = this.body.querySelector('details')?.open ?? false;
    renew(this.body, this.whole(), ...(summary.by_ticker.length > 0 ? [this.tickerTable(), this.asTable(open)] : []));
  }

  whole() {
    const all = buckets(this.summary, null);
    const size = { left: kGutter, width: Math.max(200, this.body.querySelector('.chart')?.clientWidth ?? this.drawnWidth - 16), height: 120 };
    const top = highest(all);
    const peak = all.reduce((best, one) => (one.call + one.put > best.call + best.put ? one : best), { t: 0, call: 0, put: 0 });
    const label = all.length === 0 ? 'No trade in this period.'
      : `Premium by ${this.width / 60_000} minutes: calls ${format.money(sumOf(all, 'call'))} above the axis, puts ${format.money(sumOf(all, 'put'))} below; most at ${format.minuteOf(peak.t)} ET, ${format.money(peak.call + peak.put)}.`;
    const { tickers = [] } = this.session ?? {};
    // Fainter where only some of the tickers are unknown.
    const gaps = gapSteps(tickers).map((step) => ({ ...step, share: (0.3 + 0.7 * (step.count / tickers.length)).toFixed(2) }));
    const marks = [[size.height / 2 - 5, 'calls'], [size.height / 2 + 13, 'puts'],
      ...(all.length > 0 ? [[10, format.money(top)], [size.height - 2, format.money(top)]] : [])];
    const cursor = svg('line', { class: 'cursor', y1: 0, y2: size.height, visibility: 'hidden' });
    const drawing = svg('svg', { viewBox: `0 0 ${size.width} ${size.height}`, height: size.height, role: 'img', 'aria-label': label },
      hatch('day-hatch'), ...unknownTime(gaps, this.session?.due ?? null, this.span, size, 'day-hatch'),
      ...bars(all, this.span, this.width, top, size),
      ...marks.map(([y, text]) => svg('text', { class: 'mark', x: 0, y, text })), cursor);
    drawing.addEventListener('pointermove', (event) => this.point(event, drawing, cursor, size, all));
    drawing.addEventListener('pointerleave', () => {
      cursor.setAttribute('visibility', 'hidden');
      setText(this.readout, '');
    });
    const middle = (this.span.from + this.span.to) / 2;
    return el('div', { class: 'chart' }, drawing, el('div', { class: 'ticks', 'aria-hidden': 'true' },
      ...[this.span.from, middle, this.span.to].map((t) => el('span', { text: format.minuteOf(t) }))));
  }

  point(event, drawing, cursor, size, all) {
    const box = drawing.getBoundingClientRect();
    const x = Math.max(size.left, ((event.clientX - box.left) / box.width) * size.width);
    const t = this.span.from + ((x - size.left) / (size.width - size.left)) * (this.span.to - this.span.from);
    const one = all.find((bucket) => t >= bucket.t && t < bucket.t + this.width);
    const unknown = this.session && anyGap(this.session.tickers).some((gap) => t >= gap.from && t < gap.to);
    for (const name of ['x1', 'x2']) cursor.setAttribute(name, x);
    cursor.setAttribute('visibility', 'visible');
    const what = one ? `calls ${format.money(one.call)}, puts ${format.money(one.put)}` : unknown ? '' : 'none';
    setText(this.readout, `${format.minuteOf(t)} ET: ${[what, unknown ? 'partly unknown' : ''].filter(Boolean).join('; ')}`);
  }

  // One line per ticker: its own day, to its own scale, and its figures.
  tickerTable() {
    const rows = this.summary.by_ticker.slice(0, kMostTickers);
    const left = this.summary.by_ticker.length - rows.length;
    const heads = [['Ticker', ''], ['Day', ''], ['Premium', 'num'], ['Trades', 'num'], ['Calls / puts', '']];
    const table = el('table', { class: 'plain tickers' },
      el('caption', { class: 'sr', text: 'Premium by ticker, most first' }),
      el('thead', {}, el('tr', {}, ...heads.map(([head, name]) => el('th', { scope: 'col', class: name, text: head })))),
      el('tbody', {}, ...rows.map((row) => this.tickerRow(row))));
    return el('div', {}, table, left > 0 ? el('p', { class: 'muted', text: `and ${format.plural(left, 'ticker')} with less` }) : null);
  }

  tickerRow(row) {
    const size = { left: 0, width: 150, height: 28 };
    const all = buckets(this.summary, row.ticker);
    const known = this.session?.tickers.find((one) => one.ticker === row.ticker);
    const drawing = svg('svg', { viewBox: `0 0 ${size.width} ${size.height}`, preserveAspectRatio: 'none', height: size.height, 'aria-hidden': 'true' },
      ...unknownTime(known?.gaps ?? [], known?.due ?? null, this.span, size, 'day-hatch'),
      ...bars(all, this.span, this.width, highest(all), size));
    const button = el('button', { type: 'button', class: 'link', text: row.ticker, title: `Show ${row.ticker} in the heat map` });
    button.addEventListener('click', () => this.onTicker(row.ticker));
    return el('tr', {}, el('th', { scope: 'row' }, button), el('td', { class: 'spark' }, drawing),
      el('td', { class: 'num', text: format.money(row.premium), title: format.fullMoney(row.premium) }),
      el('td', { class: 'num', text: format.count(row.trades) }),
      el('td', { class: 'share' }, splitBar(row.call_premium, row.put_premium, false)));
  }

  // The chart in numbers, made when somebody wants it.
  asTable(open) {
    const place = el('div', { class: 'scroll', role: 'region', 'aria-label': 'Premium by time', tabindex: 0 });
    const more = el('details', { open }, el('summary', { text: 'Through the day as numbers' }), place);
    const fill = () => place.replaceChildren(el('table', { class: 'plain' },
      el('thead', {}, el('tr', {}, ...['From (ET)', 'Calls', 'Puts'].map((head, i) => el('th', { scope: 'col', class: i ? 'num' : '', text: head })))),
      el('tbody', {}, ...buckets(this.summary, null).map((one) => el('tr', {}, el('th', { scope: 'row', text: format.minuteOf(one.t) }),
        el('td', { class: 'num', text: format.fullMoney(one.call) }), el('td', { class: 'num', text: format.fullMoney(one.put) }))))));
    if (open) fill();
    more.addEventListener('toggle', () => more.open && fill());
    return more;
  }
}

export const timeChart = (onTicker) => new TimeChart(byId('day-body'), byId('day-readout'), onTicker);
