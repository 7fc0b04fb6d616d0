// For everybody: axe-core, the keyboard, themes, and every width: node access.mjs [CASE…]   Runs against any server.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { loaded, open, run, somewhere } from './browser.mjs';
import { kToday, opens, tape } from './mock_data.mjs';
import { cluster } from './mock_flow.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const hole = { from: opens(kToday) + 7_200_000, to: opens(kToday) + 9_000_000 };
const server = await somewhere({ trades: tape(1500, { holes: [hole] }), gaps: [hole], simulated: true,
  flow: { signals: [cluster(), cluster({ ticker: 'TSLA', side: 'PUT' })] } });

// Every rule of axe-core; what it finds serious or critical fails.
async function check(page) {
  await page.locator('table.heat').waitFor();
  await page.locator('#coverage-more summary').click();
  await page.locator('#after-choice').waitFor();
  if (await page.locator('.signals').count() > 0) {
    await page.locator('.signals summary').first().click();
    await page.locator('.briefing', { hasText: 'no quotes' }).waitFor();
  }
  await page.evaluate(axe);  // through the debugger: the page's CSP forbids any script element
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  const told = violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map((node) => node.target).slice(0, 3).join(' ')} ${nodes[0].failureSummary}`);
  for (const one of told) if (!/^(serious|critical)/.test(one)) console.log(`minor: ${one}`);
  assert.deepEqual(told.filter((one) => /^(serious|critical)/.test(one)), []);
}

const look = async (options, query = '') => {
  const page = await open(`${server.url}${query}`, options);
  await loaded(page);
  return page;
};

await run({
  axe_light: async () => check(await look({ scheme: 'light' })),
  axe_dark: async () => check(await look({ scheme: 'dark' })),
  async axe_phone() {
    const page = await look({ width: 360, height: 740 });
    await page.click('#filters-toggle');
    await check(page);
  },
  axe_filtered: async () => check(await look({ scheme: 'dark', width: 1024, height: 768 }, '?side=CALL&min_premium=100000')),
  // No width makes the page scroll sideways, and no cell of the tape is cut off.
  async widths() {
    for (const [width, height] of [[1920, 1080], [1440, 900], [1280, 720], [1024, 768], [768, 1024], [414, 896], [360, 740], [320, 640]]) {
      const page = await look({ width, height });
      await page.locator('table.heat').waitFor();
      const { over, cut } = await page.evaluate(() => ({
        over: document.documentElement.scrollWidth - innerWidth,
        cut: [...document.querySelectorAll('#tape-table :is(td, th)')].filter((cell) => cell.scrollWidth > cell.clientWidth + 1).map((cell) => cell.textContent),
      }));
      assert.ok(over <= 0, `${width}: ${over} px too wide`);
      if (width >= 360) assert.deepEqual([...new Set(cut)], [], `${width}: cut off`);
      await page.context().close();
    }
  },
  // Without a mouse: the skip link comes first, everything has a focus that shows, the tape scrolls with the keys.
  async keyboard() {
    const page = await look({});
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
    await page.keyboard.press('Enter');
    await page.keyboard.press('PageDown');
    await page.waitForFunction(() => document.getElementById('tape-scroll').scrollTop > 100);
    const seen = new Set();
    await page.reload();  // the way of the Tab key starts at the top again
    await loaded(page);
    await page.locator('table.heat').waitFor();
    for (let i = 0; i < 100; ++i) {
      await page.keyboard.press('Tab');
      const at = await page.evaluate(() => {
        const { id, name, tagName, textContent } = document.activeElement;
        const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
        return { name: id || name || `${tagName} ${textContent.slice(0, 20)}`, visible: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 };
      });
      if (at.name.startsWith('BODY')) break;
      seen.add(at.name);
      assert.ok(at.visible, `no visible focus on ${at.name}`);
    }
    for (const name of ['theme', 'ticker', 'side', 'min_premium', 'max_dte', 'expiry', 'strike', 'date', 'pause', 'tape-scroll', 'heat-ticker', 'after-ticker', 'after-side', 'after-returns']) {
      assert.ok(seen.has(name), `${name} can't be reached; seen: ${[...seen]}`);
    }
  },
  // What a screen reader gets: landmarks, a table with its headers, and words for every drawing.
  async structure() {
    const page = await look({});
    await page.locator('table.heat').waitFor();
    for (const role of ['banner', 'main', 'contentinfo']) assert.equal(await page.getByRole(role).count(), 1, role);
    const table = page.getByRole('table', { name: /Smart-money trades/ });
    assert.ok(await table.getByRole('columnheader').count() >= 9);
    assert.ok(await table.getByRole('row').count() > 20);
    assert.match(await table.getAttribute('aria-rowcount'), /^(-1|\d+)$/);
    for (const drawing of await page.locator('svg:not([aria-hidden])').all()) {
      assert.equal(await drawing.getAttribute('role'), 'img');
      assert.ok((await drawing.getAttribute('aria-label')).length > 20);
    }
    assert.equal(await page.locator('[aria-live=polite]').count(), 1);
    await page.click('#day-body summary');
    await page.locator('#day-body details tbody tr').nth(5).waitFor();
  },
  // The theme follows the system until it is chosen, and the choice is kept.
  async themes() {
    const page = await look({ scheme: 'dark' });
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const dark = await ground();
    await page.click('#theme');
    assert.match(await page.locator('#theme').innerText(), /light/);
    const light = await ground();
    assert.notEqual(light, dark);
    await page.reload();
    assert.equal(await ground(), light);
    await page.click('#theme');
    assert.equal(await ground(), dark);
    assert.deepEqual(page.complaints, []);
  },
  // Who asked for less motion gets none.
  async still() {
    const page = await look({ reducedMotion: 'reduce' });
    const name = await page.evaluate(() => {
      const row = document.querySelector('#tape-table tbody tr:not(.space)');
      row.classList.add('fresh');
      return getComputedStyle(row).animationName;
    });
    assert.equal(name, 'none');
  },
}, {
  // Figures that are drawn anew don't take the focus away.
  async focus_stays() {
    const page = await look({});
    await page.focus('#day-body tbody button >> text=TSLA');
    const before = await page.locator('#totals .facts').innerText();
    server.add({ ticker: 'TSLA', price: 40, size: 1000 });
    await page.waitForFunction((text) => document.querySelector('#totals .facts').innerText !== text, before);
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'TSLA');
  },
});
