// The pipeline's job as it is usually done: npm ws, JSON.parse, the rule in a few lines, one awaited INSERT … ON CONFLICT DO
// NOTHING a row with node-postgres. pipeline.mjs URL LAST: ends once the trade with the sequence number LAST has come and all
// rows are stored, and tells when its subscription was acknowledged. NODE_PATH names the packages, PG* the database.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { WebSocket } = require('ws');
const { Client } = require('pg');
const [url, last] = process.argv.slice(2);

const MAG7 = new Set(['AAPL', 'MSFT', 'GOOGL', 'AMZN', 'NVDA', 'META', 'TSLA']);
const CANCELS = new Set([201, 203, 205, 207]); // they take a print back and are none themselves
const DAY = 86400000;
const FRAMES_WAITING = 64;
const INSERT = `INSERT INTO smart_money_trades (trade_time, option_symbol, ticker, expiry, side, strike, price, size, premium,
    dte, exchange, conditions, occurrence, sequence, source)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 'live') ON CONFLICT DO NOTHING`;
const newYork = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/New_York' });
const seen = new Map(); // identical prints are different trades: the n-th of them gets the number n

let cachedHour = -1;
let cachedDay = 0;
function newYorkDay(t) {
  const hour = Math.floor(t / 3600000);
  if (hour !== cachedHour) {
    cachedHour = hour;
    cachedDay = Date.parse(newYork.format(t)) / DAY;
  }
  return cachedDay;
}

function rowOf(trade) {
  const { sym, p, s, t, x = 0, c = [], q } = trade;
  const ticker = sym.slice(2, -15);
  if (!MAG7.has(ticker)) return null;
  const premium = Math.round(p * s * 10000) / 100;
  if (premium < 50000) return null;
  const date = sym.slice(-15, -9);
  const expiry = `20${date.slice(0, 2)}-${date.slice(2, 4)}-${date.slice(4)}`;
  const dte = Date.parse(expiry) / DAY - newYorkDay(t);
  if (dte < 0 || dte > 30 || c.some((id) => CANCELS.has(id))) return null;
  const key = `${t} ${sym} ${x} ${p} ${s} ${c}`;
  const occurrence = (seen.get(key) ?? 0) + 1;
  seen.set(key, occurrence);
  return [new Date(t).toISOString(), sym, ticker, expiry, sym.at(-9) === 'C' ? 'CALL' : 'PUT', Number(sym.slice(-8)) / 1000, p, s,
    premium, dte, x, c, occurrence, q];
}

const client = new Client();
await client.connect();
const socket = new WebSocket(url);
const frames = [];
let storing = false;

// Rows go one after the other, in the order they came. While too much waits, the socket is not read: the vendor feels it.
async function store() {
  storing = true;
  while (frames.length > 0) {
    for (const event of frames.shift()) {
      if (event.ev !== 'T') continue;
      const row = rowOf(event);
      if (row !== null) await client.query(INSERT, row);
      if (event.q === Number(last)) {
        await client.end();
        socket.terminate();
        process.exit(0);
      }
    }
    if (socket.isPaused && frames.length < FRAMES_WAITING / 2) socket.resume();
  }
  storing = false;
}

function onStatus({ status, message }) {
  if (status === 'connected') socket.send(JSON.stringify({ action: 'auth', params: 'bench' }));
  if (status === 'auth_success') socket.send(JSON.stringify({ action: 'subscribe', params: 'T.*' }));
  if (status === 'success' && message.startsWith('subscribed')) console.log(Date.now() / 1000);
}

socket.on('message', (data) => {
  const events = JSON.parse(data);
  for (const event of events) if (event.ev === 'status') onStatus(event);
  frames.push(events);
  if (frames.length >= FRAMES_WAITING) socket.pause();
  if (!storing) store();
});
socket.on('error', (error) => {
  console.error(`connection failed: ${error.message}`);
  process.exit(1);
});
socket.on('close', () => process.exit(1));
