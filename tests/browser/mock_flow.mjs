// Answers about orders and what they amount to, invented but of the contract's shape. `mock.flow` says what is the case:
// {signals: [cluster…], sessions: n of history, analogues: n, premium…}; without it there is a history and nothing unusual.
import { coverageOf } from './mock_answers.mjs';
import { iso, kToday, opens } from './mock_data.mjs';

const kConditions = ['ticker', 'side', 'min_premium', 'max_dte', 'expiry', 'strike'];
export const kFlowNames = {
  signals: [...kConditions, 'date', 'until', 'max_p', 'limit', 'max_bytes'],
  concentration: [...kConditions, 'window', 'until', 'limit', 'max_bytes'],
  outcomes: ['ticker', 'side', 'premium', 'as_of', 'days'],
  briefing: ['ticker', 'side', 'expiry', 'strike', 'window', 'until'],
};
const kNeeded = 20;

export const score = (p, windows = 4300, sessions = 61) => ({ status: 'scored', p, larger: Math.round(p * (windows + 1)) - 1, windows, sessions,
  sessions_needed: kNeeded, looks_per_day: 156_000, expected_per_day: p * 156_000 });
export const unscored = (status, sessions = 0) => ({ status, p: null, larger: 0, windows: sessions * 70, sessions, sessions_needed: kNeeded,
  looks_per_day: 0, expected_per_day: null });

export function cluster(fields = {}) {
  const from = opens(kToday) + 16_320_000;
  const made = { ticker: 'AAPL', side: 'CALL', strike: 280, expiry: '2025-12-19', dte: 14,
    window: { minutes: 30, from: iso(from), to: iso(from + 1_800_000) }, premium: 850_000, orders: 6, prints: 41, size: 1000, exchanges: 9,
    first: iso(from), last: iso(from + 1_740_000), share_of_side: 0.38, hhi: 0.21, left_out_premium: 120_000, auction_premium: 34_000,
    auction_share: 0.04, unusual: score(0.0007), known_at: iso(from + 2_700_000), ...fields };
  made.option_symbol = `O:${made.ticker}${made.expiry.slice(2).replaceAll('-', '')}${made.side[0]}${String(made.strike * 1000).padStart(8, '0')}`;
  made.hits ??= Array.from({ length: made.orders }, (_, i) => ({ at: iso(from + i * 290_000), premium: Math.round(made.premium / made.orders),
    prints: Math.ceil(made.prints / made.orders), kind: ['sweep', 'split', 'block'][i % 3] }));
  return made;
}

const covered = (mock, query) => coverageOf(mock, query, [query.get('date') ?? kToday]);
const matches = (query) => (one) => (!query.get('ticker') || query.get('ticker').split(',').includes(one.ticker)) && (!query.get('side') || query.get('side') === one.side)
  && one.premium >= Number(query.get('min_premium') ?? 0);

export function signals(mock, query) {
  const { signals: all = [], history = 61, contracts = 812, unscored: without = 0 } = mock.flow;
  return { session: query.get('date') ?? kToday, signals: all.filter(matches(query)), contracts, unscored: without, history_sessions: history,
    sessions_needed: kNeeded, max_p: 0.001, orders_known: mock.flow.orders_known ?? true, coverage: covered(mock, query) };
}

export function concentration(mock, query) {
  const clusters = (mock.flow.largest ?? []).filter(matches(query)).map(({ known_at: _, ...one }) => one);
  return { window: cluster().window, clusters, cluster_count: clusters.length, sides: [], orders_known: mock.flow.orders_known ?? true, coverage: covered(mock, query) };
}

// Wilson's 95 % interval.
function wilson(up, n) {
  if (n === 0) return { low: 0, high: 1 };
  const z = 1.959964;
  const middle = (up + (z * z) / 2) / (n + z * z);
  const half = (z * Math.sqrt((up * (n - up)) / n + (z * z) / 4)) / (n + z * z);
  return { low: Number((middle - half).toFixed(4)), high: Number((middle + half).toFixed(4)) };
}

function distribution(returns) {
  const sorted = [...returns].sort((a, b) => a - b);
  const n = sorted.length;
  const up = sorted.filter((value) => value > 0).length;
  const round = (value) => Number(value.toFixed(6));
  return { n, up, mean: n ? round(sorted.reduce((sum, value) => sum + value, 0) / n) : null,
    median: n ? round((sorted[(n - 1) >> 1] + sorted[n >> 1]) / 2) : null, wilson: wilson(up, n), returns: sorted };
}

// The same numbers in every run, between −1 and 1, most of them small.
const wave = (i, seed) => (Math.sin(i * 12.9898 + seed * 78.233) * Math.sin(i * 4.1414 + seed)) ** 3 + Math.sin(i * 7.7 + seed) * 0.3;

export function outcomes(mock, query) {
  const { analogues: count = 7, ordinary = 54, incomplete = 0, shift = 0 } = mock.flow;
  const [ticker, side] = [query.get('ticker'), query.get('side')];
  const of = (i, h, seed) => Number((wave(i, seed) * 0.03 * Math.sqrt(h) + shift).toFixed(6));
  const kinds = (n, h, seed) => ({ descriptive: distribution(Array.from({ length: n }, (_, i) => of(i, h, seed))),
    tradable: distribution(Array.from({ length: n }, (_, i) => of(i, h, seed + 1))) });
  const independent = { n: count, up: count >> 1, base: { n: ordinary, up: ordinary >> 1 } };
  const difference = shift ? { low: 0.12, high: 0.55 } : { low: -0.3, high: 0.3 };
  const horizons = [1, 3, 5].map((sessions) => ({ sessions, ...kinds(count, sessions, sessions), base: kinds(ordinary, sessions, sessions + 9), incomplete, independent, difference,
    verdict: count < kNeeded ? 'insufficient' : shift ? 'differs' : 'no_difference', analogues_needed: kNeeded }));
  const analogues = Array.from({ length: count }, (_, i) => ({ session: new Date(Date.parse('2025-11-28') - i * 5 * 86_400_000).toISOString().slice(0, 10),
    option_symbol: 'O:X', strike: 270 + i, expiry: '2025-12-19', dte: 20, premium: 500_000 + i * 90_000, orders: 4, prints: 20,
    known_at: iso(opens('2025-11-15') + i), base: '2025-11-17', entry: '2025-11-18',
    returns: Object.fromEntries([1, 3, 5].map((h) => [h, { descriptive: of(i, h, h), tradable: i === 0 && incomplete ? null : of(i, h, h + 1) }])) }));
  return { event: null, similarity: { ticker, side, premium_from: 425_000, premium_to: 1_700_000, rule: 'same ticker and side, premium from half of it to twice it' },
    as_of: iso(mock.due), period: { days: 90, from: '2025-09-08', to: '2025-12-04', sessions: 62, unknown_sessions: 1, skipped_sessions: 0, events: count, ordinary },
    horizons, analogues, statement: count < kNeeded ? `Similar events before: ${count}. Too few to claim an effect.` : `Similar events before: ${count}.`,
    coverage: coverageOf(mock, query, [kToday]) };
}

export function briefing(mock, query) {
  const found = [...(mock.flow.signals ?? []), ...(mock.flow.largest ?? [])].find((one) => one.ticker === query.get('ticker') && one.strike === Number(query.get('strike')));
  const text = `${found.ticker} ${found.strike}: $${found.premium} premium in ${found.orders} orders. Side unknown: no quotes.`;
  return { text, sentences: [{ part: 'flow', text }], evidence: {}, cannot_say: [], coverage: covered(mock, query) };
}
