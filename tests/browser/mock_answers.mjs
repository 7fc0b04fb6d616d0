// The answers of the API out of a list of trades, as the contract says.
import { closes, iso, kSessions, kTickers, kToday, opens } from './mock_data.mjs';

const keyOf = (trade) => `${trade.timestamp}|${trade.option_symbol}|${trade.exchange}|${trade.price}|${trade.size}|${trade.occurrence}`;
const kTradeNames = ['ticker', 'side', 'min_premium', 'max_dte', 'expiry', 'strike', 'since', 'until', 'cancelled'];
export const kNames = {
  'smart-money': [...kTradeNames, 'cursor', 'limit', 'fields', 'max_bytes'],
  summary: [...kTradeNames, 'date', 'bucket', 'limit', 'fields'],
  coverage: ['ticker', 'since', 'until', 'limit'],
  stream: ['ticker', 'side', 'min_premium', 'max_dte', 'expiry', 'strike'],
};

// All dates here are five hours behind UTC.
const instant = (text, end) => (text.length === 10 ? Date.parse(`${text}T05:00:00Z`) + (end ? 86_399_999 : 0) : Date.parse(text));

export function matcher(query) {
  const has = (name) => query.get(name);
  const tickers = has('ticker')?.split(',');
  const since = has('since') ? instant(has('since'), false) : -Infinity;
  const until = has('until') ? instant(has('until'), true) : Infinity;
  return (trade) => {
    const t = Date.parse(trade.timestamp);
    return (!tickers || tickers.includes(trade.ticker)) && (!has('side') || trade.side === has('side'))
      && trade.premium >= Number(has('min_premium') ?? 0) && trade.dte <= Number(has('max_dte') ?? Infinity)
      && (!has('expiry') || trade.expiry === has('expiry')) && (!has('strike') || trade.strike === Number(has('strike')))
      && t >= since && t <= until && (has('cancelled') === 'include' || !trade.cancelled_at);
  };
}

function group(trades, nameOf, row) {
  const found = new Map();
  for (const trade of trades) {
    const name = nameOf(trade);
    const one = found.get(name) ?? { ...row(trade), trades: 0, contracts: 0, premium: 0, call_premium: 0, put_premium: 0 };
    one.trades += 1;
    one.contracts += trade.size;
    one.premium += trade.premium;
    one[trade.side === 'CALL' ? 'call_premium' : 'put_premium'] += trade.premium;
    found.set(name, one);
  }
  return [...found.values()];
}

const without = (rows, ...names) => rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name))));
const byPremium = (a, b) => b.premium - a.premium;

export function gapsOf(mock, ticker, date) {
  return mock.gaps.filter((gap) => (gap.ticker === undefined || gap.ticker === ticker) && iso(gap.from).startsWith(date));
}

function session(mock, date, tickers) {
  const due = Math.max(opens(date), Math.min(closes(date), mock.due));
  return { date, open: iso(opens(date)), close: iso(closes(date)), tickers: tickers.map((ticker) => {
    const gaps = gapsOf(mock, ticker, date).map((gap) => ({ from: gap.from, to: Math.min(gap.to, due) })).filter((gap) => gap.to > gap.from);
    const market = (due - opens(date)) / 1000;
    const known = market - gaps.reduce((sum, gap) => sum + (gap.to - gap.from) / 1000, 0);
    const state = market === 0 ? 'pending' : gaps.length === 0 ? 'complete' : known === 0 ? 'unknown' : 'partial';
    return { ticker, state, market_s: market, known_s: known, live_s: known, gaps: gaps.map((gap) => ({ from: iso(gap.from), to: iso(gap.to) })) };
  }) };
}

