// Numbers, money and times as people read them.

const kZone = 'America/New_York';
const parts = new Intl.DateTimeFormat('en-CA', {
  timeZone: kZone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit',
  hour: '2-digit', minute: '2-digit', second: '2-digit',
});
const dollars = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD', minimumFractionDigits: 0, maximumFractionDigits: 4 });
const plain = new Intl.NumberFormat('en-US', { maximumFractionDigits: 4 });
const monthDay = new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', month: 'short', day: 'numeric' });
const weekday = new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', weekday: 'short', month: 'short', day: 'numeric' });

export function count(n) {
  if (n === null || n === undefined) return '–';
  return Number.isInteger(n) && n >= 0 && n < 1000 ? String(n) : plain.format(n);
}
export const fullMoney = (n) => (n === null || n === undefined ? 'not known' : dollars.format(n));

// Three significant digits, so that columns of it line up: $85.0K, $1.25M, $312M.
export function money(n) {
  if (n === null || n === undefined) return '–';
  for (const [unit, name] of [[1e9, 'B'], [1e6, 'M'], [1e3, 'K']]) {
    // 999,950 is $1.00M, not $1000K.
    if (n < unit * 0.9995) continue;
    const value = n / unit;
    return `$${value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0)}${name}`;
  }
  return dollars.format(Math.round(n));
}

export function percent(share) {
  if (share === null || share === undefined) return '–';
  const value = share * 100;
  // 99.97 % isn't all of it, and 0.02 % isn't nothing.
  if (value > 99.9 && value < 100) return '>99.9%';
  if (value > 0 && value < 0.1) return '<0.1%';
  return `${Number.isInteger(value) ? value : value.toFixed(value < 10 || value > 99 ? 1 : 0)}%`;
}

export const ratio = (n) => (n === null || n === undefined ? '–' : n.toFixed(2));

// Intl is too slow for a scrolling table, so it is asked once for each quarter of an hour: New York's clock is only ever
// changed on one.
const kQuarter = 900_000;
const offsets = new Map();

function offsetAt(ms) {
  const quarter = Math.floor(ms / kQuarter);
  let offset = offsets.get(quarter);
  if (offset === undefined) {
    const is = {};
    for (const { type, value } of parts.formatToParts(quarter * kQuarter)) is[type] = Number(value);
    offset = Date.UTC(is.year, is.month - 1, is.day, is.hour, is.minute, is.second) - quarter * kQuarter;
    if (offsets.size > 5000) offsets.clear();
    offsets.set(quarter, offset);
  }
  return offset;
}

// An instant (RFC 3339 or Unix ms) on New York's clock: {date: '2025-12-05', time: '10:30:20'}.
export function newYork(instant) {
  const ms = typeof instant === 'number' ? instant : Date.parse(instant);
  const text = new Date(ms + offsetAt(ms)).toISOString();
  return { date: text.slice(0, 10), time: text.slice(11, 19) };
}

export const timeOf = (instant) => newYork(instant).time;
export const minuteOf = (instant) => newYork(instant).time.slice(0, 5);
export const dateOf = (instant) => newYork(instant).date;
export const utcTitle = (instant) => `${new Date(instant).toISOString().replace('T', ' ').replace('Z', '')} UTC`;

const days = new Map();
// '2025-12-05' → 'Dec 5'; with the year when it is far enough from `now` for a mistake: 'Jan 15 ’27'.
export function day(date, now = date) {
  if (!days.has(date)) days.set(date, monthDay.format(new Date(`${date}T00:00:00Z`)));
  const text = days.get(date);
  const apart = Math.abs(Date.parse(date) - Date.parse(now)) / 86_400_000;
  return apart < 300 ? text : `${text} ’${date.slice(2, 4)}`;
}
export const longDay = (date) => weekday.format(new Date(`${date}T00:00:00Z`));

export function duration(seconds) {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  if (s < 86400) return `${Math.floor(s / 3600)} h ${Math.floor(s / 60) % 60} min`;
  return `${Math.floor(s / 86400)} d ${Math.floor(s / 3600) % 24} h`;
}

export const plural = (n, one, many = `${one}s`) => `${count(n)} ${n === 1 ? one : many}`;
