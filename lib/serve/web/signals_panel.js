// Contracts that trade unusually, with the evidence for it: what was traded, compared with what, and what was left out.
// Where there is nothing to compare with, the largest clusters are shown without a score. No side is ever told: the feed
// has no quotes.
import { byId, el, renew } from './dom.js';
import * as format from './format.js';

const kSides = { CALL: 'call', PUT: 'put' };

const between = (from, to) => `${format.minuteOf(from)}–${format.minuteOf(to)} ET`;

// An upper bound: two digits, rounded up. 0.0007, and 3.1e-6 where zeros would have to be counted.
export function small(p) {
  if (!(p > 0)) return '0';
  const exponent = Math.floor(Math.log10(p)) - 1;
  // 7e-4 × 10^5 is 70.00000000000001: no reason to say 0.00071.
  const digits = Math.ceil(p * 10 ** -exponent - 1e-9);
  const text = `${digits}e${exponent}`;
  return p >= 0.0001 ? String(Number(text)) : Number(text).toExponential(1);
}
const about = (n) => (n >= 10 ? format.count(Number(n.toPrecision(2))) : String(Number(n.toPrecision(2))));

// What the comparison says, in the words of the answer's status.
export function unusualness({ status, p, larger, windows, sessions, sessions_needed: needed, expected_per_day: expected }, minutes = 30) {
  switch (status) {
    case 'scored':
      // Windows of the premium's own bucket count as larger, and may be smaller.
      return [`p ≤ ${small(p)}`, `${larger > 0 ? `at most ${format.count(larger)}` : 'none'} of ${format.plural(windows, 'comparable window')} in ${format.plural(sessions, 'earlier session')} had as much premium or more${expected === null ? '' : `; about ${about(expected)} alarms as rare a day are expected by chance`}`];
    case 'insufficient_history':
      return ['No score', `insufficient history: ${format.count(sessions)} of ${format.count(needed)} sessions`];
    case 'no_baseline':
      return ['No score', `nothing to compare with: no ${minutes}-minute windows were counted (flow-baseline does)`];
    case 'no_cell':
      return ['No score', 'more than 30 days to expiry, or outside of market time: not compared'];
    default:
      return ['No score', 'a gap lies in the window: its premium is a lower bound, and nothing is claimed'];
  }
}

function nothing(answer) {
  const { coverage, sessions_needed: needed } = answer;
  if (!answer.orders_known) {
    return ['Unknown', 'Trades are stored, but their orders weren’t joined: run scripts/backfill, or the pipeline without PULSE_CHAIN=basic.'];
  }
  if (answer.unscored > 0 && answer.unscored === answer.contracts && answer.history_sessions < needed) {
    return ['Insufficient history', `${format.count(answer.history_sessions)} of ${format.count(needed)} sessions: too few to call anything unusual.`];
  }
  const looked = `${format.plural(answer.contracts, 'contract')} with orders looked at, none rarer than p = ${small(answer.max_p)}.`;
  switch (coverage.state) {
    case 'complete': return ['None', looked];
    case 'partial': return ['None seen', `${looked} ${format.percent(coverage.known_share)} of this session’s market time is known; in the rest it is unknown.`];
    case 'unknown': return ['Unknown', 'Nothing was recorded in this session, so there may have been some.'];
    default: return ['Nothing due yet', 'No market time of this session could be known by now.'];
  }
}

const share = (cluster) => (cluster.share_of_side === null ? null
  : `${format.percent(cluster.share_of_side)} of ${cluster.ticker} ${kSides[cluster.side]} premium in the window`);

function facts(cluster) {
  const of = [format.plural(cluster.orders, 'order'), format.plural(cluster.prints, 'print'), format.plural(cluster.exchanges, 'exchange'),
    between(cluster.first, cluster.last), share(cluster)];
  return of.filter(Boolean).join(' · ');
}

function hitsTable(cluster) {
  return el('table', { class: 'plain' },
    el('caption', { text: cluster.hits.length < cluster.orders ? `The ${cluster.hits.length} largest of ${cluster.orders} orders` : 'Its orders' }),
    el('thead', {}, el('tr', {}, ...[['At (ET)', ''], ['Premium', 'num'], ['Prints', 'num'], ['Kind', '']].map(([text, name]) => el('th', { scope: 'col', class: name, text })))),
    el('tbody', {}, ...cluster.hits.map((hit) => el('tr', {}, el('th', { scope: 'row', text: format.timeOf(hit.at), title: format.utcTitle(hit.at) }),
      el('td', { class: 'num', text: format.money(hit.premium), title: format.fullMoney(hit.premium) }),
      el('td', { class: 'num', text: format.count(hit.prints) }), el('td', { text: hit.kind })))));
}

