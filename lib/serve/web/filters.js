// The filter form: shows the view, and changes the address when it is used.
import { byId, el, setText } from './dom.js';
import * as format from './format.js';
import { activeFilters, readValue } from './state.js';

const kPremiums = ['', '50000', '100000', '250000', '500000', '1000000', '5000000'];
const kDays = ['', '0', '1', '2', '7', '14', '30'];
const kFields = ['ticker', 'side', 'min_premium', 'max_dte', 'expiry', 'strike', 'date'];
const kHelp = {
  ticker: 'Tickers are letters and digits, separated by commas: AAPL,TSLA.',
  strike: 'A strike is a number of dollars: 190 or 2.5.',
};

const premiumText = (value) => (value === '' ? 'Any' : `${format.money(Number(value)).replace(/\.?0+(?=[KMB]$)/, '')}`);
const daysText = (value) => (value === '' ? 'Any' : value === '0' ? 'Today (0)' : `Up to ${value}`);

// A select that can also hold a value that came with the address.
function choose(select, choices, value, text) {
  const all = choices.includes(value) ? choices : [...choices, value].sort((a, b) => Number(a) - Number(b));
  if (select.dataset.choices !== all.join()) {
    select.replaceChildren(...all.map((choice) => el('option', { value: choice, text: text(choice) })));
    select.dataset.choices = all.join();
  }
  select.value = value;
}

export class Filters {
  constructor(address) {
    this.form = byId('filter-form');
    this.toggle = byId('filters-toggle');
    this.note = byId('filter-note');
    const { form } = this;
    form.addEventListener('change', (event) => {
      const { name, value } = event.target;
      const read = readValue(name, value);
      event.target.setAttribute('aria-invalid', String(read === null));
      if (read === null) {
        setText(this.note, kHelp[name] ?? 'That is no date.');
        return;
      }
      address.change({ [name]: read });
    });
    form.addEventListener('submit', (event) => event.preventDefault());
    form.addEventListener('reset', (event) => {
      event.preventDefault();
      address.clear();
    });
    this.toggle.addEventListener('click', () => {
      const open = this.toggle.getAttribute('aria-expanded') !== 'true';
      this.toggle.setAttribute('aria-expanded', String(open));
      form.classList.toggle('open', open);
    });
  }

  show(view, ignored) {
    for (const name of kFields) {
      const field = this.form.elements[name];
      const value = view[name] ?? '';
      field.removeAttribute('aria-invalid');
      if (name === 'min_premium') choose(field, kPremiums, value, premiumText);
      else if (name === 'max_dte') choose(field, kDays, value, daysText);
      else field.value = value;
      field.classList.toggle('set', value !== '');
    }
    const active = activeFilters(view);
    setText(this.toggle, active === 0 ? 'Filters' : `Filters (${active})`);
    byId('reset').disabled = active === 0;
    setText(this.note, ignored.length === 0 ? '' : `Left out of the address, as it can’t be asked for: ${ignored.join(', ').slice(0, 200)}`);
  }

  // Tickers worth suggesting, so that nobody has to know them by heart.
  suggest(tickers) {
    const list = byId('tickers');
    if (list.dataset.tickers === tickers.join()) return;
    list.dataset.tickers = tickers.join();
    list.replaceChildren(...tickers.map((value) => el('option', { value })));
  }
}
