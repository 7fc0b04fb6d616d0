// A page open while a real pulse-serve is killed and started anew: node restart.mjs, with PULSE_URL, PULSE_RESTART_CMD (kills it,
// stores a trade as PULSE_INSERT_CMD does, starts it on the same port, prints the symbol) and PULSE_INSERT_CMD (as for live.mjs).
import assert from 'node:assert/strict';
import { execSync } from 'node:child_process';
import { loaded, open, run, serverUrl } from './browser.mjs';

const does = (command) => execSync(command, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim().split(/\s+/).at(-1);
const state = (page) => page.locator('#state').getAttribute('data-state');

await run({
  async restart() {
    // What the browser itself says of a server that is away is no fault of the page.
    const page = await open(serverUrl, { expected: /Failed to load resource|ERR_/ });
    await loaded(page);
    const before = await state(page);
    const stored = does(process.env.PULSE_RESTART_CMD);
    await page.locator(`#tape-table tr[data-symbol="${stored}"]`).waitFor();
    const after = does(process.env.PULSE_INSERT_CMD);
    await page.locator(`#tape-table tr[data-symbol="${after}"]`).waitFor();
    assert.equal(await state(page), before);
    assert.equal(await page.locator(`#tape-table tr[data-symbol="${stored}"]`).count(), 1);
    assert.deepEqual(page.complaints, []);
  },
});
