// What the stock did after similar events: the whole distribution beside ordinary sessions, and every event in a table,
// those that lost as well. What may be said of it is said by the server.
import { byId, el, renew } from './dom.js';
import * as format from './format.js';
import { reach, sharePlot, signedPercent, stripPlot } from './strip_plot.js';

const kKinds = {
  tradable: 'next open after it could be known → close of the 1st, 3rd, 5th session from there',
  descriptive: 'close of that session → close',
};

const share = ({ up, n }) => (n > 0 ? format.percent(up / n) : '–');

const points = (share) => `${share > 0 ? '+' : ''}${Math.round(share * 100)}`;

// By the sessions whose horizons don't overlap: others count the same days twice.
function verdict({ verdict: judged, independent, difference, analogues_needed: needed }) {
  if (judged === 'insufficient') return `Too few to claim an effect: ${format.count(independent.n)} similar events and ${format.count(independent.base.n)} ordinary sessions don’t overlap, ${format.count(needed)} of each are needed.`;
  if (judged === 'no_difference') return 'No difference from ordinary sessions can be told.';
  return `The share of ups differs from the ordinary one, by ${points(difference.low)} to ${points(difference.high)} points (95%). Not corrected for how many questions were asked.`;
}

function words(like, base) {
  const interval = like.n > 0 ? ` (${share(like)}; 95% interval ${format.percent(like.wilson.low)}–${format.percent(like.wilson.high)})` : '';
  return [`Similar events: ${format.count(like.n)}, up in ${format.count(like.up)}${interval}, median ${signedPercent(like.median)}, mean ${signedPercent(like.mean)}.`,
    `Ordinary: ${format.count(base.n)}, up ${share(base)}, median ${signedPercent(base.median)}.`];
}

export class Afterwards {
  // `onChoice(part)` changes the address.
  constructor(onChoice) {
    this.body = byId('after-body');
    this.ticker = byId('after-ticker');
    this.side = byId('after-side');
    this.returns = byId('after-returns');
    for (const [select, name] of [[this.ticker, 'after'], [this.side, 'after_side'], [this.returns, 'returns']]) {
      select.addEventListener('change', () => onChoice({ [name]: select.value }));
    }
    new ResizeObserver(() => {
      if (this.answer && this.body.clientWidth !== this.drawnWidth) this.draw();
    }).observe(this.body);
  }

  choose(choices, ticker, side, kind) {
    if (this.ticker.dataset.choices !== choices.join()) {
      this.ticker.replaceChildren(...choices.map((value) => el('option', { value, text: value })));
      this.ticker.dataset.choices = choices.join();
    }
    this.ticker.value = ticker;
    this.side.value = side;
    this.kind = kind;
    this.returns.value = kind;
    byId('after-choice').hidden = false;
  }

  clear(text) {
    this.answer = null;
    this.body.replaceChildren(el('p', { class: 'empty', text }));
  }

  take(answer) {
    this.answer = answer;
    this.draw();
  }

  draw() {
    const { answer, kind } = this;
    this.drawnWidth = this.body.clientWidth;
    const open = this.body.querySelector('.all')?.open ?? true;
    const pairs = answer.horizons.map((horizon) => ({ horizon, like: horizon[kind], base: horizon.base[kind] }));
    const all = pairs.flatMap(({ like, base }) => [...like.returns, ...base.returns]);
    const parts = [];
    const inWords = el('p', { class: 'statement', text: answer.statement });
    if (all.length > 0) {
      const most = reach(all);
      parts.push(this.legend(), ...pairs.map((pair) => this.horizon(pair, most)),
        el('details', { open: this.body.querySelector('.words')?.open ?? false, class: 'words' }, el('summary', { text: 'In words' }), inWords));
    } else {
      parts.push(inWords, el('p', { class: 'empty' }, el('strong', { text: 'No returns to show' }),
        el('span', { text: 'Neither a similar event nor an ordinary session of this period has the daily bars it takes.' })));
    }
    parts.push(this.about());
    if (answer.analogues.length > 0) parts.push(this.table(open));
    renew(this.body, ...parts);
  }

  legend() {
    const key = (name, text) => el('span', {}, el('i', { class: `key-${name}`, 'aria-hidden': 'true' }), text);
    return el('p', { class: 'muted keys' }, key('like', 'one similar event'), key('ordinary', 'one ordinary session'), key('median', 'median of similar'), key('base', 'median or share of ordinary'));
  }

  horizon({ horizon, like, base }, most) {
    const width = Math.max(220, Math.min(560, this.drawnWidth - 20));
    const name = `After ${format.plural(horizon.sessions, 'session')}`;
    const [similar, ordinary] = words(like, base);
    return el('section', { class: 'horizon', 'aria-label': name }, el('h3', { text: name }),
      stripPlot(width, most, like, base, `${name}, returns. ${similar} ${ordinary}`),
      sharePlot(width, like, base, `${name}, share up. ${similar} ${ordinary}`),
      el('p', { text: similar }), el('p', { text: ordinary }),
      el('p', {}, el('strong', { text: verdict(horizon) }),
        horizon.incomplete > 0 ? ` ${format.plural(horizon.incomplete, 'event')} left out: not over yet, or a bar is missing.` : ''));
  }

  about() {
    const { similarity, period, as_of: asOf } = this.answer;
    const unknown = period.unknown_sessions > 0 ? `, ${format.count(period.unknown_sessions)} unknown left out` : '';
    const premiums = similarity.premium_from === null ? '' : ` (${format.money(similarity.premium_from)} to ${format.money(similarity.premium_to)})`;
    const sessions = period.sessions > 0 ? `${period.from} to ${period.to}, ${format.plural(period.sessions, 'session')}${unknown}` : 'no session with stored data';
    return el('p', { class: 'muted', text: `Similar: ${similarity.rule}${premiums}. Period: ${sessions}. As of ${format.dateOf(asOf)} ${format.minuteOf(asOf)} ET. Returns: ${kKinds[this.kind]}.` });
  }

  table(open) {
    const { analogues, horizons, similarity } = this.answer;
    const letter = similarity.side === 'CALL' ? 'C' : 'P';
    const heads = [['Session', ''], ['Contract', ''], ['Premium', 'num'], ...horizons.map(({ sessions }) => [`+${sessions}`, 'num'])];
    const rows = analogues.map((one) => el('tr', {}, el('th', { scope: 'row', text: format.day(one.session, format.dateOf(this.answer.as_of)), title: `${one.session}; could be known from ${format.utcTitle(one.known_at)}` }),
      el('td', { class: 'contract', text: `${format.count(one.strike)} ${letter} · ${format.day(one.expiry, one.session)}`, title: one.option_symbol }),
      el('td', { class: 'num', text: format.money(one.premium), title: format.fullMoney(one.premium) }),
      ...horizons.map(({ sessions }) => el('td', { class: 'num', text: signedPercent(one.returns[sessions]?.[this.kind]) }))));
    return el('details', { open, class: 'all' }, el('summary', { text: `All ${format.plural(analogues.length, 'similar event')}, newest first, ups and downs` }),
      el('div', { class: 'scroll', role: 'region', 'aria-label': 'Similar events', tabindex: 0 },
        el('table', { class: 'plain' }, el('caption', { class: 'sr', text: 'Every similar event and the stock’s return after 1, 3 and 5 sessions' }),
          el('thead', {}, el('tr', {}, ...heads.map(([text, name]) => el('th', { scope: 'col', class: name, text })))), el('tbody', {}, ...rows))));
  }
}
