// One row per ticker across the session: solid where the tape is known, hatched where it is not, open where it isn't due.
import { el, hatch, renew, setText, svg } from './dom.js';
import * as format from './format.js';
import { nameOfState, sessionOf, totalsOf } from './sessions.js';

const kWidth = 1000;  // the strip is stretched to its place; only its height is in pixels
const kMostRows = 10;

const range = (gap) => `${format.minuteOf(gap.from)}–${format.minuteOf(gap.to)}`;

// More tickers than rows are legible: one row that counts as known only where all are.
function rowsOf(session) {
  if (session.tickers.length <= kMostRows) return session.tickers;
  const { gaps } = totalsOf(session);
  return [{ ticker: 'all tickers', due: session.due, gaps }];
}

function drawRow(row, session, top, height) {
  const x = (t) => ((t - session.from) / (session.to - session.from)) * kWidth;
  const rect = (from, to, name) => svg('rect', { x: x(from), y: top, width: Math.max(2, x(to) - x(from)), height, class: name });
  const drawn = [rect(session.from, session.to, 'pending')];
  if (row.due > session.from) drawn.push(rect(session.from, row.due, 'known'));
  for (const gap of row.gaps) {
    const hole = rect(gap.from, gap.to, 'gap');
    hole.append(svg('title', { text: `${row.ticker}: unknown ${range(gap)} ET` }));
    drawn.push(hole);
  }
  return drawn;
}

const listed = (gaps) => gaps.slice(0, 3).map(range).join(', ') + (gaps.length > 3 ? ` and ${gaps.length - 3} more` : '');

export function describe(session) {
  const { share, gaps, market } = totalsOf(session);
  if (session.tickers.length === 0) return 'no ticker was ever recorded';
  if (market === 0) return 'nothing due yet';
  if (gaps.length === 0 && share === 1) return session.due < session.to ? 'complete so far' : 'complete';
  return `${format.percent(share)} known, ${format.plural(gaps.length, 'gap')}${gaps.length ? `: ${listed(gaps)}` : ''}`;
}

export function drawStrip(place, text, session) {
  if (!session) {
    place.replaceChildren();
    setText(text, 'No session in this period.');
    return;
  }
  const rows = rowsOf(session);
  const height = Math.max(3, Math.floor(30 / Math.max(1, rows.length)));
  const label = `${format.longDay(session.date)}: ${describe(session)}`;
  const drawing = svg('svg', { viewBox: `0 0 ${kWidth} ${rows.length * height}`, preserveAspectRatio: 'none', role: 'img',
    'aria-label': `Coverage of ${label}`, height: rows.length * height }, hatch('strip-hatch'),
  ...rows.flatMap((row, i) => drawRow(row, session, i * height, height > 3 ? height - 1 : height)));
  const middle = (session.from + session.to) / 2;
  place.replaceChildren(drawing, el('div', { class: 'ticks', 'aria-hidden': 'true' },
    ...[session.from, middle, session.to].map((t) => el('span', { text: format.minuteOf(t) }))));
  setText(text, label);
}

function gapTable(session) {
  if (!session || session.tickers.length === 0) return [];
  return [el('table', { class: 'plain' },
    el('caption', { text: `By ticker, ${format.longDay(session.date)}` }),
    el('thead', {}, el('tr', {}, ...['Ticker', 'State', 'Unknown (ET)'].map((head) => el('th', { scope: 'col', text: head })))),
    el('tbody', {}, ...session.tickers.map((one) => el('tr', {}, el('th', { scope: 'row', text: one.ticker }),
      el('td', { text: nameOfState(one.state) }), el('td', { text: one.gaps.map(range).join(', ') || '–' })))))];
}

// The strip in words: the last sessions, then the gaps of the one shown.
export function drawSessions(place, coverage, shown, onDate) {
  const rows = coverage.sessions.map((raw) => {
    const session = sessionOf(coverage, raw.date);
    const button = el('button', { type: 'button', class: 'link', text: format.longDay(raw.date) });
    button.addEventListener('click', () => onDate(raw.date));
    const { share, live, known, gaps } = totalsOf(session);
    return el('tr', {}, el('th', { scope: 'row' }, button), el('td', { class: 'num', text: format.percent(share) }),
      el('td', { class: 'num', text: known > 0 ? format.percent(live / known) : '–' }), el('td', { text: gaps.length > 0 ? listed(gaps) : '–' }));
  });
  const heads = [['Session', ''], ['Known', 'num'], ['Of it live', 'num'], ['Unknown (ET)', '']];
  renew(place, el('table', { class: 'plain' },
    el('caption', { class: 'sr', text: 'Sessions: share of market time that is known, and when it is not' }),
    el('thead', {}, el('tr', {}, ...heads.map(([head, name]) => el('th', { scope: 'col', class: name, text: head })))),
    el('tbody', {}, ...rows)), ...gapTable(shown));
}
