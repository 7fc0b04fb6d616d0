// The vendor's own JavaScript clients against polygon-sim: node vendor_clients.mjs POLYGON_SIM CASE
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { websocketClient as massive } from '@massive.com/client-js';
import { websocketClient as polygon } from '@polygon.io/client-js';

const [sim, wanted] = process.argv.slice(2);
const clients = { massive, polygon };
const folder = mkdtempSync(join(tmpdir(), 'pulse-sim-'));
const tape = join(folder, 'tape.ndjson');
const running = [];

process.on('exit', () => {
  running.forEach((child) => child.kill());
  rmSync(folder, { recursive: true });
});

function generate(trades) {
  execFileSync(sim, ['generate', '--trades', String(trades), '--seed', '11', '--date', '2026-03-06'],
    { stdio: ['ignore', openSync(tape, 'w'), 'ignore'] });
  return readFileSync(tape, 'utf8').trimEnd().split('\n');
}

// Starts the simulator; gives its URL as soon as it prints its port.
function serve(...options) {
  const env = { ...process.env, POLYGON_API_KEY: '' };
  const child = spawn(sim, ['serve', '--tape', tape, ...options], { stdio: ['ignore', 'pipe', 'ignore'], env });
  running.push(child);
  return new Promise((resolve, reject) => {
    child.stdout.once('data', (text) => resolve(`ws://127.0.0.1:${parseInt(text, 10)}`));
    child.once('exit', (code) => reject(new Error(`polygon-sim ended with ${code}`)));
  });
}

// Connects as an application does: auth by the client itself, then whatever `params` says. Gives everything received
// once the connection has closed; `onStatus` sees each status object as it comes.
function collect(client, url, key, params, onStatus = () => {}) {
  const seen = { statuses: [], events: [], code: 0 };
  const socket = client(key, url).options();
  return new Promise((resolve) => {
    socket.onmessage = ({ data }) => {
      for (const object of JSON.parse(data)) {
        if (object.ev !== 'status') {
          seen.events.push(JSON.stringify(object));
          continue;
        }
        seen.statuses.push(`${object.status}: ${object.message}`);
        if (object.status === 'auth_success') socket.send(JSON.stringify({ action: 'subscribe', params }));
        onStatus(object, socket);
      }
    };
    socket.onerror = () => {};
    socket.onclose = ({ code }) => resolve({ ...seen, code });
  });
}

const hello = ['connected: Connected Successfully', 'auth_success: authenticated'];

const cases = {
  async tape(client) {
    const lines = generate(20000);
    const url = await serve('--at-end', 'close');
    const seen = await collect(client, url, 'any', 'T.*');
    assert.deepEqual(seen.statuses, [...hello, 'success: subscribed to: T.*']);
    assert.equal(seen.events.length, 20000);
    assert.deepEqual(seen.events, lines);
    assert.equal(seen.code, 1000);
  },

  async subscriptions(client) {
    const lines = generate(20000);
    const symbol = JSON.parse(lines[0]).sym;
    const url = await serve('--at-end', 'close');
    const seen = await collect(client, url, 'any', `T.${symbol},T.O:NOSUCH,ZZ.X,T.O:AAPL*,T.O:NOSUCH`);
    assert.deepEqual(seen.statuses, [...hello, `success: subscribed to: T.${symbol}`,
      'success: subscribed to: T.O:NOSUCH', 'success: subscribed to: T.O:AAPL*']);
    const own = lines.filter((line) => JSON.parse(line).sym === symbol);
    assert.ok(own.length > 0);
    assert.deepEqual(seen.events, own);
  },

  async refused(client) {
    generate(10);
    const url = await serve('--key', 'right');
    const seen = await collect(client, url, 'wrong', 'T.*');
    assert.deepEqual(seen.statuses, [hello[0], 'auth_failed: authentication failed']);
    assert.equal(seen.code, 1006);
    assert.deepEqual(seen.events, []);
  },

  async evicted(client) {
    generate(10);
    const url = await serve();
    const first = await collect(client, url, 'any', 'T.*', ({ message }) => {
      if (message !== 'subscribed to: T.*') return;
      collect(client, url, 'any', 'T.*');
    });
    assert.match(first.statuses.at(-1), /^max_connections: Maximum number of websocket connections exceeded\./);
    assert.equal(first.code, 1008);
  },
};

for (const [name, client] of Object.entries(clients)) {
  await cases[wanted](client);
  console.log(`ok: ${name} ${wanted}`);
}
process.exit(0);
