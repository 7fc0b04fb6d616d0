// What happens while the page is open: node live.mjs [CASE…]
// With PULSE_URL, case `trade` needs PULSE_INSERT_CMD: a shell command that commits one trade at the present time, of an
// option symbol not seen before, and prints that symbol.
import assert from 'node:assert/strict';
import { execSync } from 'node:child_process';
import { loaded, mock, open, rows, run, serverUrl, somewhere, until } from './browser.mjs';
import { kToday, opens, tape } from './mock_data.mjs';

const kWithin = 1000;
const net = /Failed to load resource|ERR_/;

// When each option symbol came into the table, by the machine's clock.
const watch = (page) => page.evaluate(() => {
  window.came = {};
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) for (const { dataset } of addedNodes) window.came[dataset?.symbol] ??= Date.now();
  }).observe(document.querySelector('#tape-table tbody'), { childList: true });
});
const sight = async (page, symbol) => (await page.waitForFunction((wanted) => window.came[wanted], symbol)).jsonValue();
const row = (page, symbol) => page.locator(`#tape-table tr[data-symbol="${symbol}"]`);
const pill = (page) => page.locator('#state').getAttribute('data-state');

await run({
  // A trade is on the page within a second of its commit.
  async trade() {
    const server = await somewhere({ trades: tape(500) });
    const page = await open(server.url);
    await loaded(page);
    await watch(page);
    await page.waitForTimeout(300);
    let symbol;
    let committed;
    if (serverUrl) {
      const from = Date.now();
      symbol = execSync(process.env.PULSE_INSERT_CMD, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim().split(/\s+/).at(-1);
      committed = Date.now();
      console.log(`the command took ${committed - from} ms`);
    } else {
      committed = Date.now();
      symbol = server.add({ strike: 1234.5, price: 20, size: 777 }).option_symbol;
    }
    const seen = await sight(page, symbol);
    console.log(`visible ${seen - committed} ms after the commit`);
    assert.ok(seen - committed < kWithin);
    assert.equal(await row(page, symbol).count(), 1);
    assert.deepEqual(page.complaints, []);
  },
}, {
  // The figures follow the tape, and the row says what was traded.
  async figures() {
    const server = await mock({ trades: tape(500) });
    const page = await open(server.url);
    await loaded(page);
    const made = server.add({ ticker: 'NVDA', side: 'PUT', strike: 177.5, price: 20.25, size: 1000, timestamp: new Date(server.due - 20).toISOString() });
    await row(page, made.option_symbol).first().waitFor();
    const text = await row(page, made.option_symbol).first().innerText();
    for (const part of ['15:59:59', 'NVDA', 'PUT', '177.5', 'Dec 19', '14', '$2.02M', '1,000']) assert.ok(text.includes(part), `${part} in ${text}`);
    assert.match(await row(page, made.option_symbol).first().getAttribute('class'), /huge/);
    assert.equal(await row(page, made.option_symbol).locator('.c-premium').getAttribute('title'), '$2,025,000');
    await page.locator('#totals .facts', { hasText: '501' }).waitFor();
  },
  // The same trade told again is one row; a cancel strikes it through.
  async once_and_cancelled() {
    const server = await mock({ trades: tape(50) });
    const page = await open(server.url);
    await loaded(page);
    const made = server.add({ strike: 1000 });
    await row(page, made.option_symbol).waitFor();
    server.tell('trade', made);
    server.add({ strike: 1001 });
    await page.locator('#tape-count', { hasText: '52 trades' }).waitFor();
    assert.equal(await row(page, made.option_symbol).count(), 1);
    server.cancel(made);
    await page.locator('tr.cancelled').waitFor();
    assert.equal(await page.locator('tr.cancelled').getAttribute('data-symbol'), made.option_symbol);
    assert.match(await page.locator('tr.cancelled .side').evaluate((node) => getComputedStyle(node).textDecorationLine), /line-through/);
    assert.match(await page.locator('tr.cancelled').innerText(), /cancelled/i);
  },
  // The server ends and comes back: what it stored meanwhile is there, once.
  async restart() {
    const server = await mock({ trades: tape(500) });
    const page = await open(server.url, { expected: net });
    await loaded(page);
    const first = server.add({ strike: 2000 });
    await row(page, first.option_symbol).waitFor();
    await server.stop();
    await until('the page says so', async () => (await pill(page)) === 'lost');
    const meanwhile = server.add({ strike: 2001 });
    await server.start();
    await until('the page is back', async () => (await pill(page)) === 'live', 12_000);
    await row(page, meanwhile.option_symbol).waitFor();
    assert.equal(await row(page, first.option_symbol).count(), 1);
    assert.ok(server.asked.filter((url) => url.includes('/stream')).length >= 2);
    assert.deepEqual(page.complaints, []);
  },
  // What was missed is too far back: everything is asked again.
  async reload() {
    const server = await mock({ trades: tape(500) });
    const page = await open(server.url, { expected: net });
    await loaded(page);
    await row(page, server.add({ strike: 2100 }).option_symbol).waitFor();
    await server.stop();
    const missed = server.add({ strike: 2101 });
    server.add({ strike: 2102 });
    server.forget();
    await server.start();
    await row(page, missed.option_symbol).waitFor({ timeout: 12_000 });
  },
  // A replay is told as bulk, and the page asks.
  async bulk() {
    const server = await mock({ trades: tape(100) });
    const page = await open(server.url);
    await loaded(page);
    server.trades = tape(4000, { seed: 9 });
    server.tell('bulk', { from: server.trades.at(-1).timestamp, to: server.trades[0].timestamp, trades: 4000, history: false });
    await row(page, server.trades[0].option_symbol).first().waitFor();
    await page.locator('#totals .facts', { hasText: '4,000' }).waitFor();
  },
  // Three hundred trades at once come in order and without a frame anybody would see stand still.
  async burst() {
    const server = await mock({ trades: tape(500) });
    const page = await open(server.url);
    await loaded(page);
    for (let i = 0; i < 300; ++i) server.add({ strike: 3000 + i, timestamp: new Date(server.due - 300 + i).toISOString() });
    await page.locator('#tape-count', { hasText: '500 trades' }).waitFor();
    const strikes = await rows(page).locator('.c-strike').allInnerTexts();
    assert.deepEqual(strikes.slice(0, 5), ['3,299', '3,298', '3,297', '3,296', '3,295']);
  },
  // Who reads further down isn't pushed away by what arrives, and can go to it; paused, the top stands still as well.
  async reading() {
    const server = await mock({ trades: tape(500) });
    const page = await open(server.url);
    await loaded(page);
    await page.locator('#tape-scroll').evaluate((node) => { node.scrollTop = 1400; });
    await page.waitForTimeout(100);
    const firstVisible = () => page.evaluate(() => {
      const top = document.querySelector('#tape-table thead th').getBoundingClientRect().bottom;
      return [...document.querySelectorAll('#tape-table tbody tr:not(.space)')].find((one) => one.getBoundingClientRect().top >= top - 2).dataset.key;
    });
    const before = await firstVisible();
    for (let i = 0; i < 40; ++i) server.add({ strike: 4000 + i });
    await page.locator('#newer', { hasText: '40 newer' }).waitFor();
    assert.equal(await firstVisible(), before);
    await page.click('#newer');
    await row(page, server.trades[0].option_symbol).waitFor();
    await page.click('#pause');
    assert.equal(await page.locator('#pause').getAttribute('aria-pressed'), 'true');
    const top = await firstVisible();
    server.add({ strike: 4100 });
    await page.locator('#newer', { hasText: '1 newer' }).waitFor();
    assert.equal(await firstVisible(), top);
    await page.click('#pause');
    await page.locator('#newer').waitFor({ state: 'hidden' });
  },
  // A connection that stands but says nothing is left for a new one.
  async stall() {
    const server = await mock({ trades: tape(50) });
    const page = await open(server.url, { expected: net });
    await loaded(page);
    const streams = () => server.asked.filter((url) => url.includes('/stream')).length;
    assert.equal(streams(), 1);
    server.mute = true;
    await until('a second connection', () => streams() === 2, 20_000);
    server.mute = false;
    await until('live again', async () => (await pill(page)) === 'live', 20_000);
  },
  // A clock that is wrong by years changes nothing.
  async clock() {
    const server = await mock({ trades: tape(50), due: opens(kToday) + 3_600_000 });
    const page = await open(server.url);
    await loaded(page);
    assert.equal(await page.locator('#delay').innerText(), '15 min 3 s');
    assert.match(await page.locator('#until').innerText(), /10:30:00 ET/);
    assert.match(await page.locator('#until').getAttribute('title'), /2025-12-05 15:30:00.000 UTC/);
  },
});
