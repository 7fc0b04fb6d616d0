// Trades and sessions invented from a seed: the same ones in every run.

export const kTickers = ['AAPL', 'AMZN', 'GOOGL', 'META', 'MSFT', 'NVDA', 'TSLA'];
export const kToday = '2025-12-05';
// Newest first; New York is five hours behind UTC on all of them.
export const kSessions = ['2025-12-05', '2025-12-04', '2025-12-03', '2025-12-02', '2025-12-01'];
const kSpot = { AAPL: 280, AMZN: 230, GOOGL: 320, META: 660, MSFT: 480, NVDA: 180, TSLA: 450 };
const kExpiries = ['2025-12-05', '2025-12-12', '2025-12-19', '2025-12-26', '2026-01-02'];
const kDay = 86_400_000;

export const opens = (date) => Date.parse(`${date}T14:30:00Z`);
export const closes = (date) => Date.parse(`${date}T21:00:00Z`);
export const iso = (ms) => new Date(ms).toISOString();

function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export function trade(fields) {
  const full = { ticker: 'AAPL', side: 'CALL', strike: 280, expiry: '2025-12-19', price: 8.5, size: 100, exchange: 302,
    conditions: [209], timestamp: iso(opens(kToday)), source: 'live', occurrence: 1, ...fields };
  full.premium = Math.round(full.price * full.size * 100 * 100) / 100;
  full.dte = Math.round((Date.parse(full.expiry) - Date.parse(full.timestamp.slice(0, 10))) / kDay);
  const code = `${full.expiry.slice(2).replaceAll('-', '')}${full.side[0]}${String(Math.round(full.strike * 1000)).padStart(8, '0')}`;
  full.option_symbol = `O:${full.ticker}${code}`;
  return full;
}

// `n` trades of the last session up to `until`, newest first. `holes` are stretches without any.
export function tape(n, { seed = 4, until = closes(kToday), tickers = kTickers, holes = [] } = {}) {
  const next = random(seed);
  const pick = (list) => list[Math.floor(next() * list.length)];
  const from = opens(kToday);
  const made = [];
  while (made.length < n) {
    // More at both ends of the day, as it is.
    const u = next();
    const t = Math.floor(from + (until - from) * (next() < 0.5 ? u * u : 1 - u * u * 0.8));
    if (holes.some((hole) => t >= hole.from && t < hole.to)) continue;
    const ticker = pick(tickers);
    const spot = kSpot[ticker] ?? 100;
    const price = Math.round((0.5 + next() * next() * spot * 0.08) * 100) / 100;
    const premium = 50_000 * (1 + next()) * Math.exp(next() * next() * 4.4);
    made.push(trade({ ticker, side: next() < 0.57 ? 'CALL' : 'PUT', price, size: Math.ceil(premium / price / 100),
      strike: Math.round((spot * (0.9 + next() * 0.2)) / 2.5) * 2.5, expiry: pick(kExpiries), exchange: 300 + Math.floor(next() * 20),
      conditions: next() < 0.2 ? [219, 232] : [209], timestamp: iso(t), source: next() < 0.95 ? 'live' : 'rest' }));
  }
  return made.sort((a, b) => Date.parse(b.timestamp) - Date.parse(a.timestamp));
}
