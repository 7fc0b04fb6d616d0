// What the browser tests share: Chromium, a page whose every complaint is a failure, and where the server is.
import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { Mock } from './mock_server.mjs';

// The dashboard's files for the stand-in, or the address of a server that runs already.
export const web = process.env.PULSE_WEB ?? join(dirname(fileURLToPath(import.meta.url)), '../../lib/serve/web');
export const serverUrl = process.env.PULSE_URL ?? null;

const browser = await chromium.launch({
  executablePath: process.env.PULSE_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
});

const mocks = [];
export async function mock(options) {
  const made = await new Mock(web, options).start();
  mocks.push(made);
  return made;
}

// Where to look: the server that runs already, or a stand-in with these trades.
export const somewhere = async (options) => (serverUrl ? { url: serverUrl } : mock(options));

// A page in its own context. `complaints` collects console errors, uncaught errors and CSP violations; what `expected`
// matches (a server that is down makes the browser itself complain) is left out.
export async function open(url, { width = 1440, height = 900, scheme = 'light', expected = /$^/, ...more } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme, timezoneId: 'Europe/Berlin', locale: 'de-DE', ...more });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  page.complaints = [];
  const complain = (text) => expected.test(text) || page.complaints.push(text);
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complain(message.text()));
  page.on('pageerror', (error) => complain(String(error.stack ?? error)));
  await page.goto(url);
  return page;
}

// Waits until the tape has answered: rows, or the words for none.
export async function loaded(page) {
  await page.waitForFunction(() => document.querySelector('#tape-table tbody tr:not(.space)')
    || !/^(Waiting for the first answer)?$/.test(document.getElementById('tape-empty').textContent));
  await page.waitForFunction(() => !document.querySelector('#totals-body').textContent.startsWith('Waiting'));
}

export const rows = (page) => page.locator('#tape-table tbody tr:not(.space)');

export async function until(what, check, ms = 10_000) {
  for (const end = Date.now() + ms; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 25))) {
    if (await check()) return;
  }
  assert.fail(`not within ${ms} ms: ${what}`);
}

// Runs the cases named on the command line, all without. Those of `whims` need the stand-in, which does what a real
// server does only on a bad day: with PULSE_URL they don't exist. Each failure names its case. Ends the process.
export async function run(anywhere, whims = {}) {
  const cases = serverUrl ? anywhere : { ...anywhere, ...whims };
  const wanted = process.argv.slice(2);
  const strange = wanted.filter((name) => !(name in cases));
  let failed = strange.length;
  if (strange.length > 0) console.log(`no such case${serverUrl ? ' with PULSE_URL' : ''}: ${strange}`);
  for (const [name, body] of Object.entries(cases)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    try {
      await body();
      console.log(`ok ${name}`);
    } catch (error) {
      failed += 1;
      console.log(`FAILED ${name}: ${error.stack ?? error}`);
      const said = browser.contexts().flatMap((context) => context.pages()).flatMap((page) => page.complaints ?? []);
      if (said.length > 0) console.log(`the page complained: ${said.join('\n')}`);
    }
    for (const context of browser.contexts()) await context.close();
  }
  await browser.close();
  for (const one of mocks) await one.stop().catch(() => {});
  process.exit(failed > 0 ? 1 : 0);
}
