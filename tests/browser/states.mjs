// What the page says when things are not well, or empty: node states.mjs [CASE…]   Needs the stand-in.
import assert from 'node:assert/strict';
import { loaded, mock, open, rows, run, until } from './browser.mjs';
import { closes, kToday, opens, tape } from './mock_data.mjs';

const net = /Failed to load resource|ERR_/;
const hole = { from: opens(kToday) + 7_200_000, to: opens(kToday) + 9_000_000 };
const empty = (page) => page.locator('#tape-empty').innerText();
const pill = (page) => page.locator('#state').innerText();
const waitFor = (page, pattern) => until(`the tape says ${pattern}`, async () => pattern.test(await empty(page)));

await run({}, {
  // Nobody can take simulated data for real: a banner, the title, and it stays in sight.
  async simulated() {
    const server = await mock({ trades: tape(300), simulated: true });
    for (const [width, height] of [[1440, 900], [360, 740]]) {
      const page = await open(server.url, { width, height });
      await loaded(page);
      await page.locator('#simulated').waitFor();
      assert.match(await page.locator('#simulated').innerText(), /SIMULATED DATA/);
      assert.match(await page.title(), /^SIMULATED/);
      await page.evaluate(() => window.scrollTo(0, 2000));
      assert.ok(await page.locator('#simulated').evaluate((node) => node.getBoundingClientRect().top >= 0));
      assert.ok(await page.locator('#state').evaluate((node) => node.getBoundingClientRect().top >= 0 && node.getBoundingClientRect().bottom < innerHeight));
    }
    const real = await open((await mock({ trades: tape(300) })).url);
    await loaded(real);
    assert.equal(await real.locator('#simulated').isVisible(), false);
    assert.doesNotMatch(await real.title(), /SIMULATED/);
  },
  // A gap is a hole at its time in the strip and in the chart, and it is said in words.
  async gaps() {
    const one = { ticker: 'TSLA', from: opens(kToday) + 18_000_000, to: opens(kToday) + 18_600_000 };
    const server = await mock({ trades: tape(800, { holes: [hole] }), gaps: [hole, one] });
    const page = await open(server.url);
    await loaded(page);
    await page.locator('#strip svg').waitFor();
    assert.equal(await page.locator('#strip .gap').count(), 8);
    const place = await page.locator('#strip').evaluate((node) => {
      const all = node.querySelector('svg').getBoundingClientRect();
      const gap = node.querySelector('.gap').getBoundingClientRect();
      return [(gap.left - all.left) / all.width, gap.width / all.width];
    });
    assert.ok(Math.abs(place[0] - 120 / 390) < 0.005 && Math.abs(place[1] - 30 / 390) < 0.005, String(place));
    assert.match(await page.locator('#coverage-text').innerText(), /Fri, Dec 5: 92% known, 2 gaps: 11:30–12:00, 14:30–14:40/);
    assert.equal(await page.locator('.chart .gap').count(), 2);
    await page.click('#coverage-more summary');
    assert.match(await page.locator('#coverage-table').innerText(), /TSLA\s+partly known\s+11:30–12:00, 14:30–14:40/);
    await page.click('#coverage-table button >> text=Thu, Dec 4');
    await page.locator('#coverage-text', { hasText: 'Thu, Dec 4: complete' }).waitFor();
    assert.equal(new URL(page.url()).search, '?date=2025-12-04');
  },
  // "None" is for time that is known, "unknown" for a gap; half a day known is told as that.
  async nothing() {
    const known = await mock({ trades: tape(50) });
    const none = await open(`${known.url}?strike=1`);
    await waitFor(none, /^None\b(?! seen)/);
    const gap = { from: opens(kToday), to: closes(kToday) };
    const blank = await mock({ trades: [], gaps: [gap] });
    await waitFor(await open(blank.url), /^Unknown/);
    const some = await mock({ trades: [], gaps: [hole] });
    const page = await open(some.url);
    await waitFor(page, /^None seen[\s\S]*92% .* known/);
    const totals = await page.locator('#totals-body').innerText();
    assert.match(totals, /None seen/);
  },
  async closed() {
    const server = await mock({ trades: [], state: 'closed' });
    const page = await open(server.url);
    await waitFor(page, /The market is closed/);
    assert.equal(await pill(page), 'Market closed');
  },
  async no_data() {
    const server = await mock({ trades: [], state: 'no_data', due: opens(kToday) });
    const page = await open(server.url);
    await waitFor(page, /^Waiting for first data/);
    server.state = 'live';
    server.due = opens(kToday) + 60_000;
    server.add({});
    await until('the first trade', async () => (await rows(page).count()) === 1);
    assert.equal(await page.locator('#tape-empty').isVisible(), false);
    await until('live', async () => (await pill(page)) === 'Live');
  },
  // The database goes: what is there stays, with the reason; it comes back without a click.
  async no_database() {
    const server = await mock({ trades: tape(100), down: true });
    const page = await open(server.url, { expected: net });
    await waitFor(page, /^Database unreachable/);
    assert.equal(await pill(page), 'Database unreachable');
    assert.match(await page.locator('#problem').innerText(), /Not up to date: .*the tape/);
    assert.match(await page.locator('#totals-body').innerText(), /No answer/);
    server.down = false;
    await until('the rows', async () => (await rows(page).count()) > 30, 15_000);
    await until('no complaint left', async () => (await page.locator('#problem').innerText()) === '', 15_000);
    await until('live', async () => (await pill(page)) === 'Live');
    server.down = true;
    await until('the pill', async () => (await pill(page)) === 'Database unreachable');
    assert.ok(await rows(page).count() > 30);
    assert.deepEqual(page.complaints, []);
  },
  // A refusal that asking again can't change is shown as the server put it, and the next view is asked as ever.
  async refused() {
    const server = await mock({ trades: tape(100) });
    const page = await open(`${server.url}?ticker=NOSUCH`, { expected: net });
    await waitFor(page, /There is no ticker NOSUCH/);
    assert.equal(await pill(page), 'Not answered');
    const asked = server.asked.length;
    await page.waitForTimeout(1500);
    assert.equal(server.asked.length, asked, 'it is not asked again');
    await page.click('#reset');
    await until('the rows', async () => (await rows(page).count()) > 30);
    await until('live', async () => (await pill(page)) === 'Live');
    assert.equal(await page.locator('#problem').innerText(), '');
  },
  // With a token configured the page asks for it, keeps it for the tab alone, and never puts it into an address.
  async token() {
    const server = await mock({ trades: tape(100), token: 'let-me-in' });
    const page = await open(server.url, { expected: net });
    const field = page.locator('#token-field');
    await field.waitFor();
    assert.equal(await field.getAttribute('type'), 'password');
    assert.equal(await field.evaluate((node) => node === document.activeElement), true);
    await page.keyboard.press('Escape');
    await field.fill('wrong');
    await page.keyboard.press('Enter');
    await page.locator('#token-error', { hasText: 'not accepted' }).waitFor();
    await field.fill('let-me-in');
    await page.keyboard.press('Enter');
    await until('the rows', async () => (await rows(page).count()) > 30);
    const made = server.add({ strike: 6000 });
    await page.locator(`tr[data-symbol="${made.option_symbol}"]`).waitFor();
    await page.reload();
    await until('the rows after a reload', async () => (await rows(page).count()) > 30);
    assert.equal(await field.isVisible(), false);
    assert.ok(server.asked.every((url) => !url.includes('let-me-in')));
    assert.equal(await page.evaluate(() => JSON.stringify(localStorage).includes('let-me-in')), false);
    assert.deepEqual(page.complaints, []);
  },
});
