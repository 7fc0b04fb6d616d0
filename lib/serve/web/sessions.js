// Market time and what is known of it, out of the answer of /api/pulse/coverage.

const ms = (instant) => Date.parse(instant);

// The session of a New York date, with instants as Unix ms, or null. `due` is up to when it should be known by now.
export function sessionOf(coverage, date) {
  const session = coverage?.sessions.find((one) => one.date === date);
  if (!session) return null;
  const from = ms(session.open);
  const to = ms(session.close);
  const tickers = session.tickers.map((one) => ({
    ticker: one.ticker,
    state: one.state,
    known: one.known_s,
    market: one.market_s,
    live: one.live_s,
    due: Math.min(to, from + one.market_s * 1000),
    gaps: one.gaps.map((gap) => ({ from: ms(gap.from), to: ms(gap.to) })),
  }));
  return { date, from, to, tickers, due: Math.max(from, ...tickers.map((one) => one.due)) };
}

// Stretches in which the same number of tickers is unknown, `count` of them, ascending.
export function gapSteps(tickers) {
  const turns = tickers.flatMap((one) => one.gaps.flatMap((gap) => [[gap.from, 1], [gap.to, -1]])).sort((a, b) => a[0] - b[0]);
  const steps = [];
  let count = 0;
  turns.forEach(([t, change], i) => {
    count += change;
    const to = turns[i + 1]?.[0] ?? t;
    if (count > 0 && to > t) steps.push({ from: t, to, count });
  });
  return steps;
}

// Time in which at least one of the tickers is unknown.
export function anyGap(tickers) {
  const joined = [];
  for (const { from, to } of gapSteps(tickers)) {
    const last = joined.at(-1);
    if (last && from <= last.to) last.to = to;
    else joined.push({ from, to });
  }
  return joined;
}

export function totalsOf(session) {
  const sum = (name) => session.tickers.reduce((total, one) => total + one[name], 0);
  const market = sum('market');
  return { market, known: sum('known'), live: sum('live'), gaps: anyGap(session.tickers),
    share: market > 0 ? sum('known') / market : null };
}

const kNames = { complete: 'complete', partial: 'partly known', unknown: 'unknown', pending: 'not due yet' };
export const nameOfState = (state) => kNames[state] ?? state;
