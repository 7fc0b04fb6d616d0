"""Part of `growth`: what rows that are there already cost new ones. A year of invented sessions is filled in by SQL, without the
indexes, which are made afterwards as the database itself describes them."""

import datetime
import time

import pipeline_parts as parts

TICKERS = ("AAPL", "MSFT", "GOOGL", "AMZN", "NVDA", "META", "TSLA")
CONTRACTS, PRINTS = 800, 250  # a day: so many contracts, each printed so often
FIRST_NEW = 1764945000000     # 2025-12-05 09:30 in New York; what is stored lies before that day
DAY_MS = 86_400_000
STEP_MS = 117                 # between two prints: 200,000 of them fill a session

# Seven stocks, four expiries, two sides, a strip of strikes. Writing a symbol takes long, so it is done once a day.
CONTRACT_TABLE = f"""CREATE TABLE bench_contracts AS
    SELECT d AS day, n, ticker, expiry, CASE WHEN n % 2 = 0 THEN 'CALL' ELSE 'PUT' END AS side, strike,
           'O:' || ticker || to_char(expiry, 'YYMMDD') || CASE WHEN n % 2 = 0 THEN 'C' ELSE 'P' END
                || lpad((strike * 1000)::int::text, 8, '0') AS symbol,
           (4.05 + n % 60 * 0.15)::numeric(6, 2) AS price, traded, (expiry - traded)::smallint AS dte
    FROM generate_series(0, :days - 1) AS d, generate_series(0, {CONTRACTS - 1}) AS n,
         LATERAL (SELECT ('{{{",".join(TICKERS)}}}'::text[])[1 + n % 7] AS ticker, DATE '2025-12-04' - d AS traded) AS a,
         LATERAL (SELECT traded + n / 14 % 4 * 7 AS expiry, (150 + n / 56 * 5)::numeric AS strike) AS b;
    ALTER TABLE bench_contracts ADD PRIMARY KEY (day, n); ANALYZE bench_contracts"""

# In order of time, which the server would not keep to if it chose how to join. Filled into a table that is emptied in the same
# transaction, so that a server with wal_level minimal writes everything once.
FILL = f"""INSERT INTO smart_money_trades (trade_time, option_symbol, ticker, expiry, side, strike, price, size, premium, dte,
                                           exchange, conditions, occurrence, sequence, source)
    SELECT c.traded + TIME '14:30' + (g.print * {CONTRACTS} + c.n) * INTERVAL '{STEP_MS} ms', c.symbol, c.ticker, c.expiry,
           c.side, c.strike, c.price, s.size, c.price * s.size * 100, c.dte, (300 + c.n % 20)::smallint, '{{209}}', 1,
           g.i * {CONTRACTS} + c.n, 'live'
    FROM (SELECT i, :days - 1 - i / {PRINTS} AS day, i % {PRINTS} AS print
          FROM generate_series(0, :days * {PRINTS} - 1) AS i) AS g
    CROSS JOIN LATERAL (SELECT * FROM bench_contracts AS b WHERE b.day = g.day ORDER BY b.n OFFSET 0) AS c
    CROSS JOIN LATERAL (SELECT 150 + (g.i * 7919 + c.n * 104729) % 700
                               + CASE WHEN (g.i + c.n) % 50 = 0 THEN 3000 ELSE 0 END) AS s(size)
    LIMIT :rows"""

PUT_BACK = """SELECT format('ALTER TABLE smart_money_trades ADD CONSTRAINT %I %s', conname, pg_get_constraintdef(oid))
              FROM pg_constraint WHERE conrelid = 'smart_money_trades'::regclass AND contype = 'p'
              UNION ALL SELECT indexdef FROM pg_indexes WHERE tablename = 'smart_money_trades' AND indexname NOT LIKE '%_pkey'"""
TAKE_OFF = """SELECT format('ALTER TABLE smart_money_trades DROP CONSTRAINT %I', conname)
              FROM pg_constraint WHERE conrelid = 'smart_money_trades'::regclass AND contype = 'p'
              UNION ALL SELECT format('DROP INDEX %I', indexname)
              FROM pg_indexes WHERE tablename = 'smart_money_trades' AND indexname NOT LIKE '%_pkey'"""