export function coverageOf(mock, query, dates) {
  const tickers = query.get('ticker')?.split(',') ?? kTickers;
  const all = dates.flatMap((date) => session(mock, date, tickers).tickers);
  const sum = (name) => all.reduce((total, one) => total + one[name], 0);
  const stateOf = (list) => {
    const states = [...new Set(list.map((one) => one.state))];
    return states.length === 1 ? states[0] : 'partial';
  };
  const gaps = all.flatMap((one) => one.gaps.map((gap) => ({ ticker: one.ticker, ...gap })));
  return { from: iso(opens(dates.at(-1))), to: iso(closes(dates[0])), state: stateOf(all), known_share: sum('market_s') > 0 ? sum('known_s') / sum('market_s') : null,
    tickers: Object.fromEntries(tickers.map((ticker) => [ticker, stateOf(all.filter((one) => one.ticker === ticker))])),
    gaps: gaps.slice(0, 20), gap_count: gaps.length, live_share: 1, feed_delay_s: mock.delay, live_until: mock.trades.length > 0 ? iso(mock.due) : null, simulated: mock.simulated };
}

export function smartMoney(mock, query) {
  const limit = Number(query.get('limit') ?? 50);
  const found = mock.trades.filter(matcher(query));
  const cursor = query.get('cursor');
  const start = cursor ? found.findIndex((trade) => keyOf(trade) === Buffer.from(cursor, 'base64url').toString()) + 1 : 0;
  const trades = found.slice(start, start + limit);
  const more = start + limit < found.length;
  return { trades, next: more ? Buffer.from(keyOf(trades.at(-1))).toString('base64url') : null,
    coverage: coverageOf(mock, query, [query.get('since') ?? kToday]) };
}

export function summary(mock, query) {
  const date = query.get('date') ?? kToday;
  const within = new URLSearchParams(query);
  within.set('since', date);
  within.set('until', date);
  const found = mock.trades.filter(matcher(within));
  const sum = (list, name) => list.reduce((total, one) => total + one[name], 0);
  const side = (name) => found.filter((trade) => trade.side === name);
  const ratio = (a, b) => (b > 0 ? a / b : null);
  const bucket = (trade) => Math.floor(Date.parse(trade.timestamp) / 300_000) * 300_000;
  const sections = {
    total: { trades: found.length, contracts: sum(found, 'size'), premium: sum(found, 'premium') },
    put_call: { premium: ratio(sum(side('PUT'), 'premium'), sum(side('CALL'), 'premium')),
      contracts: ratio(sum(side('PUT'), 'size'), sum(side('CALL'), 'size')), trades: ratio(side('PUT').length, side('CALL').length) },
    by_ticker: group(found, (trade) => trade.ticker, ({ ticker }) => ({ ticker })).sort(byPremium),
    by_side: without(group(found, (trade) => trade.side, (trade) => ({ side: trade.side })), 'call_premium', 'put_premium'),
    by_time: without(group(found, (trade) => `${bucket(trade)}${trade.ticker}${trade.side}`,
      (trade) => ({ from: iso(bucket(trade)), ticker: trade.ticker, side: trade.side })), 'call_premium', 'put_premium', 'contracts').sort((a, b) => (a.from < b.from ? -1 : 1)),
  };
  if (query.get('ticker')?.split(',').length === 1) {
    sections.cells = without(group(found, (trade) => `${trade.expiry}${trade.strike}${trade.side}`,
      ({ expiry, strike, side: name }) => ({ expiry, strike, side: name })), 'call_premium', 'put_premium');
  }
  const fields = query.get('fields')?.split(',') ?? Object.keys(sections);
  return { period: { from: iso(opens(date) - 34_200_000), to: iso(opens(date) + 52_199_999) },
    ...Object.fromEntries(Object.entries(sections).filter(([name]) => fields.includes(name))), coverage: coverageOf(mock, query, [date]) };
}

export function coverage(mock, query) {
  const dates = kSessions.filter((date) => date >= (query.get('since') ?? '') && date <= (query.get('until') ?? '9')).slice(0, Number(query.get('limit') ?? 5));
  const tickers = query.get('ticker')?.split(',') ?? kTickers;
  return { sessions: dates.map((date) => session(mock, date, tickers)), coverage: coverageOf(mock, query, dates.length > 0 ? dates : [kToday]) };
}
