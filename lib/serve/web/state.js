// What is looked at, kept in the address so that it can be shared and gone back to. The names are the API's, plus
// `heat`, the ticker of the heat map, and what is shown of afterwards: its ticker, its side, its returns.

const kDate = /^\d{4}-\d{2}-\d{2}$/;
const kRoot = /^[A-Z0-9]{1,6}$/;

const isDay = (text) => kDate.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`));
const isNumber = (text, pattern) => pattern.test(text);

// Each gives the value in its one spelling, or null for what the server would refuse.
const kReaders = {
  date: (text) => (isDay(text) ? text : null),
  ticker: (text) => {
    const roots = [...new Set(text.toUpperCase().split(/[\s,]+/).filter(Boolean))].sort();
    return roots.length > 0 && roots.every((root) => kRoot.test(root)) ? roots.join(',') : null;
  },
  side: (text) => (['CALL', 'PUT'].includes(text.toUpperCase()) ? text.toUpperCase() : null),
  min_premium: (text) => (isNumber(text, /^\d{1,12}(\.\d{1,4})?$/) ? text : null),
  max_dte: (text) => (isNumber(text, /^\d{1,4}$/) ? text : null),
  expiry: (text) => (isDay(text) ? text : null),
  strike: (text) => (isNumber(text, /^\d{1,5}(\.\d{1,3})?$/) ? text : null),
  heat: (text) => (kRoot.test(text.toUpperCase()) ? text.toUpperCase() : null),
  after: (text) => (kRoot.test(text.toUpperCase()) ? text.toUpperCase() : null),
  after_side: (text) => (['CALL', 'PUT'].includes(text.toUpperCase()) ? text.toUpperCase() : null),
  returns: (text) => (['tradable', 'descriptive'].includes(text) ? text : null),
};

// What only one panel looks at.
const kOfPanels = ['heat', 'after', 'after_side', 'returns'];
export const withoutPanels = (view) => ({ ...view, ...Object.fromEntries(kOfPanels.map((name) => [name, ''])) });

// 100k and 1.5m are what people type.
function spelled(name, text) {
  if (name !== 'min_premium') return text.trim();
  const match = /^\$?([\d,.]+)\s*([km]?)$/i.exec(text.trim());
  if (!match) return text.trim();
  const unit = { k: 1e3, m: 1e6 }[match[2].toLowerCase()];
  const digits = match[1].replaceAll(',', '');
  return unit ? String(Math.round(Number(digits) * unit)) : digits;
}

// {view, ignored}: `ignored` lists what the query string holds that can't be asked for.
export function readView(search) {
  const view = {};
  const ignored = [];
  for (const [name, text] of new URLSearchParams(search)) {
    if (text.trim() === '') continue;
    const value = kReaders[name]?.(spelled(name, text)) ?? null;
    if (value === null) ignored.push(`${name}=${text}`);
    else view[name] = value;
  }
  return { view, ignored };
}

// The value as it may be asked for, '' for none, null for one that can't be.
export function readValue(name, text) {
  return text.trim() === '' ? '' : kReaders[name](spelled(name, text));
}

export function queryOf(view) {
  const query = new URLSearchParams();
  for (const name of Object.keys(kReaders)) if (view[name]) query.set(name, view[name]);
  const text = query.toString().replaceAll('%2C', ',');
  return text === '' ? '' : `?${text}`;
}

// The conditions every question shares.
export function conditions(view) {
  const wanted = {};
  for (const name of ['ticker', 'side', 'min_premium', 'max_dte', 'expiry', 'strike']) if (view[name]) wanted[name] = view[name];
  return wanted;
}

export const activeFilters = (view) => Object.keys(view).filter((name) => !kOfPanels.includes(name) && view[name]).length;

// The address and the history. `onChange(view, ignored)` is called for every change of it, also by back and forward.
export class Address {
  constructor(onChange) {
    this.onChange = onChange;
    window.addEventListener('popstate', () => this.read());
  }

  read() {
    const { view, ignored } = readView(location.search);
    this.view = view;
    this.onChange(view, ignored);
  }

  // Changes some of the view: one step in the history, none when nothing changed.
  change(part) {
    const query = queryOf({ ...this.view, ...part });
    if (query === queryOf(this.view)) return;
    history.pushState(null, '', `${location.pathname}${query}`);
    this.read();
  }

  clear() {
    this.change(Object.fromEntries(Object.keys(kReaders).map((name) => [name, ''])));
  }
}