const fact = (name, value, title) => el('div', {}, el('dt', { text: name }), el('dd', { text: value, title }));

function counterEvidence(cluster) {
  return el('dl', { class: 'beside' },
    fact('Left out (multi-leg, stock-tied, late)', format.money(cluster.left_out_premium), format.fullMoney(cluster.left_out_premium)),
    fact('Auction prints, mostly retail', cluster.auction_share === null ? '–' : format.percent(cluster.auction_share), format.fullMoney(cluster.auction_premium)),
    fact('Window', between(cluster.window.from, cluster.window.to)),
    ...(cluster.known_at ? [fact('Could be known from', `${format.timeOf(cluster.known_at)} ET`, format.utcTitle(cluster.known_at))] : []));
}

export class SignalsPanel {
  // `on.brief(cluster)` asks for the briefing of one; `on.afterwards(cluster)` shows what came after such events.
  constructor(on) {
    this.body = byId('signals-body');
    this.note = byId('signals-note');
    this.on = on;
    this.opened = new Set();
    this.briefings = new Map();
  }

  clear() {
    this.opened.clear();
    this.briefings.clear();
    this.answer = null;
    this.largest = null;
  }

  // True when the largest clusters are wanted as well, because nothing has a score.
  take(answer) {
    this.answer = answer;
    this.largest = null;
    this.draw();
    return answer.signals.length === 0 && answer.unscored > 0;
  }

  takeLargest(answer) {
    this.largest = answer.clusters;
    this.draw();
  }

  takeBriefing(symbol, answer) {
    this.briefings.set(symbol, answer);
    this.draw();
  }

  draw() {
    const { answer } = this;
    if (!answer) return;
    const history = answer.history_sessions > 0 ? `, ${format.plural(answer.history_sessions, 'session')} of history` : '';
    this.note.textContent = `${format.longDay(answer.session)}${history}`;
    if (answer.signals.length > 0) {
      renew(this.body, this.list(answer.signals), this.foot());
      return;
    }
    const [head, words] = nothing(answer);
    const said = el('p', { class: 'empty' }, el('strong', { text: head }), el('span', { text: words }));
    const largest = this.largest ?? [];
    renew(this.body, said, ...(largest.length > 0 ? [el('h3', { text: 'Largest in the last 30 minutes known, without a score' }), this.list(largest)] : []));
  }

  foot() {
    const { contracts, unscored, signals, max_p: maxP, orders_known: known } = this.answer;
    const text = `${signals.length} of ${format.plural(contracts, 'contract')} looked at, p ≤ ${small(maxP)}${unscored > 0 ? `; ${format.count(unscored)} without a score` : ''}${known ? '' : '; of some tickers trades are stored whose orders weren’t joined: unknown'}. Side unknown: the feed has no quotes.`;
    return el('p', { class: 'muted', text });
  }

  list(clusters) {
    return el('ul', { class: 'signals' }, ...clusters.map((cluster) => el('li', {}, this.item(cluster))));
  }

  item(cluster) {
    const symbol = cluster.option_symbol;
    const [score, words] = unusualness(cluster.unusual, cluster.window.minutes);
    const item = el('details', { open: this.opened.has(symbol) },
      el('summary', {}, el('span', { class: 'head' },
        el('strong', { text: cluster.ticker }), ' ', el('span', { class: `side ${kSides[cluster.side]}`, text: cluster.side }),
        ` ${format.count(cluster.strike)} · ${format.day(cluster.expiry)} · ${cluster.dte} DTE`,
        el('strong', { class: 'amount', text: format.money(cluster.premium), title: format.fullMoney(cluster.premium) })),
      el('span', { class: 'line', text: facts(cluster) }),
      el('span', { class: 'line' }, el('strong', { text: score }), `: ${words}`)));
    const more = el('div', { class: 'more' });
    item.append(more);
    if (this.opened.has(symbol)) more.append(...this.details(cluster));
    item.addEventListener('toggle', () => {
      if (item.open === this.opened.has(symbol)) return;
      if (item.open) {
        this.opened.add(symbol);
        more.replaceChildren(...this.details(cluster));
        this.on.brief(cluster);
      } else {
        this.opened.delete(symbol);
      }
    });
    return item;
  }

  details(cluster) {
    const briefing = this.briefings.get(cluster.option_symbol);
    const button = el('button', { type: 'button', text: `Afterwards: ${cluster.ticker} ${kSides[cluster.side]}s` });
    button.addEventListener('click', () => this.on.afterwards(cluster));
    return [counterEvidence(cluster), hitsTable(cluster),
      el('p', { class: 'briefing', text: briefing ? briefing.text ?? briefing.message : 'Asking for the briefing…' }), button];
  }
}
