// Signals and what came after them: node flow.mjs [CASE…]   Needs the stand-in.
import assert from 'node:assert/strict';
import { loaded, mock, open, run, until } from './browser.mjs';
import { closes, kToday, opens, tape } from './mock_data.mjs';
import { cluster, unscored } from './mock_flow.mjs';

const text = (page, id) => page.locator(id).innerText();
const signals = async (page, pattern) => {
  await until(`the signals say ${pattern}`, async () => pattern.test(await text(page, '#signals-body')));
  return text(page, '#signals-body');
};
const two = [cluster(), cluster({ ticker: 'TSLA', side: 'PUT', strike: 440, premium: 2_400_000, auction_share: null })];
const kNever = /bullish|bearish|\b(bought|sold|buy|sell)/i;

await run({}, {
  // Each with its evidence; opened, with its orders, what was left out, and the briefing.
  async evidence() {
    const server = await mock({ trades: tape(300), flow: { signals: two, unscored: 12 } });
    const page = await open(server.url);
    await loaded(page);
    const said = await signals(page, /p ≤ 0\.0007/);
    assert.match(said, /AAPL\s+CALL\s+280 · Dec 19 · 14 DTE\s+\$850K/);
    assert.match(said, /6 orders · 41 prints · 9 exchanges · 14:02–14:31 ET · 38% of AAPL call premium in the window/);
    assert.match(said, /at most 2 of 4,300 comparable windows in 61 earlier sessions had as much premium or more; about 110 alarms as rare a day are expected by chance/);
    assert.match(said, /2 of 812 contracts looked at, p ≤ 0\.001; 12 without a score\. Side unknown/);
    const first = page.locator('.signals details').first();
    await first.locator('summary').click();
    await first.locator('.briefing', { hasText: '$850000 premium in 6 orders' }).waitFor();
    assert.equal(await first.locator('tbody tr').count(), 6);
    assert.match(await first.locator('.beside').innerText(), /Left out \(multi-leg, stock-tied, late\)\s+\$120K\s+Auction prints, mostly retail\s+4%/);
    const asked = server.asked.find((url) => url.includes('briefing'));
    assert.match(asked, /ticker=AAPL&side=CALL&expiry=2025-12-19&strike=280&window=30&until=2025-12-05T19%3A32%3A00\.000Z/);
    assert.doesNotMatch(await page.locator('main').innerText(), kNever);
    assert.deepEqual(page.complaints, []);
  },
  // What is open stays open, and keeps the focus, when figures come anew.
  async stays_open() {
    const server = await mock({ trades: tape(300), flow: { signals: two } });
    const page = await open(server.url);
    await signals(page, /p ≤ 0\.0007/);
    const item = page.locator('.signals details').nth(1);
    await item.locator('summary').focus();
    await page.keyboard.press('Enter');
    await item.locator('.briefing', { hasText: '2400000' }).waitFor();
    server.flow = { signals: [cluster({ premium: 910_000 }), two[1]] };
    server.add({});
    await signals(page, /\$910K/);
    assert.equal(await item.getAttribute('open'), '');
    assert.match(await page.evaluate(() => document.activeElement.textContent), /TSLA/);
    await page.keyboard.press('Enter');
    await until('it is closed', async () => (await item.getAttribute('open')) === null);
  },
  // Too little history: no score is made up, and the largest are shown with the reason.
  async insufficient() {
    const largest = [cluster({ unusual: unscored('insufficient_history', 7) }), cluster({ ticker: 'TSLA', unusual: unscored('gap') })];
    const server = await mock({ trades: tape(300), flow: { history: 7, contracts: 40, unscored: 40, largest } });
    const page = await open(server.url);
    const said = await signals(page, /Largest in the last 30 minutes/);
    assert.match(said, /Insufficient history\s+7 of 20 sessions/);
    assert.match(said, /No score: insufficient history: 7 of 20 sessions/);
    assert.match(said, /No score: a gap lies in the window: its premium is a lower bound/);
    assert.doesNotMatch(said, /p [=≤] 0\.000/);
  },
  // "None" is for a session that is known, "unknown" for a gap.
  async nothing() {
    const known = await open((await mock({ trades: tape(50) })).url);
    assert.match(await signals(known, /^None\b(?! seen)/), /812 contracts with orders looked at, none rarer than p = 0\.001/);
    const all = { from: opens(kToday), to: closes(kToday) };
    await signals(await open((await mock({ trades: [], gaps: [all], flow: { contracts: 0 } })).url), /^Unknown/);
    await signals(await open((await mock({ trades: tape(50), flow: { contracts: 0, orders_known: false } })).url), /^Unknown\s+Trades are stored, but their orders weren’t joined/);
    const hole = { from: opens(kToday) + 7_200_000, to: opens(kToday) + 9_000_000 };
    await signals(await open((await mock({ trades: tape(50), gaps: [hole] })).url), /^None seen[\s\S]*92% of this session/);
    await signals(await open((await mock({ trades: [], due: opens(kToday), flow: { contracts: 0 } })).url), /^Nothing due yet/);
    const empty = await open((await mock({ trades: [], flow: { contracts: 0 } })).url);
    await until('no ticker', async () => /No ticker to show yet/.test(await text(empty, '#after-body')));
    assert.deepEqual(empty.complaints, []);
  },
  // Every similar event is drawn and listed, ups and downs; few of them claim nothing.
  async distribution() {
    const server = await mock({ trades: tape(300), flow: { signals: two, analogues: 7, incomplete: 1 } });
    const page = await open(server.url);
    await page.locator('.horizon').nth(2).waitFor();
    for (const i of [0, 1, 2]) {
      const strip = page.locator('.horizon').nth(i).locator('svg').first();
      assert.equal(await strip.locator('circle.like').count(), 7);
      assert.equal(await strip.locator('line.ordinary').count(), 54);
      assert.equal(await strip.locator('line.median').count(), 2);
      assert.match(await strip.getAttribute('aria-label'), /Similar events: 7, up in \d.*95% interval \d+%–\d+%.*Ordinary: 54, up \d+%/);
    }
    const said = await text(page, '#after-body');
    assert.match(said, /Too few to claim an effect: 7 similar events and 54 ordinary sessions don’t overlap, 20 of each are needed/);
    assert.match(said, /1 event left out: not over yet, or a bar is missing/);
    assert.match(said, /\$425K to \$1\.70M.*62 sessions, 1 unknown left out/s);
    const cells = await page.locator('#after-body tbody td').allInnerTexts();
    assert.ok(cells.some((cell) => cell.startsWith('+')) && cells.some((cell) => cell.startsWith('−')), String(cells));
    assert.equal(await page.locator('#after-body tbody tr').count(), 7);
    assert.doesNotMatch(said, kNever);
    assert.deepEqual(page.complaints, []);
  },
  // Many similar events still draw each of them, inside the drawing; a difference is told with its caveat.
  async many() {
    const server = await mock({ trades: tape(300), flow: { signals: two, analogues: 60, shift: 0.02 } });
    const page = await open(server.url);
    await page.locator('.horizon').nth(2).waitFor();
    const outside = await page.evaluate(() => [...document.querySelectorAll('circle.like')].filter((dot) => {
      const { width, height } = dot.ownerSVGElement.viewBox.baseVal;
      const [x, y] = [Number(dot.getAttribute('cx')), Number(dot.getAttribute('cy'))];
      return x < 0 || x > width || y < 0 || y > height;
    }).length);
    assert.equal(outside, 0);
    assert.match(await text(page, '#after-body'), /differs from the ordinary one, by \+12 to \+55 points \(95%\)\. Not corrected for how many questions were asked/);
  },
  async no_bars() {
    const page = await open((await mock({ trades: tape(50), flow: { signals: two, analogues: 0, ordinary: 0 } })).url);
    await until('the words', async () => /No returns to show/.test(await text(page, '#after-body')));
  },
  // The choice is part of the address; a signal leads to what came after such events.
  async choice() {
    const server = await mock({ trades: tape(300), flow: { signals: two } });
    const page = await open(`${server.url}?after=META&after_side=PUT&returns=descriptive`);
    await page.locator('.horizon').first().waitFor();
    assert.equal(await page.inputValue('#after-ticker'), 'META');
    assert.ok(server.asked.some((url) => url.endsWith('outcomes?ticker=META&side=PUT')));
    assert.match(await text(page, '#after-body'), /Returns: close of that session → close/);
    const label = async () => (await page.locator('.horizon svg').first().getAttribute('aria-label')).replace(/Ordinary.*/, '');
    const descriptive = await label();
    await page.selectOption('#after-returns', 'tradable');
    await until('the other returns', async () => (await label()) !== descriptive);
    await page.selectOption('#after-returns', 'descriptive');
    await until('and back', async () => (await label()) === descriptive);
    const stream = server.asked.filter((url) => url.includes('/stream')).length;
    await page.selectOption('#after-side', 'CALL');
    await until('the address', async () => new URL(page.url()).search === '?after=META&after_side=CALL&returns=descriptive');
    await signals(page, /p ≤ 0\.0007/);
    await page.locator('.signals summary').nth(1).click();
    await page.getByRole('button', { name: 'Afterwards: TSLA puts' }).click();
    await until('the signal’s own', async () => (await page.inputValue('#after-ticker')) === 'TSLA' && (await page.inputValue('#after-side')) === 'PUT');
    assert.equal(new URL(page.url()).search, '?after=TSLA&after_side=PUT&returns=descriptive');
    assert.equal(server.asked.filter((url) => url.includes('/stream')).length, stream, 'the stream goes on');
    assert.match(await text(page, '#filters-toggle').catch(() => 'Filters'), /^(Filters)?$/);
    await page.goBack();
    await until('back', async () => (await page.inputValue('#after-ticker')) === 'META');
    assert.deepEqual(page.complaints, []);
  },
  // A session of another day is asked for with its date everywhere.
  async another_day() {
    const server = await mock({ trades: tape(100), flow: { signals: [], unscored: 3, largest: [cluster()] } });
    const page = await open(`${server.url}?date=2025-12-04&ticker=AAPL`);
    await signals(page, /Largest/);
    await page.locator('.horizon').first().waitFor();
    for (const part of ['signals?ticker=AAPL&date=2025-12-04', 'concentration?ticker=AAPL&until=2025-12-04&limit=5', 'outcomes?ticker=AAPL&side=CALL&as_of=2025-12-04']) {
      assert.ok(server.asked.some((url) => url.includes(part)), `${part} in ${server.asked}`);
    }
  },
});
