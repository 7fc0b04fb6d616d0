// The vendor's own JavaScript REST clients, and Amazon's S3 client, against polygon-sim: node vendor_rest.mjs POLYGON_SIM CASE
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { GetObjectCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { restClient as massive } from '@massive.com/client-js';
import { restClient as polygon } from '@polygon.io/client-js';

const [sim, wanted] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'pulse-sim-'));
const tape = join(folder, 'tape.ndjson');
const running = [];

process.on('exit', () => {
  running.forEach((child) => child.kill());
  rmSync(folder, { recursive: true });
});

function generate(trades) {
  execFileSync(sim, ['generate', '--trades', String(trades), '--seed', '11', '--date', '2026-03-06', '--underlyings',
    'AAPL,TSLA,AAPL1'], { stdio: ['ignore', openSync(tape, 'w'), 'ignore'] });
  return readFileSync(tape, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line));
}

// Starts the simulator; gives its URL as soon as it prints its port.
function serve(more = {}, ...options) {
  const env = { ...process.env, POLYGON_API_KEY: '', ...more };
  const child = spawn(sim, ['serve', '--tape', tape, ...options], { stdio: ['ignore', 'pipe', 'ignore'], env });
  running.push(child);
  return new Promise((resolve, reject) => {
    child.stdout.once('data', (text) => resolve(`http://127.0.0.1:${parseInt(text, 10)}`));
    child.once('exit', (code) => reject(new Error(`polygon-sim ended with ${code}`)));
  });
}

// The two generations of the client take their parameters in different ways.
const clients = {
  massive: (url) => {
    const rest = massive('any', url, { pagination: true });
    return {
      trades: (optionsTicker, order, limit) => rest.getOptionsTrades({ optionsTicker, order, limit }),
      contracts: (underlyingTicker, asOf, limit) => rest.listOptionsContracts({ underlyingTicker, asOf, limit }),
    };
  },
  polygon: (url) => {
    const rest = polygon('any', url, { pagination: true });
    const none = (count) => Array(count).fill(undefined);
    return {
      trades: (ticker, order, limit) => rest.getOptionsTrades(ticker, ...none(5), order, limit),
      contracts: (underlying, asOf, limit) =>
        rest.listOptionsContracts(underlying, ...none(3), asOf, ...none(15), limit),
    };
  },
};

// A row in one order of its keys, times in ms as the socket has them.
const row = (conditions, exchange, price, size, ms) => JSON.stringify([conditions ?? null, exchange, price, size, ms]);
const ofTape = ({ c, x, p, s, t }) => row(c, x, p, s, t);
// JavaScript reads nanoseconds as doubles, which are off by up to 128.
const ofHistory = (r) => row(r.conditions, r.exchange, r.price, r.size, Math.round(r.sip_timestamp / 1e6));

// The client puts later pages before earlier ones: this undoes it.
function inPageOrder(rows, limit) {
  const first = rows.length % limit === 0 ? limit : rows.length % limit;
  const pages = [rows.slice(0, first)];
  for (let at = first; at < rows.length; at += limit) pages.push(rows.slice(at, at + limit));
  return pages.reverse().flat();
}

const cases = {
  async trades() {
    const lines = generate(20000);
    const url = await serve();
    const bySymbol = lines.reduce((map, line) => map.set(line.sym, [...(map.get(line.sym) ?? []), line]), new Map());
    const busiest = [...bySymbol.entries()].sort((a, b) => b[1].length - a[1].length).slice(0, 20);
    assert.ok(busiest[0][1].length > 50);
    for (const client of Object.values(clients)) {
      for (const [symbol, own] of busiest) {
        // Sorting keeps what is equal in order, as history does within a millisecond.
        const expected = [...own].sort((a, b) => a.t - b.t).map(ofTape);
        for (const limit of [7, 50000]) {
          const { results } = await client(url).trades(symbol, 'asc', limit);
          assert.deepEqual(inPageOrder(results, limit).map(ofHistory), expected);
          const newest = await client(url).trades(symbol, 'desc', limit);
          assert.deepEqual(inPageOrder(newest.results, limit).map(ofHistory), [...expected].reverse());
        }
      }
    }
  },

  async contracts() {
    const lines = generate(5000);
    const url = await serve();
    const expected = [...new Set(lines.map(({ sym }) => sym))].filter((sym) => /^O:AAPL1?\d{6}/.test(sym)).sort();
    assert.ok(expected.length > 100);
    for (const client of Object.values(clients)) {
      const { results } = await client(url).contracts('AAPL', '2026-03-06', 50);
      assert.deepEqual(results.map(({ ticker }) => ticker).sort(), expected);
      const adjusted = results.find(({ ticker }) => ticker.startsWith('O:AAPL1'));
      assert.equal(adjusted.underlying_ticker, 'AAPL');
    }
  },

  async s3() {
    generate(5000);
    const csv = execFileSync(sim, ['flat', '--tape', tape], { stdio: ['ignore', 'pipe', 'ignore'] }).toString();
    const url = await serve({ POLYGON_S3_ACCESS_KEY_ID: 'id', POLYGON_S3_SECRET_ACCESS_KEY: 'wonder+/=' });
    const client = (accessKeyId, secretAccessKey) => new S3Client({
      endpoint: url, region: 'us-east-1', forcePathStyle: true, maxAttempts: 1,
      credentials: { accessKeyId, secretAccessKey },
    });
    const Bucket = 'flatfiles';
    const Key = 'us_options_opra/trades_v1/2026/03/2026-03-06.csv.gz';
    const s3 = client('id', 'wonder+/=');
    const whole = await s3.send(new GetObjectCommand({ Bucket, Key }));
    const packed = Buffer.from(await whole.Body.transformToByteArray());
    assert.equal(gunzipSync(packed).toString(), csv);
    assert.equal(whole.ContentLength, packed.length);
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key }));
    assert.equal(head.ETag, whole.ETag);
    assert.equal(head.ContentLength, packed.length);

    const part = await s3.send(new GetObjectCommand({ Bucket, Key, Range: 'bytes=1000-', IfMatch: whole.ETag }));
    assert.equal(part.$metadata.httpStatusCode, 206);
    assert.deepEqual(Buffer.from(await part.Body.transformToByteArray()), packed.subarray(1000));

    const refused = (name, status, promise) => assert.rejects(promise, (error) => {
      assert.deepEqual([error.name, error.$metadata.httpStatusCode], [name, status]);
      return true;
    });
    const get = (from, more = {}) => from.send(new GetObjectCommand({ Bucket, Key, ...more }));
    await refused('SignatureDoesNotMatch', 403, get(client('id', 'wrong')));
    await refused('InvalidAccessKeyId', 403, get(client('other', 'wonder+/=')));
    await refused('NoSuchKey', 404, get(s3, { Key: 'us_options_opra/trades_v1/2026/03/2026-03-07.csv.gz' }));
    await refused('PreconditionFailed', 412, get(s3, { IfMatch: '"other"' }));
    await refused('InvalidRange', 416, get(s3, { Range: `bytes=${packed.length}-` }));
    await assert.rejects(get(s3, { IfNoneMatch: whole.ETag }),
      (error) => error.$metadata.httpStatusCode === 304);
  },
};

await cases[wanted]();
console.log(`ok: ${wanted}`);
process.exit(0);
