// A vendor that keeps an exact pace and, with --listen, learns when its trades are committed: both ends and one clock.
//
//   latency.mjs --tape FILE --rate TRADES_PER_SECOND --trades N [--event-speed X] [--listen]
//
// Says its port, then plays the tape to the first subscriber, over and over until N trades are sent. Each gets a time of its own
// (event time runs X times as fast as the clock) and its number as sequence. Then one line of JSON about the sending, and at the
// end of stdin, with --listen, one about the commits. NODE_PATH names the packages, PG* the database.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';

const require = createRequire(import.meta.url);
const { WebSocketServer } = require('ws');
const { Client } = require('pg');
const { values: options } = parseArgs({
  options: { tape: { type: 'string' }, rate: { type: 'string' }, trades: { type: 'string' },
    'event-speed': { type: 'string', default: '1' }, listen: { type: 'boolean' } },
});
const rate = Number(options.rate);
const trades = Number(options.trades);
const speed = Number(options['event-speed']);
const FRAME_EVENTS = 100;
const ROUND_TRIPS = 200;

const lines = readFileSync(options.tape, 'utf8').trimEnd().split('\n');
const heads = lines.map((line) => line.slice(0, line.indexOf('"t":') + 4));
const firstTime = Number(lines[0].match(/"t":(\d+)/)[1]);
const sentAt = new Float64Array(trades);
const notifiedAt = new Map();

// Sends what is due, so a late timer delays trades and loses none. The stamp is taken just before its frame goes to the socket.
async function play(socket) {
  const begin = performance.now();
  let sent = 0;
  let mostWaiting = 0;
  while (sent < trades) {
    const elapsed = performance.now() - begin;
    const due = Math.min(trades, Math.floor((elapsed * rate) / 1000));
    const time = firstTime + Math.floor(elapsed * speed);
    while (sent < due) {
      const end = Math.min(due, sent + FRAME_EVENTS);
      const events = [];
      for (let i = sent; i < end; i += 1) events.push(`${heads[i % heads.length]}${time},"q":${i + 1}}`);
      const frame = `[${events.join(',')}]`;
      sentAt.fill(performance.now(), sent, end);
      socket.send(frame);
      sent = end;
    }
    mostWaiting = Math.max(mostWaiting, socket.bufferedAmount);
    await new Promise((resume) => setTimeout(resume, 1));
  }
  const seconds = (performance.now() - begin) / 1000;
  console.log(JSON.stringify({ sent, seconds, mostWaiting, ended: Date.now() / 1000 }));
}

function answer(socket, { action, params }) {
  const say = (status, message) => socket.send(JSON.stringify([{ ev: 'status', status, message }]));
  if (action === 'auth') say('auth_success', 'authenticated');
  if (action === 'subscribe') {
    for (const one of params.split(',')) say('success', `subscribed to: ${one}`);
    play(socket);
  }
}

async function connected(onNotification) {
  const client = new Client();
  await client.connect();
  if (onNotification) client.on('notification', onNotification);
  return client;
}

// What the measurement itself adds: how much later than the answer to a COMMIT its notification arrives.
async function notificationCost() {
  let resume;
  let arrived;
  const listener = await connected(() => {
    arrived = performance.now();
    resume();
  });
  const writer = await connected();
  await listener.query('LISTEN bench');
  await writer.query('CREATE TABLE bench_commits (i int)');
  const costs = [];
  for (let i = 0; i < ROUND_TRIPS; i += 1) {
    const notified = new Promise((resolve) => { resume = resolve; });
    await writer.query('BEGIN; INSERT INTO bench_commits VALUES (1); NOTIFY bench; COMMIT');
    const committed = performance.now();
    await notified;
    costs.push(arrived - committed);
  }
  await listener.end();
  await writer.end();
  return costs;
}

// Which trade came with which notification is asked afterwards: questions in between would disturb what is measured.
async function latencies() {
  const client = await connected();
  const { rows } = await client.query({
    text: 'SELECT b.id, t.sequence FROM stored_batches b JOIN smart_money_trades t USING (stored_at)', rowMode: 'array' });
  await client.end();
  return rows.map(([id, sequence]) => [Number(sequence), notifiedAt.get(id) - sentAt[Number(sequence) - 1]]);
}

let listener;
if (options.listen) {
  listener = await connected(({ payload }) => notifiedAt.set(payload, performance.now()));
  await listener.query('LISTEN pulse_batches');
}
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
server.on('connection', (socket) => {
  socket.send(JSON.stringify([{ ev: 'status', status: 'connected', message: 'Connected Successfully' }]));
  socket.on('message', (data) => answer(socket, JSON.parse(data)));
});
await once(server, 'listening');
console.log(server.address().port);
process.stdin.resume();
await once(process.stdin, 'end');
if (options.listen) console.log(JSON.stringify({ latencies: await latencies(), notificationCost: await notificationCost() }));
process.exit(0);
