// filter_duckdb.js TAPE OUT: occ-filter's default rule in DuckDB, with two threads.
const { DuckDBInstance } = require('@duckdb/node-api');

(async () => {
  const [tape, out] = process.argv.slice(2);
  const connection = await (await DuckDBInstance.create(':memory:', { threads: '2' })).connect();
  await connection.run(`COPY (
    SELECT *, sym[3:-16] AS ticker, p * s * 100 AS premium,
           strptime('20' || sym[-15:-10], '%Y%m%d')::date - epoch_ms(t - 18000000)::date AS dte
    FROM read_ndjson('${tape}', columns = {ev: 'VARCHAR', sym: 'VARCHAR', x: 'INT', p: 'DOUBLE', s: 'INT', c: 'INT[]',
                                           t: 'BIGINT', q: 'BIGINT'})
    WHERE ticker IN ('AAPL', 'MSFT', 'GOOGL', 'AMZN', 'NVDA', 'META', 'TSLA') AND premium >= 50000 AND dte BETWEEN 0 AND 30
  ) TO '${out}' (FORMAT JSON)`);
})();
