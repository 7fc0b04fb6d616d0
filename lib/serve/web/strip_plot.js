// Returns as a strip: every analogue a dot, ordinary sessions quiet lines behind, medians, zero. All of it, so that one
// number can't stand for the rest.
import { svg } from './dom.js';

const kHeight = 64;
const kMiddle = 34;
const kRadius = 4;

export const signedPercent = (share) => {
  if (share === null || share === undefined) return '–';
  const value = (Math.abs(share) * 100).toFixed(1);
  return `${share > 0 ? '+' : share < 0 ? '−' : ''}${value}%`;
};

// The next round number that holds every return, as a fraction: the marks at half of it stay legible.
export function reach(returns) {
  const most = Math.max(0.005, ...returns.map(Math.abs));
  for (let unit = 0.001; ; unit *= 10) for (const step of [1, 2, 3, 4, 6, 8]) if (step * unit >= most) return step * unit;
}

// Dots that would hide each other are stacked, away from the middle by turns.
function stacked(returns, x) {
  const placed = [];
  return returns.map((value) => {
    const at = x(value);
    let level = 0;
    while (placed.some((one) => one.level === level && Math.abs(one.at - at) < kRadius * 2)) level += 1;
    placed.push({ at, level });
    const away = Math.min(Math.ceil(level / 2) * (kRadius * 2 - 1), kMiddle - 14);
    return { at, y: kMiddle + (level % 2 ? -away : away) };
  });
}

// `like` and `ordinary` as the answer has them: {returns, median, …}.
export function stripPlot(width, most, like, ordinary, label) {
  const x = (value) => width / 2 + (value / most) * (width / 2 - 12);
  const line = (value, name, top, bottom) => svg('line', { class: name, x1: x(value).toFixed(1), x2: x(value).toFixed(1), y1: top, y2: bottom });
  const marks = [-most, -most / 2, 0, most / 2, most].map((value, i) => svg('text', { class: 'mark', x: x(value), y: kHeight - 1,
    'text-anchor': ['start', 'middle', 'middle', 'middle', 'end'][i], text: signedPercent(value) }));
  return svg('svg', { viewBox: `0 0 ${width} ${kHeight}`, height: kHeight, role: 'img', 'aria-label': label, class: 'strip' },
    ...ordinary.returns.map((value) => line(value, 'ordinary', 16, 52)),
    line(0, 'zero', 4, 52),
    ...(ordinary.median === null ? [] : [line(ordinary.median, 'median ordinary-median', 6, 52)]),
    ...stacked(like.returns, x).map(({ at, y }) => svg('circle', { class: 'like', cx: at.toFixed(1), cy: y, r: kRadius })),
    ...(like.median === null ? [] : [line(like.median, 'median like-median', 8, 52)]), ...marks);
}

// How often the stock went up: the interval of the analogues' share beside the ordinary share, 0 to 100 %.
export function sharePlot(width, like, ordinary, label) {
  const x = (share) => 12 + share * (width - 24);
  const parts = [svg('line', { class: 'axis', x1: x(0), x2: x(1), y1: 9, y2: 9 }), svg('line', { class: 'zero', x1: x(0.5), x2: x(0.5), y1: 3, y2: 15 })];
  if (like.n > 0) {
    parts.push(svg('line', { class: 'interval', x1: x(like.wilson.low), x2: x(like.wilson.high), y1: 9, y2: 9 }),
      svg('circle', { class: 'like', cx: x(like.up / like.n), cy: 9, r: kRadius }));
  }
  if (ordinary.n > 0) parts.push(svg('line', { class: 'median ordinary-median', x1: x(ordinary.up / ordinary.n), x2: x(ordinary.up / ordinary.n), y1: 1, y2: 17 }));
  const marks = [[0, 'start'], [0.5, 'middle'], [1, 'end']].map(([share, anchor]) => svg('text', { class: 'mark', x: x(share), y: 28, 'text-anchor': anchor, text: `${share * 100}% up` }));
  return svg('svg', { viewBox: `0 0 ${width} 30`, height: 30, role: 'img', 'aria-label': label, class: 'strip' }, ...parts, ...marks);
}
