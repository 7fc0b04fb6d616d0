// The tape's panel: what comes in, when it may move, what is said when there is nothing.
import { byId, el, setText } from './dom.js';
import { nothingToShow } from './empty.js';
import * as format from './format.js';
import { Tape, kMost } from './tape.js';
import { TapeView } from './tape_view.js';

const kGatherMs = 30;  // a burst becomes one change of the page

export class TapePanel {
  // `onMore(cursor)` asks for the next page, `onReload()` for the first one, `onTicker(root)` filters.
  constructor({ onMore, onReload, onTicker }) {
    this.tape = new Tape();
    this.onReload = onReload;
    this.scroller = byId('tape-scroll');
    this.view = new TapeView(this.scroller, byId('tape-table'), this.tape, () => this.tape.next !== null && onMore(this.tape.next));
    this.newer = byId('newer');
    this.empty = byId('tape-empty');
    this.paused = false;
    this.queue = [];
    this.clear();
    byId('pause').addEventListener('click', ({ target }) => {
      this.paused = !this.paused;
      target.setAttribute('aria-pressed', String(this.paused));
      setText(target, this.paused ? 'Resume' : 'Pause');
      if (!this.paused) this.catchUp();
    });
    this.newer.addEventListener('click', () => {
      this.catchUp();
      this.scroller.focus();
    });
    this.scroller.addEventListener('scroll', () => this.view.atTop && this.seen(), { passive: true });
    byId('tape-table').addEventListener('click', ({ target }) => {
      if (target.closest('tbody .c-ticker') && getSelection().isCollapsed) onTicker(target.textContent);
    });
  }

  clear() {
    clearTimeout(this.timer);
    this.timer = 0;
    this.queue = [];
    this.unseen = 0;
    this.outdated = false;
    this.loaded = false;
    this.coverage = null;
    this.tape.clear();
    this.view.reset();
    this.scroller.scrollTop = 0;
    this.show();
  }

  // The first page, anew.
  replace(answer) {
    this.tape.replace(answer.trades, answer.next);
    this.loaded = true;
    this.outdated = false;
    this.unseen = 0;
    this.coverage = answer.coverage;
    this.scroller.scrollTop = 0;
    this.view.reset();
    this.show();
  }

  append(answer) {
    this.tape.append(answer.trades, answer.next);
    this.view.schedule();
    this.show();
  }

  // Something changed that can't be told row by row. What is being read isn't pulled away.
  reload() {
    if (this.loaded && (this.paused || !this.view.atTop)) {
      this.outdated = true;
      this.show();
    } else {
      this.onReload();
    }
  }

  add(trade) {
    this.queue.push(trade);
    this.timer ||= setTimeout(() => this.flush(), kGatherMs);
  }

  flush() {
    this.timer = 0;
    const held = this.paused || !this.view.atTop;
    let above = 0;
    for (const trade of this.queue.splice(0)) {
      const index = this.tape.insert(trade);
      if (index < 0) {
        this.changed(trade);
        continue;
      }
      this.tape.rows[index].arrived = performance.now();
      if (held && this.view.isAbove(index)) above += 1;
    }
    if (above > 0) {
      this.unseen += above;
      this.view.keepPlace(above);
    } else {
      this.view.schedule();
    }
    this.show();
  }

  // A trade that is here already, told again: taken back, perhaps.
  changed(trade) {
    const row = this.tape.known(trade);
    if (row) this.view.update(row);
  }

  seen() {
    if (this.paused || (this.unseen === 0 && !this.outdated)) return;
    this.unseen = 0;
    if (this.outdated) this.onReload();
    this.show();
  }

  catchUp() {
    this.view.toTop();
    this.unseen = 0;
    if (this.outdated) this.onReload();
    this.show();
  }

  setFeed(state) {
    this.feed = state;
    this.show();
  }

  // The trades can't be had; `words` says why.
  fail(words) {
    this.problem = words;
    this.show();
    this.problem = null;
  }

  show() {
    const { rows, next } = this.tape;
    const all = next === null ? '' : ', more below';
    setText(byId('tape-count'), rows.length === 0 ? '' : rows.length >= kMost ? `newest ${format.count(kMost)}` : `${format.plural(rows.length, 'trade')}${all}`);
    this.newer.hidden = this.unseen === 0 && !this.outdated;
    setText(this.newer, this.outdated ? 'The tape changed: load it again' : `${format.count(this.unseen)} newer ↑`);
    this.empty.hidden = rows.length > 0;
    if (rows.length > 0) return;
    let words = ['Waiting for the first answer', ''];
    if (this.loaded || ['no_database', 'no_data', 'no_schema'].includes(this.feed)) words = nothingToShow(this.coverage, this.feed);
    else if (this.problem) words = ['No answer', this.problem];
    else if (!this.empty.textContent.startsWith('Waiting') && this.empty.textContent !== '') return;
    if (this.empty.textContent === words.join('')) return;
    this.empty.replaceChildren(el('strong', { text: words[0] }), el('span', { text: words[1] }));
  }
}
