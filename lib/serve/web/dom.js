// Building elements. Data only ever becomes text or an attribute, never markup.

const kSvg = 'http://www.w3.org/2000/svg';

export const byId = (id) => document.getElementById(id);

function fill(node, props, children) {
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'text') node.textContent = value;
    else node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

// el('td', { class: 'num', text: '12' }, …children)
export const el = (tag, props = {}, ...children) => fill(document.createElement(tag), props, children);
export const svg = (tag, props = {}, ...children) => fill(document.createElementNS(kSvg, tag), props, children);

// What only a screen reader says.
export const spoken = (text) => el('span', { class: 'sr', text });

// Sets text only when it differs: a live region would repeat itself, and layout would be redone for nothing.
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

const nameOf = (node) => `${node.tagName} ${node.getAttribute('aria-label') ?? node.textContent}`;

// Replaces what stands in `place`. Who had the focus in there, or had scrolled, finds it where it was: figures are drawn
// anew every few seconds.
export function renew(place, ...children) {
  const focused = place.contains(document.activeElement) && document.activeElement !== place ? nameOf(document.activeElement) : null;
  const scrolled = [...place.querySelectorAll('.scroll')].map((node) => [node.scrollLeft, node.scrollTop]);
  place.replaceChildren(...children);
  place.querySelectorAll('.scroll').forEach((node, i) => scrolled[i] && node.scrollTo(...scrolled[i]));
  if (focused === null) return;
  const same = [...place.querySelectorAll('button, summary, [tabindex]')].find((node) => nameOf(node) === focused);
  same?.focus({ preventScroll: true });
}

// The hatch that marks time nothing is known of; ids must be unique in the page.
export function hatch(id) {
  return svg('defs', {}, svg('pattern', { id, width: 5, height: 5, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
    svg('rect', { width: 5, height: 5, class: 'hatch-ground' }), svg('rect', { width: 1.6, height: 5, class: 'hatch-line' })));
}