def fill(postgres, rows):
    """A database "stored" with so many rows; how long it took and how large the table is, in GB."""
    begin = time.perf_counter()
    postgres.fresh_database("stored")
    if rows:
        days = -(-rows // (CONTRACTS * PRINTS))
        put_back = postgres.sql("stored", PUT_BACK).splitlines()
        take_off = postgres.sql("stored", TAKE_OFF).splitlines()
        contracts, prints = (text.replace(":days", str(days)).replace(":rows", str(rows)) for text in (CONTRACT_TABLE, FILL))
        postgres.sql("stored", contracts, "SET maintenance_work_mem = '1GB'", "BEGIN", "TRUNCATE smart_money_trades",
                     *take_off, prints, *put_back, "COMMIT", "ANALYZE smart_money_trades", "CHECKPOINT")
    size = int(postgres.sql("stored", "SELECT pg_total_relation_size('smart_money_trades')")) / 1e9
    return time.perf_counter() - begin, size


def write_new_rows(path, rows, day):
    """A later day's trades than all before, in order of time, as occ-filter writes them."""
    base = FIRST_NEW + day * DAY_MS
    traded = datetime.date(2025, 12, 5) + datetime.timedelta(day)
    expiries = [f"{traded + datetime.timedelta(week * 7):%y%m%d}" for week in range(4)]
    with open(path, "w", encoding="utf-8") as out:
        for i in range(rows):
            n, k = i % CONTRACTS, i // CONTRACTS
            symbol = f"O:{TICKERS[n % 7]}{expiries[n // 14 % 4]}{'CP'[n % 2]}{(150 + n // 56 * 5) * 1000:08d}"
            out.write(f'{{"ev":"T","sym":"{symbol}",'
                      f'"x":{300 + n % 20},"p":{(405 + n % 60 * 15) / 100},"s":{150 + (k * 7919 + n * 104729) % 700},"c":[209],'
                      f'"t":{base + i * STEP_MS},"q":{day * 10_000_000 + i + 1}}}\n')


def store(postgres, tools, folder, database, path, rows):
    """Rows a second of pg-sink into the database, and its greatest memory."""
    before = int(postgres.sql(database, "CHECKPOINT", "SELECT count(*) FROM stored_batches"))
    command = {"pg-sink": [f"{tools}/pg-sink"]}
    with open(path, "rb") as lines, parts.Chain(command, folder, postgres.environment(database), lines) as running:
        seconds = running.wait()
    if f"received={rows} passed={rows} " not in running.log("pg-sink"):
        raise SystemExit(f"not all rows were new: {running.log('pg-sink')[-300:]}")
    if int(postgres.sql(database, "SELECT count(*) FROM stored_batches")) <= before:
        raise SystemExit("nothing was committed")
    return rows / seconds, running.peak["pg-sink"]


def stored_rows(report, tools, folder, sizes, new, rounds):
    """The rate of new rows at the right edge of tables of those sizes, against the same into an empty table."""
    path = f"{folder}/new.jsonl"
    settings = ("wal_level=minimal", "max_wal_senders=0", "max_wal_size=8GB", "checkpoint_timeout=1h", "autovacuum=off")
    with parts.Postgres(folder, tools, *settings) as postgres:
        postgres.fresh_database("empty")
        for number, size in enumerate(sizes):
            seconds, gigabytes = fill(postgres, size)
            print(f"{size} rows stored: {gigabytes:.2f} GB, filled in {seconds:.0f} s")
            rates = {"stored": [], "empty": []}
            peaks = []
            for round_number in range(rounds):
                write_new_rows(path, new, number * rounds + round_number)
                postgres.sql("empty", "TRUNCATE smart_money_trades")
                for database, found in rates.items():
                    rate, peak = store(postgres, tools, folder, database, path, new)
                    found.append(rate)
                    peaks.append(peak)
            what = f"pg-sink, {new} new rows, {size / 1e6:g} M stored"
            report.figure(what, rates["stored"], "rows/s")
            report.ratio(what, "into an empty table", [a / b for a, b in zip(rates["stored"], rates["empty"])])
            parts.report_memory(report, {"pg-sink": peaks}, what)
