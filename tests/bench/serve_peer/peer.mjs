// The peer of the benchmark: GET /api/pulse/smart-money?limit=N the usual way. Prints the port it listens on.
import http from 'node:http';
import pg from 'pg';

const pool = new pg.Pool({ max: 4 });
const kQuery = `SELECT ticker, option_symbol, side, strike, expiry::text, premium, dte, price, size, exchange, conditions,
  trade_time, source, occurrence
  FROM smart_money_trades WHERE cancelled_at IS NULL
  ORDER BY trade_time DESC, option_symbol DESC, exchange DESC, price DESC, size DESC, conditions DESC, occurrence DESC LIMIT $1`;

http.createServer(async (request, response) => {
  const limit = Number(new URL(request.url, 'http://x').searchParams.get('limit') ?? 50);
  const { rows } = await pool.query(kQuery, [limit]);
  const trades = rows.map(({ trade_time: time, strike, premium, price, occurrence, source, ...row }) => ({
    ticker: row.ticker, option_symbol: row.option_symbol, side: row.side, strike: Number(strike), expiry: row.expiry,
    premium: Number(premium), dte: row.dte, price: Number(price), size: row.size, exchange: row.exchange,
    conditions: row.conditions, timestamp: time.toISOString(), source, occurrence,
  }));
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify({ trades }));
}).listen(0, '127.0.0.1', function listening() { console.log(this.address().port); });
