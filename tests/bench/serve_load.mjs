// serve_load.mjs: what callers of pulse-serve feel, a line a figure; fails when one misses its bound, in a whole run.
// Environment: URL (the server), SERVE_PID, SINK (command of a pg-sink on the same database), SCALE (1 = the whole thing, less
// for a try that judges nothing).
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

const url = new URL(process.env.URL);
const scale = Number(process.env.SCALE ?? 1);
const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
let failed = false;

function report(what, value, unit, bound) {
  const verdict = bound === undefined ? '' : value <= bound ? `  (at most ${bound})` : `  MISSED: at most ${bound}`;
  if (verdict.includes('MISSED')) failed = true;
  console.log(`${what.padEnd(58)} ${value.toFixed(1).padStart(8)} ${unit}${verdict}`);
}

const quantile = (times, q) => times.sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * q))];
const rssMiB = () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${process.env.SERVE_PID}/status`, 'utf8'))[1]) / 1024;

function get(path, from = performance.now()) {
  return new Promise((resolve, reject) => {
    http.get({ host: url.hostname, port: url.port, path, agent }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text) => { body += text; }).on('end', () => {
        if (response.statusCode === 200) resolve({ ms: performance.now() - from, body });
        else reject(new Error(`${path}: ${response.statusCode} ${body}`));
      });
    }).on('error', reject);
  });
}

// A fixed schedule: a late answer doesn't delay the next question, and its time counts from when it was due.
async function atRate(path, perSecond, seconds) {
  const answers = [];
  const start = performance.now();
  for (let i = 0; i < perSecond * seconds; i += 1) {
    const due = start + (i * 1000) / perSecond;
    if (due > performance.now()) await sleep(due - performance.now());
    answers.push(get(path, due));
  }
  return (await Promise.all(answers)).map((answer) => answer.ms);
}

async function slowestOf(paths, repeats) {
  let slowest = { ms: 0, path: '' };
  for (const path of paths) {
    const times = [];
    for (let i = 0; i < repeats; i += 1) times.push((await get(path)).ms);
    const median = quantile(times, 0.5);
    if (median > slowest.ms) slowest = { ms: median, path };
  }
  return slowest;
}

// Every combination of one value a filter: what matches nearly all, something, and nothing at all.
function filterPaths(dates) {
  const values = {
    ticker: ['AAPL', 'GOOGL', 'ZZZZ', 'AAPL,TSLA'], side: ['PUT'], min_premium: ['75000', '5000000', '999999999'], max_dte: ['0', '3'],
    expiry: [dates.expiry, '2031-01-17', '2020-01-17'], strike: [dates.strike, '9999'], until: [dates.middle], since: [dates.middle],
  };
  let combinations = [''];
  for (const [name, choices] of Object.entries(values))
    combinations = combinations.flatMap((path) => [path, ...choices.map((value) => `${path}&${name}=${encodeURIComponent(value)}`)]);
  return combinations.filter((path) => !(path.includes('since=') && path.includes('until='))).map((path) => `/api/pulse/smart-money?limit=10${path}`);
}

async function streams(count) {
  const clients = [];
  for (let i = 0; i < count; i += 1) {
    const socket = net.connect(Number(url.port), url.hostname);
    socket.write('GET /api/pulse/stream HTTP/1.1\r\nHost: x\r\n\r\n');
    clients.push(new Promise((resolve) => { socket.once('data', () => resolve(socket)); }));
    if (i % 100 === 99) await sleep(20);
  }
  return Promise.all(clients);
}

async function fanOut(count, rounds) {
  const sockets = await streams(count);
  const sink = spawn('bash', ['-c', process.env.SINK], { stdio: ['pipe', 'ignore', 'inherit'] });
  const worst = [];
  for (let round = 0; round < rounds; round += 1) {
    const t = Date.now();
    const heard = sockets.map((socket) => new Promise((resolve) => {
      const listen = (data) => { if (data.includes('event: trade')) { socket.off('data', listen); resolve(performance.now()); } };
      socket.on('data', listen);
    }));
    const sent = performance.now();
    sink.stdin.write(`{"ev":"T","sym":"O:AAPL311219C00190000","x":302,"p":8.5,"s":100,"c":[209],"t":${t},"q":${t}}\n`);
    worst.push(Math.max(...await Promise.all(heard)) - sent);
    await sleep(300);
  }
  sink.stdin.end();
  for (const socket of sockets) socket.destroy();
  return worst;
}

const newest = JSON.parse((await get('/api/pulse/smart-money?limit=1')).body).trades[0];
const day = newest.timestamp.slice(0, 10);
const middle = new Date(Date.parse(newest.timestamp) - 40 * 86400000).toISOString();
const middleTrade = JSON.parse((await get(`/api/pulse/smart-money?limit=1&until=${middle}`)).body).trades[0];
const question = '/api/pulse/smart-money?limit=10';

for (let i = 0; i < 50; i += 1) await get(question);
const seconds = Math.max(2, Math.round(20 * scale));
const plain = await atRate(question, 500, seconds);
report('limit=10 at 500 a second, median', quantile(plain, 0.5), 'ms');
report('limit=10 at 500 a second, p99', quantile(plain, 0.99), 'ms', 10);

const paths = filterPaths({ expiry: middleTrade.expiry, strike: String(newest.strike), middle });
const chosen = scale >= 1 ? paths : paths.filter((_, i) => i % Math.ceil(paths.length / 40) === 0);
const filtered = await slowestOf(chosen, 3);
report(`slowest of ${chosen.length} filters, median of 3`, filtered.ms, 'ms', 50);
console.log(`  ${filtered.path}`);
report('summary of a day', (await slowestOf([`/api/pulse/summary?date=${day}`, '/api/pulse/summary', `/api/pulse/summary?date=${day}&ticker=AAPL`], 5)).ms, 'ms', 100);
report('coverage of 62 sessions', (await slowestOf(['/api/pulse/coverage?limit=62'], 5)).ms, 'ms');

const clients = Math.round(1000 * Math.min(1, scale * 2));
const worst = await fanOut(clients, 10);
report(`trade written to pg-sink -> last of ${clients} streams, median`, quantile(worst, 0.5), 'ms', 100);
report('the same, worst of 10', quantile(worst, 1), 'ms', 100);

// 2,000 connections that say nothing, 200 that drip a head byte by byte: the others must not feel it.
const idle = Array.from({ length: 2000 }, () => net.connect(Number(url.port), url.hostname).on('error', () => {}));
const drips = Array.from({ length: 200 }, () => net.connect(Number(url.port), url.hostname).on('error', () => {}));
const dripping = setInterval(() => { for (const socket of drips) if (socket.writable) socket.write('G'); }, 500);
await sleep(500);
const beside = await atRate(question, 500, Math.max(2, Math.round(10 * scale)));
report('limit=10 beside 2,000 idle and 200 dripping connections, p99', quantile(beside, 0.99), 'ms', 10);
clearInterval(dripping);
for (const socket of [...idle, ...drips]) socket.destroy();
report('memory of pulse-serve at its highest', rssMiB(), 'MiB', 128);
process.exit(failed && scale >= 1 ? 1 : 0);
