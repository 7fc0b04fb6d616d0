// Puts the page together: the address says what is looked at, the stream what is new, the questions bring the rest.
import { Asker, questions } from './questions.js';
import { drawSessions, drawStrip } from './coverage_strip.js';
import { byId, el, setText } from './dom.js';
import { nothingToShow } from './empty.js';
import { Filters } from './filters.js';
import { FlowPanels } from './flow_panels.js';
import * as format from './format.js';
import { HeatMap } from './heat_map.js';
import { sessionOf } from './sessions.js';
import { LiveStream } from './sse.js';
import { Address, conditions, queryOf, withoutPanels } from './state.js';
import { Status } from './status.js';
import { TapePanel } from './tape_panel.js';
import { TokenForm } from './token_form.js';
import { timeChart } from './time_chart.js';
import { drawTotals } from './totals.js';

const kPage = 200;
const kMorePage = 1000;
const kSummaryMs = 4000;   // figures follow the tape at this pace
const kRefreshMs = 60_000;  // gaps open without any event
const kAwayMs = 60_000;
const kNames = { trades: 'the tape', more: 'older trades', summary: 'the figures', cells: 'the heat map', coverage: 'the coverage',
  signals: 'the signals', largest: 'the largest clusters', briefing: 'a briefing', afterwards: 'what came after' };
const kindOf = (name) => name.split(' ')[0];  // a briefing's name has its contract behind it

class App {
  constructor() {
    this.status = new Status();
    this.asker = new Asker((name, answer) => this.answered(name, answer), (name, error) => this.failed(name, error));
    this.problems = new Map();
    this.drawn = new Map();
    this.address = new Address((view, ignored) => this.look(view, ignored));
    this.filters = new Filters(this.address);
    this.token = new TokenForm(() => this.start());
    this.panel = new TapePanel({
      onMore: (cursor) => this.asker.busy('more') || this.asker.ask('more', questions.trades(this.view, kMorePage, cursor)),
      onReload: () => {
        this.asker.drop('more');  // its cursor belongs to the rows that go
        this.asker.ask('trades', questions.trades(this.view, kPage));
      },
      onTicker: (ticker) => this.address.change({ ticker }),
    });
    this.chart = timeChart((heat) => this.address.change({ heat }));
    this.heat = new HeatMap(byId('heat-body'));
    this.flow = new FlowPanels(this.asker, this.address, () => ({ view: this.view, tickers: this.summary?.by_ticker.map((row) => row.ticker) ?? null }),
      (name) => this.drawn.delete(name));
    byId('heat-ticker').addEventListener('change', ({ target }) => this.address.change({ heat: target.value }));
    document.addEventListener('visibilitychange', () => this.visible());
    setInterval(() => document.hidden || this.figures(), kRefreshMs);
    this.address.read();
  }

  // Another view: a new stream and everything asked anew, unless just what one panel shows changed.
  look(view, ignored) {
    this.filters.show(view, ignored);
    const before = this.view;
    this.view = view;
    if (before && queryOf(withoutPanels(before)) === queryOf(withoutPanels(view))) {
      this.askCells();
      this.flow.askAfterwards();
      return;
    }
    this.summary = null;
    this.coverage = null;
    this.flow.clear();
    this.start();
  }

  start() {
    this.stream?.stop();
    this.asker.stop();
    this.problems.clear();
    this.drawn.clear();
    this.showProblems();
    this.panel.clear();
    // The tape is asked for once the stream is open, so that no trade falls between the two; and if it won't open, anyway.
    let asked = false;
    this.stream = new LiveStream(conditions(this.view), {
      event: (name, object) => this.event(name, object),
      open: (resumed) => {
        this.status.connected();
        if (resumed && this.panel.loaded) this.figures();
        else this.everything();
        asked = true;
      },
      lost: (error, waitMs) => {
        this.status.lost(waitMs);
        if (!asked) this.everything();
        asked = true;
      },
      refused: (error) => {
        this.failed('trades', error);
        if (error.status !== 401) this.status.refused('Not answered', error.message);
      },
    });
  }

  everything() {
    if (this.panel.loaded) this.panel.reload();
    else this.panel.onReload();
    this.figures();
  }

  figures() {
    clearTimeout(this.timer);
    this.timer = 0;
    this.figuresAt = performance.now();
    this.asker.ask('summary', questions.summary(this.view));
    this.asker.ask('coverage', questions.coverage(this.view));
    this.flow.ask();
  }

  // Soon, but not for each trade of a burst. A page nobody sees asks when it is looked at again.
  figuresSoon() {
    if (document.hidden) return;
    const wait = Math.max(300, (this.figuresAt ?? 0) + kSummaryMs - performance.now());
    this.timer ||= setTimeout(() => this.figures(), wait);
  }

  visible() {
    if (document.hidden) {
      this.hiddenAt = performance.now();
    } else if (performance.now() - (this.hiddenAt ?? Infinity) > kAwayMs) {
      this.everything();
    } else {
      this.figuresSoon();
    }
  }

