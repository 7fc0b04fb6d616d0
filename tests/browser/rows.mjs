// Ten thousand rows: node rows.mjs [CASE…]   `scroll` runs against any server with that many trades.
import assert from 'node:assert/strict';
import { loaded, open, rows, run, somewhere, until } from './browser.mjs';
import { tape } from './mock_data.mjs';

// A frame may build what is visible and a little around it, whatever the page holds. How long frames take depends on the machine:
// it is printed, not judged.
const kMostBuilt = 120;

const server = await somewhere({ trades: tape(12_000) });

// Scrolls to the end again and again until the page holds all it may.
async function fill(page) {
  await until('10,000 rows', async () => {
    await page.locator('#tape-scroll').evaluate((node) => { node.scrollTop = node.scrollHeight; });
    return /^newest 10,000/.test(await page.locator('#tape-count').innerText());
  }, 60_000);
}

// Scrolls by `step` pixels a frame; gives how long each frame took from the last, how much of it was computing, and how many rows
// each put into the page.
async function ride(page, step, frames) {
  const browser = page.context().browser();
  await browser.startTracing(page, { categories: ['cc', 'blink'] });
  const seen = await page.evaluate(async ([by, count]) => {
    const node = document.getElementById('tape-scroll');
    const next = () => new Promise(requestAnimationFrame);
    const took = [];
    const built = [];
    let added = 0;
    const watch = new MutationObserver((changes) => {
      for (const { addedNodes } of changes) added += [...addedNodes].filter(({ nodeName }) => nodeName === 'TR').length;
    });
    watch.observe(node, { childList: true, subtree: true });
    let blank = 0;
    let before = await next();
    for (let i = 0; i < count; ++i) {
      node.scrollTop += by;
      const now = await next();
      took.push(now - before);
      built.push(added);
      added = 0;
      before = now;
      const { left, top } = node.getBoundingClientRect();
      if (!document.elementFromPoint(left + 30, top + node.clientHeight / 2)?.closest('tr:not(.space)')) blank += 1;
    }
    watch.disconnect();
    return { took, built, blank };
  }, [step, frames]);
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  const work = traceEvents.filter(({ name, ph, tdur }) => name === 'ProxyMain::BeginMainFrame' && ph === 'X' && tdur > 0).map(({ tdur }) => tdur / 1000);
  return { ...seen, work };
}

const spread = (list) => {
  const sorted = [...list].sort((a, b) => a - b);
  return [0.5, 0.95, 1].map((share) => Math.round(10 * sorted[Math.ceil(share * sorted.length) - 1]) / 10);
};

await run({
  async scroll() {
    const page = await open(server.url);
    await loaded(page);
    await fill(page);
    assert.ok(await rows(page).count() < 120, 'only what is near the visible part exists');
    assert.equal(await page.getAttribute('#tape-table', 'aria-rowcount'), '10001');
    await page.locator('#tape-scroll').evaluate((node) => { node.scrollTop = 0; });
    await page.waitForTimeout(300);
    for (const [name, step] of [['slow', 40], ['fast', 250], ['flick', 4000]]) {
      const { took, built, work, blank } = await ride(page, step, 200);
      const [usual, often, longest] = spread(took);
      const [median, p95, most] = spread(work);
      console.log(`${name}: ${work.length} frames computed in ${median} ms, p95 ${p95}, most ${most}; apart by ${usual} ms, p95 ${often}, longest ${longest}; ${blank} blank`);
      // 4,000 pixels a frame reach the end after a third of the ride.
      assert.ok(work.length >= 50, 'the trace has the frames');
      const most_built = Math.max(...built);
      assert.ok(most_built > 0 && most_built <= kMostBuilt, `${name}: ${most_built} rows built for one frame`);
      // A flick is faster than anybody reads, and every row is another one in every frame.
      if (name !== 'flick') assert.equal(blank, 0, `${name}: frames without rows`);
      await page.locator('#tape-scroll').evaluate((node) => { node.scrollTop = 0; });
    }
    assert.deepEqual(page.complaints, []);
  },
}, {
  // Trades keep coming: never more than 10,000, and the memory stays where it is.
  async bounded() {
    const page = await open(server.url);
    await loaded(page);
    await fill(page);
    await page.locator('#tape-scroll').evaluate((node) => { node.scrollTop = 0; });
    const session = await page.context().newCDPSession(page);
    const used = async () => {
      await session.send('HeapProfiler.collectGarbage');
      return (await session.send('Runtime.getHeapUsage')).usedSize / 2 ** 20;
    };
    const storm = async (from) => {
      for (let i = 0; i < 2000; ++i) server.add({ strike: from + i, timestamp: new Date(server.due - 2000 + i).toISOString() });
      await page.locator(`tr[data-symbol="${server.trades[0].option_symbol}"]`).first().waitFor();
    };
    await storm(10_000);
    const before = await used();
    for (const from of [20_000, 30_000, 40_000]) await storm(from);
    await page.waitForTimeout(500);
    const after = await used();
    console.log(`heap ${before.toFixed(1)} MiB, after 6,000 more trades ${after.toFixed(1)} MiB`);
    assert.match(await page.locator('#tape-count').innerText(), /^newest 10,000/);
    assert.equal(await page.getAttribute('#tape-table', 'aria-rowcount'), '10001');
    assert.ok(after < before + 3, `${after} MiB`);
    assert.deepEqual(page.complaints, []);
  },
});
