// filter_polars.js TAPE OUT: occ-filter's default rule as expressions of polars.
const pl = require('nodejs-polars');

const [tape, out] = process.argv.slice(2);
const sym = pl.col('sym');
const ticker = sym.str.extract('^O:([A-Z]+)[0-9]{6}[CP]', 1); // its slice() can't take a computed length
const expiry = sym.str.slice(-15, 6).str.strptime(pl.Date, '%y%m%d').cast(pl.Int64);
const tradeDay = pl.col('t').minus(18000000).div(86400000).floor().cast(pl.Int64);

pl.scanJson(tape)
  .filter(ticker.isIn(['AAPL', 'MSFT', 'GOOGL', 'AMZN', 'NVDA', 'META', 'TSLA']))
  .withColumns(
    ticker.alias('ticker'),
    pl.col('p').mul(pl.col('s')).mul(100).alias('premium'),
    expiry.minus(tradeDay).alias('dte'),
  )
  .filter(pl.col('premium').gtEq(50000).and(pl.col('dte').gtEq(0)).and(pl.col('dte').ltEq(30)))
  .sinkNdJson(out)
  .collectSync();
