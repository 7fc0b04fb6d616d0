// What was traded in all, and how it splits into calls and puts.
import { el } from './dom.js';
import * as format from './format.js';

const fact = (name, value, title) => el('div', {}, el('dt', { text: name }), el('dd', { text: value, title }));

// One bar for one split. It is also the bar of a row in the table of tickers, where `labels` is false.
export function splitBar(call, put, labels = true) {
  const share = call + put > 0 ? call / (call + put) : null;
  const text = share === null ? 'nothing traded' : `calls ${format.percent(share)}, puts ${format.percent(1 - share)}`;
  const bar = el('div', { class: labels ? 'split' : 'split thin', role: 'img', 'aria-label': text, title: text });
  if (share === null) return bar;
  for (const [side, part, premium] of [['call', share, call], ['put', 1 - share, put]]) {
    const piece = el('span', { class: `piece ${side}` });
    piece.style.flexGrow = String(part);
    if (labels && part > 0.18) piece.textContent = `${side.toUpperCase()} ${format.percent(part)}`;
    else if (part === 0 || premium === 0) piece.hidden = true;
    bar.append(piece);
  }
  return bar;
}

export function drawTotals(body, summary) {
  const { total, put_call: putCall } = summary;
  const side = (name) => summary.by_side.find((row) => row.side === name) ?? { premium: 0, trades: 0, contracts: 0 };
  const call = side('CALL');
  const put = side('PUT');
  body.replaceChildren(
    el('dl', { class: 'facts' },
      fact('Premium', format.money(total.premium), format.fullMoney(total.premium)),
      fact('Trades', format.count(total.trades)),
      fact('Contracts', format.count(total.contracts)),
      fact('P/C premium', format.ratio(putCall.premium), 'Put premium divided by call premium'),
      fact('P/C contracts', format.ratio(putCall.contracts), 'Put contracts divided by call contracts')),
    splitBar(call.premium, put.premium),
    el('dl', { class: 'legend' },
      ...[['call', 'Calls', call], ['put', 'Puts', put]].map(([name, label, row]) => el('div', {},
        el('dt', {}, el('span', { class: `swatch ${name}` }), label),
        el('dd', { title: format.fullMoney(row.premium),
          text: `${format.money(row.premium)} in ${format.plural(row.trades, 'trade')}` })))));
}
