// The address is the view: node filters.mjs [CASE…]   Runs against any server that has trades of the last session.
import assert from 'node:assert/strict';
import { loaded, open, rows, run, somewhere, until } from './browser.mjs';
import { opens, kToday, tape } from './mock_data.mjs';

const server = await somewhere({ trades: tape(1500) });
const query = (page) => new URL(page.url()).search;
const texts = (page, column) => rows(page).locator(`.c-${column}`).allInnerTexts();

// The rows are those of the present view: the tape is emptied when it changes, so the first ones belong to it.
async function settled(page, check) {
  await loaded(page);
  await until('the rows follow the filter', async () => {
    const found = await rows(page).count();
    return found > 0 && check();
  });
}

await run({
  // A shared address shows what it says, in the form and in the rows.
  async from_address() {
    const page = await open(`${server.url}?side=PUT&min_premium=100000&max_dte=14`);
    await settled(page, async () => (await texts(page, 'side')).every((text) => text.startsWith('PUT')));
    assert.ok((await texts(page, 'dte')).every((text) => Number(text) <= 14));
    assert.ok((await rows(page).locator('.c-premium').evaluateAll((all) => all.map((cell) => Number(cell.title.replace(/[$,]/g, '')))))
      .every((premium) => premium >= 100_000));
    assert.equal(await page.inputValue('[name=side]'), 'PUT');
    assert.equal(await page.inputValue('[name=min_premium]'), '100000');
    assert.equal(await page.inputValue('[name=max_dte]'), '14');
    assert.deepEqual(page.complaints, []);
  },
  // Using the form changes the address; back and forward go through the views.
  async history() {
    const page = await open(server.url);
    await settled(page, () => true);
    const ticker = (await texts(page, 'ticker'))[0];
    await page.fill('[name=ticker]', ticker.toLowerCase());
    await page.press('[name=ticker]', 'Enter');
    await settled(page, async () => (await texts(page, 'ticker')).every((text) => text === ticker));
    assert.equal(query(page), `?ticker=${ticker}`);
    await page.selectOption('[name=side]', 'CALL');
    await settled(page, async () => (await texts(page, 'side')).every((text) => text.startsWith('CALL')));
    assert.equal(query(page), `?ticker=${ticker}&side=CALL`);
    await page.goBack();
    await settled(page, async () => (await texts(page, 'side')).some((text) => text.startsWith('PUT')));
    assert.equal(query(page), `?ticker=${ticker}`);
    assert.equal(await page.inputValue('[name=side]'), '');
    await page.goForward();
    await settled(page, async () => (await texts(page, 'side')).every((text) => text.startsWith('CALL')));
    await page.click('#reset');
    assert.equal(query(page), '');
    assert.deepEqual(page.complaints, []);
  },
  // What can't be asked for is left out and said, not sent.
  async nonsense() {
    const page = await open(`${server.url}?side=BOTH&strike=1e9&nothing=1&ticker=${encodeURIComponent("A';--<b>")}`);
    await settled(page, () => true);
    const note = await page.locator('#filter-note').innerText();
    for (const part of ['side=BOTH', 'strike=1e9', 'nothing=1', "ticker=A';--<b>"]) assert.ok(note.includes(part), note);
    await page.fill('[name=strike]', 'abc');
    await page.press('[name=strike]', 'Tab');
    assert.equal(await page.getAttribute('[name=strike]', 'aria-invalid'), 'true');
    assert.match(await page.locator('#filter-note').innerText(), /number of dollars/);
    assert.deepEqual(page.complaints, []);
  },
  // The heat map's ticker is part of the address and leaves the tape alone.
  async heat() {
    const page = await open(server.url);
    await settled(page, () => true);
    await page.locator('table.heat').waitFor();
    const choices = await page.locator('#heat-ticker option').allInnerTexts();
    const other = choices.at(-1);
    await page.selectOption('#heat-ticker', other);
    await page.locator(`[aria-label="${other} by strike and expiry"]`).waitFor();
    assert.equal(query(page), `?heat=${other}`);
    assert.ok(await rows(page).count() > 0);
    await page.reload();
    await page.locator(`[aria-label="${other} by strike and expiry"]`).waitFor();
    assert.deepEqual(page.complaints, []);
  },
  // A click on a ticker in the tape filters for it; typed amounts are understood.
  async shortcuts() {
    const page = await open(`${server.url}?min_premium=250k`);
    await settled(page, () => true);
    assert.equal(await page.inputValue('[name=min_premium]'), '250000');
    const ticker = (await texts(page, 'ticker'))[0];
    await rows(page).first().locator('.c-ticker').click();
    await settled(page, async () => (await texts(page, 'ticker')).every((text) => text === ticker));
    assert.equal(query(page), `?ticker=${ticker}&min_premium=250000`);
  },
}, {
  // A trade that doesn't match doesn't come in, one of another day neither.
  async stream() {
    const page = await open(`${server.url}?side=PUT&date=2025-12-04`);
    await loaded(page);
    const before = opens(kToday) - 80_000_000;  // the session before
    server.add({ side: 'PUT', strike: 5000 });
    server.add({ side: 'CALL', strike: 5001, timestamp: new Date(before).toISOString() });
    server.add({ side: 'PUT', strike: 5002, timestamp: new Date(before).toISOString() });
    await until('the trade', async () => (await texts(page, 'strike')).includes('5,002'));
    assert.deepEqual(await texts(page, 'strike'), ['5,002']);
  },
});
