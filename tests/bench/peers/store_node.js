// Stores a tape from stdin with node-postgres and one COPY: parses each line and derives the columns pg-sink does. It trusts its
// input (ordered by time, only trades, none there already), so it does less than the sink.
const { Client } = require('pg');
const { from } = require('pg-copy-streams');

let time = 0;
let seen = new Map(); // identical prints of this millisecond

function row(line) {
  const r = JSON.parse(line);
  const [, ticker, yy, mm, dd, side, strike] = /^O:(.+)(\d\d)(\d\d)(\d\d)([CP])(\d{8})$/.exec(r.sym);
  if (r.t !== time) {
    time = r.t;
    seen = new Map();
  }
  const print = `${r.sym} ${r.x} ${r.p} ${r.s} ${r.c}`;
  const occurrence = (seen.get(print) ?? 0) + 1;
  seen.set(print, occurrence);
  const dte = Date.UTC(2000 + +yy, mm - 1, +dd) / 86400000 - Math.floor((r.t - 18000000) / 86400000);
  return [new Date(r.t).toISOString(), r.sym, ticker, `20${yy}-${mm}-${dd}`, side === 'C' ? 'CALL' : 'PUT', strike / 1000, r.p,
    r.s, Math.round(r.p * 10000) * r.s / 100, dte, r.x, `{${r.c}}`, occurrence, r.q, 'live'].join('\t') + '\n';
}

(async () => {
  const client = new Client({ host: process.env.PGHOST, user: process.env.PGUSER, database: process.env.PGDATABASE });
  await client.connect();
  const copy = client.query(from(`COPY smart_money_trades (trade_time, option_symbol, ticker, expiry, side, strike, price, size,
    premium, dte, exchange, conditions, occurrence, sequence, source) FROM STDIN`));
  let rest = '';
  process.stdin.setEncoding('utf8');
  for await (const chunk of process.stdin) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop();
    if (lines.length && !copy.write(lines.map(row).join(''))) await new Promise((go) => copy.once('drain', go));
  }
  await new Promise((done, failed) => copy.on('finish', done).on('error', failed).end());
  await client.end();
})();
