// signatures.mjs BIN_DIR: every request of backfill-fetch flat carries the signature that AWS's own code computes.
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createSecureServer } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const bin = process.argv[2];
const secret = 'wJalr/XUtn+FEMI K7MDENG';
const etag = '"5eb63bbbe01eeed093cb22bb8f5acdc3"';
const header = 'ticker,conditions,correction,exchange,price,sip_timestamp,size\n';
const row = 'O:AAPL251219C00190000,209,0,302,8.5,1764948620676000000,100\n';
const file = gzipSync(header + row.repeat(5000), { level: 0 });

async function expected(request) {
  const [, keyId, names] = request.headers.authorization.match(/Credential=([^/]+)\/.*SignedHeaders=([^,]+),/);
  const time = request.headers['x-amz-date'].match(/(....)(..)(..)T(..)(..)(..)Z/);
  const signingDate = new Date(Date.UTC(time[1], time[2] - 1, time[3], time[4], time[5], time[6]));
  assert.ok(Math.abs(Date.now() - signingDate) < 60_000, 'signed now');
  for (const name of ['host', 'range', 'if-match', 'if-none-match', 'x-amz-content-sha256'])
    assert.equal(names.split(';').includes(name), name in request.headers, `${name} is signed when it is sent`);
  const signer = new SignatureV4({
    credentials: { accessKeyId: keyId, secretAccessKey: secret },
    region: 'us-east-1', service: 's3', sha256: Sha256, uriEscapePath: false,
  });
  const headers = Object.fromEntries(names.split(';').map((name) => [name, request.headers[name]]));
  const signed = await signer.sign(
    { method: request.method, protocol: 'http:', hostname: 'x', path: request.url, query: {}, headers },
    { signingDate });
  return signed.headers.authorization;
}

const seen = [];
async function answer(request, response) {
  let right = false;
  request.headers.host ??= request.headers[':authority']; // HTTP/2
  try {
    right = request.headers.authorization === (await expected(request));
  } catch (error) {
    console.error(error);
  }
  seen.push({ url: request.url, headers: request.headers, version: request.httpVersion, right });
  if (!right) return response.writeHead(403).end('<Error><Code>SignatureDoesNotMatch</Code></Error>');
  if (request.headers['if-none-match'] === etag) return response.writeHead(304).end();
  const from = Number(request.headers.range?.match(/bytes=(\d+)-/)[1] ?? 0);
  response.writeHead(from ? 206 : 200, { ETag: etag, 'Content-Length': file.length - from });
  if (from) return response.end(file.subarray(from));
  if (seen.length > 1) return response.end(file);
  response.write(file.subarray(0, 1000), () => setTimeout(() => request.socket.destroy(), 200));
}
const server = createServer(answer);
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const base = `http://127.0.0.1:${server.address().port}`;

function fetchDay(endpoint, more = {}) {
  const env = { ...process.env, POLYGON_S3_ACCESS_KEY_ID: 'AKID', POLYGON_S3_SECRET_ACCESS_KEY: secret, no_proxy: '*', ...more };
  const state = more.state ?? join(mkdtempSync(join(tmpdir(), 'pulse-sig-')), 'state');
  const args = ['flat', '--from', '2025-12-05', '--to', '2025-12-05', '--s3-endpoint', endpoint, '--state', state];
  const child = spawn(join(bin, 'backfill-fetch'), args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let lines = 0;
  let log = '';
  child.stdout.on('data', (data) => (lines += data.toString().split('"ev":"T"').length - 1));
  child.stderr.on('data', (data) => (log += data));
  return new Promise((done) => child.on('close', (code) => done({ code, lines, log, state })));
}

const first = await fetchDay(base); // cut off, then a range
assert.deepEqual([first.code, first.lines], [0, 5000], first.log);
assert.ok(seen.length === 2 && seen[1].headers.range && seen[1].headers['if-match'] === etag);

const again = await fetchDay(base, { state: first.state });
assert.deepEqual([again.code, again.lines], [0, 0], again.log);
assert.equal(seen[2].headers['if-none-match'], etag);

const below = await fetchDay(`${base}/some~where/else`);
assert.equal(below.code, 0, below.log);
assert.equal(seen[3].url, '/some~where/else/flatfiles/us_options_opra/trades_v1/2025/12/2025-12-05.csv.gz');
assert.ok(seen.every((request) => request.right));

const wrong = await fetchDay(base, { POLYGON_S3_SECRET_ACCESS_KEY: secret.toLowerCase() });
assert.equal(wrong.code, 77, wrong.log);
assert.match(wrong.log, /SignatureDoesNotMatch/);
assert.ok(![first, again, below, wrong].some((run) => run.log.includes('wJalr')));

const folder = mkdtempSync(join(tmpdir(), 'pulse-sig-'));
execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=test', '-addext',
  'subjectAltName=IP:127.0.0.1', '-keyout', join(folder, 'key'), '-out', join(folder, 'pem')], { stdio: 'ignore' });
const secure = createSecureServer({ key: readFileSync(join(folder, 'key')), cert: readFileSync(join(folder, 'pem')) }, answer);
await new Promise((done) => secure.listen(0, '127.0.0.1', done));
const tls = await fetchDay(`https://127.0.0.1:${secure.address().port}`, { POLYGON_CA_FILE: join(folder, 'pem') });
assert.deepEqual([tls.code, tls.lines], [0, 5000], tls.log);
assert.equal(seen.at(-1).version, '2.0');
assert.ok(seen.at(-1).right);
secure.close();

server.close();
console.log(`${seen.length} requests: fine`);