  event(name, object) {
    if (name === 'status') {
      const before = this.status.feed?.state;
      this.status.take(object);
      this.panel.setFeed(object.state);
      if (before !== undefined && before !== object.state) this.figuresSoon();
    } else if (name === 'trade' || name === 'cancel') {
      if (this.view.date && format.dateOf(object.timestamp) !== this.view.date) return;
      this.panel.add(object);
      if (name === 'trade') this.status.heard(object);
      this.figuresSoon();
    } else if (name === 'bulk' || name === 'reload') {
      // A replay is many of these in a row.
      this.reloadTimer ||= setTimeout(() => {
        this.reloadTimer = 0;
        this.panel.reload();
        this.figuresSoon();
      }, 250);
    }
  }

  answered(name, answer) {
    this.problems.delete(name);
    this.showProblems();
    this.token.accepted();
    this.status.simulated(answer.coverage.simulated);
    if (name === 'trades') this.panel.replace(answer);
    else if (name === 'more') this.panel.append(answer);
    else if (!this.isNews(name, answer)) return;
    else if (name === 'summary') this.takeSummary(answer);
    else if (name === 'coverage') this.takeCoverage(answer);
    else if (name === 'cells') this.heat.draw(this.heatTicker, answer.cells ?? [], answer.coverage.tickers?.[this.heatTicker] ?? answer.coverage.state);
    else this.flow.take(name, answer);
  }

  // Drawing the same again would only take the place of whoever reads it with a screen reader.
  isNews(name, { coverage, ...answer }) {
    const text = JSON.stringify([answer, coverage.state, coverage.known_share, coverage.gap_count, this.status.feed?.state, this.heatTicker]);
    if (this.drawn.get(name) === text) return false;
    this.drawn.set(name, text);
    return true;
  }

  failed(name, error) {
    if (error.status === 401) {
      this.asker.stop();
      this.stream.stop();
      this.status.refused('Not admitted', 'The server wants its access token.');
      this.token.ask();
      return;
    }
    this.problems.set(name, error.message);
    this.showProblems();
    this.explain(name, error.message);
    if (error.code === 'bad_cursor') this.panel.reload();
  }

  // Where nothing is shown yet, the reason belongs in its place.
  explain(name, message) {
    if (name === 'trades') this.panel.fail(message);
    const place = this.flow.failed(name, message);
    if (place) this.blank(place, message);
    if (name !== 'summary' || this.summary) return;
    for (const id of ['totals-body', 'day-body', 'heat-body']) this.blank(id, message);
  }

  blank(id, message) {
    byId(id).replaceChildren(el('p', { class: 'empty' }, el('strong', { text: 'No answer' }), el('span', { text: message })));
  }

  showProblems() {
    const names = [...this.problems.keys()].map((name) => kNames[kindOf(name)]);
    const messages = [...new Set(this.problems.values())];
    setText(byId('problem'), names.length === 0 ? '' : `Not up to date: ${names.join(', ')}. ${messages.join(' ')}`);
  }

  takeSummary(summary) {
    this.summary = summary;
    const date = summary.period?.from ? format.dateOf(summary.period.from) : null;
    this.date = date;
    setText(byId('period'), date ? format.longDay(date) : '');
    this.filters.suggest(summary.by_ticker.map((row) => row.ticker));
    if (summary.total.trades > 0) {
      drawTotals(byId('totals-body'), summary);
    } else {
      const [head, words] = nothingToShow(summary.coverage, this.status.feed?.state);
      byId('totals-body').replaceChildren(el('p', { class: 'empty' }, el('strong', { text: head }), el('span', { text: words })));
    }
    this.drawDay();
    this.askCells();
    if (!this.flow.asked) this.flow.askAfterwards();
  }

  takeCoverage(coverage) {
    this.coverage = coverage;
    const { date } = this.view;
    // Today before anything is due says nothing yet: the session before is the one to look at.
    const shown = date ? sessionOf(coverage, date)
      : coverage.sessions.map((one) => sessionOf(coverage, one.date)).find((one) => one.due > one.from) ?? sessionOf(coverage, coverage.sessions[0]?.date);
    drawStrip(byId('strip'), byId('coverage-text'), shown);
    drawSessions(byId('coverage-table'), coverage, shown, (one) => this.address.change({ date: one }));
    this.drawDay();
  }

  drawDay() {
    if (this.summary?.period?.from) this.chart.draw(this.summary, sessionOf(this.coverage, this.date));
    else if (this.summary) byId('day-body').replaceChildren(el('p', { class: 'empty', text: 'Nothing to draw yet.' }));
  }

  askCells() {
    if (!this.summary) return;
    const found = this.summary.by_ticker.map((row) => row.ticker);
    const filtered = this.view.ticker?.split(',');
    const wished = this.view.heat && (!filtered || filtered.includes(this.view.heat)) ? this.view.heat : null;
    const ticker = wished ?? found[0] ?? filtered?.[0];
    const select = byId('heat-ticker');
    const choices = [...new Set([...found, ...(filtered ?? []), ...(ticker ? [ticker] : [])])];
    if (select.dataset.choices !== choices.join()) {
      select.replaceChildren(...choices.map((value) => el('option', { value, text: value })));
      select.dataset.choices = choices.join();
    }
    this.heatTicker = ticker;
    select.parentElement.hidden = !ticker;
    if (!ticker) {
      byId('heat-body').replaceChildren(el('p', { class: 'empty', text: 'No ticker to show yet.' }));
      return;
    }
    select.value = ticker;
    this.asker.ask('cells', questions.cells(this.view, ticker));
  }
}

new App();
