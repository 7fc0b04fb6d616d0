-- rederive.sql: puts the rows of a scratch schema in the place of what the tables hold of one session. scripts/rederive runs it with
--   scratch  the schema's name
--   day      the session, YYYY-MM-DD
--   full     true: orders and baselines, too
--   before   what was stored at this instant or later stays
-- One transaction. What is replaced is what the scratch coverage vouches for, and nothing else. Rows that stay (outside of it, or
-- stored meanwhile by a pg-sink) and rows that come are merged by pg-sink's own rules.
\set ON_ERROR_STOP on
\set VERBOSITY verbose
\o /dev/null
BEGIN;
SET LOCAL jit = off;
SET LOCAL client_min_messages = warning;

-- The locks of pg-sink, in its order (lib/store/locks.hpp). With the first one exclusive no other transaction stores prints or
-- cancels; with the second one none decides by what is stored. What a pg-sink has copied but not committed shows as a unique
-- violation or a deadlock, as it does between two of them: whoever gets one tries again. Readers are never locked out: until the
-- commit they see the old rows.
SELECT pg_advisory_xact_lock(1886747507, 2);
SELECT pg_advisory_xact_lock(1886747507, 3);

SELECT (:'day'::date)::timestamp AT TIME ZONE 'America/New_York' AS begins,
       (:'day'::date + 1)::timestamp AT TIME ZONE 'America/New_York' - interval '1 ms' AS ends,
       coalesce(min(trade_time), 'infinity') AS first, coalesce(max(trade_time), '-infinity') AS last
FROM :"scratch".smart_money_trades
\gset
SELECT string_agg(quote_ident(attname), ', ') FILTER (WHERE attrelid = 'smart_money_trades'::regclass) AS trade_columns,
       string_agg(quote_ident(attname), ', ') FILTER (WHERE attrelid = 'smart_money_cancels'::regclass) AS cancel_columns,
       string_agg(quote_ident(attname), ', ') FILTER (WHERE attrelid = 'smart_money_orders'::regclass) AS order_columns,
       string_agg(quote_ident(attname), ', ') FILTER (WHERE attrelid = 'flow_baselines'::regclass) AS baseline_columns
FROM pg_attribute
WHERE attrelid = ANY ('{smart_money_trades, smart_money_cancels, smart_money_orders, flow_baselines}'::regclass[]::oid[])
      AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attname NOT IN ('stored_at', 'id')
\gset

-- What is known, within the session (a live interval may have begun on an earlier date, whose trades are in other files): ranges with
-- nothing between them are one.
CREATE TEMP TABLE pulse_covered ON COMMIT DROP AS
SELECT ticker, lower(range) AS from_time, upper(range) - interval '1 ms' AS to_time
FROM (SELECT ticker, unnest(range_agg(tstzrange(greatest(from_time, :'begins'), least(to_time, :'ends') + interval '1 ms'))) AS range
      FROM :"scratch".coverage
      WHERE to_time >= :'begins' AND from_time <= :'ends'
      GROUP BY ticker) AS merged;
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pulse_covered) THEN
        RAISE EXCEPTION 'the captured files hold no watermark of this session: nothing says what of it is complete';
    END IF;
END $$;
ANALYZE pulse_covered;

-- The classes (contract, exchange, price, size) of what goes: what a cancel takes back is a matter of its class.
CREATE TEMP TABLE pulse_gone (is_cancel boolean, option_symbol text, ticker text, expiry date, exchange smallint, price numeric,
                              size int) ON COMMIT DROP;
WITH gone AS (
    DELETE FROM smart_money_trades AS t USING pulse_covered AS c
    WHERE t.trade_time BETWEEN :'begins' AND :'ends' AND t.trade_time BETWEEN c.from_time AND c.to_time
          AND c.ticker IN (t.ticker, '*') AND t.stored_at < :'before'
    RETURNING t.option_symbol, t.ticker, t.expiry, t.exchange, t.price, t.size
)
INSERT INTO pulse_gone SELECT false, * FROM gone;
SELECT count(*) AS gone_trades FROM pulse_gone
\gset
WITH gone AS (
    DELETE FROM smart_money_cancels AS t USING pulse_covered AS c
    WHERE t.cancel_time BETWEEN :'begins' AND :'ends' AND t.cancel_time BETWEEN c.from_time AND c.to_time
          AND c.ticker IN (t.ticker, '*') AND t.stored_at < :'before'
    RETURNING t.option_symbol, t.ticker, t.expiry, t.exchange, t.price, t.size
)
INSERT INTO pulse_gone SELECT true, * FROM gone;

-- Prints of which the table still holds equal ones are merged by pg-sink's rule of identity; the others, nearly all, come as they
-- are. A cancel's id is drawn anew: ids grow in commit order.
CREATE TEMP TABLE pulse_met ON COMMIT DROP AS
SELECT s.* FROM :"scratch".smart_money_trades AS s
WHERE EXISTS (SELECT FROM smart_money_trades AS t
              WHERE t.trade_time BETWEEN :'first' AND :'last' AND t.trade_time = s.trade_time AND t.option_symbol = s.option_symbol
                    AND t.exchange = s.exchange AND t.price = s.price AND t.size = s.size AND t.conditions = s.conditions);
CREATE TEMP TABLE pulse_met_cancels ON COMMIT DROP AS
SELECT s.cancel_time AS trade_time, s.* FROM :"scratch".smart_money_cancels AS s
WHERE EXISTS (SELECT FROM smart_money_cancels AS t
              WHERE t.cancel_time = s.cancel_time AND t.option_symbol = s.option_symbol AND t.exchange = s.exchange
                    AND t.price = s.price AND t.size = s.size AND t.conditions = s.conditions);
INSERT INTO smart_money_trades (:trade_columns)
SELECT :trade_columns FROM :"scratch".smart_money_trades AS s
WHERE NOT EXISTS (SELECT FROM pulse_met AS m
                  WHERE m.trade_time = s.trade_time AND m.option_symbol = s.option_symbol AND m.exchange = s.exchange
                        AND m.price = s.price AND m.size = s.size AND m.conditions = s.conditions);
INSERT INTO smart_money_cancels (:cancel_columns)
SELECT :cancel_columns FROM :"scratch".smart_money_cancels AS s
WHERE NOT EXISTS (SELECT FROM pulse_met_cancels AS m
                  WHERE m.cancel_time = s.cancel_time AND m.option_symbol = s.option_symbol AND m.exchange = s.exchange
                        AND m.price = s.price AND m.size = s.size AND m.conditions = s.conditions)
ORDER BY s.id;
\set table smart_money_trades
\set time trade_time
\set stage pulse_met
\ir ../lib/store/sql/merge.sql
\set table smart_money_cancels
\set time cancel_time
\set stage pulse_met_cancels
\ir ../lib/store/sql/merge.sql

-- Each cancel takes back the newest print of its class that is not later and stands (lib/market/cancels.hpp): prints push on a stack,
-- cancels pop. A print is taken back where the stack first falls below what it was with the print on it.
CREATE TEMP TABLE pulse_stack ON COMMIT DROP AS
WITH touched AS (
    SELECT option_symbol, exchange, price, size FROM pulse_gone
    UNION SELECT option_symbol, exchange, price, size FROM :"scratch".smart_money_trades
), classes AS MATERIALIZED (
    SELECT option_symbol, ticker, expiry, exchange, price, size FROM pulse_gone WHERE is_cancel
    UNION SELECT option_symbol, ticker, expiry, exchange, price, size FROM :"scratch".smart_money_cancels
    UNION SELECT c.option_symbol, c.ticker, c.expiry, c.exchange, c.price, c.size
    FROM smart_money_cancels AS c JOIN touched USING (option_symbol, exchange, price, size)
    WHERE c.cancel_time >= :'begins'
), events AS (
    SELECT t.* FROM classes AS k
    CROSS JOIN LATERAL (
        SELECT t.option_symbol, t.exchange, t.price, t.size, t.trade_time AS at, false AS is_cancel, t.conditions, t.occurrence
        FROM smart_money_trades AS t
        WHERE t.ticker COLLATE "C" = k.ticker AND t.expiry = k.expiry AND t.option_symbol = k.option_symbol
              AND t.exchange = k.exchange AND t.price = k.price AND t.size = k.size
        OFFSET 0) AS t
    UNION ALL
    SELECT c.option_symbol, c.exchange, c.price, c.size, c.cancel_time, true, c.conditions, c.occurrence
    FROM smart_money_cancels AS c JOIN classes AS k USING (option_symbol, exchange, price, size)
), counted AS (
    SELECT *, row_number() OVER so_far AS n, sum(CASE WHEN is_cancel THEN -1 ELSE 1 END) OVER so_far AS sum
    FROM events
    WINDOW so_far AS (PARTITION BY option_symbol, exchange, price, size ORDER BY at, is_cancel, conditions, occurrence
                      ROWS UNBOUNDED PRECEDING)
)
SELECT *, sum - least(0, min(sum) OVER (PARTITION BY option_symbol, exchange, price, size ORDER BY n)) AS height
FROM counted;
CREATE INDEX ON pulse_stack (option_symbol, exchange, price, size, n);
ANALYZE pulse_stack;
UPDATE smart_money_trades AS t SET cancelled_at = p.taken_back
FROM (SELECT p.*, (SELECT c.at FROM pulse_stack AS c
                   WHERE (c.option_symbol, c.exchange, c.price, c.size) = (p.option_symbol, p.exchange, p.price, p.size)
                         AND c.n > p.n AND c.height < p.height
                   ORDER BY c.n LIMIT 1) AS taken_back
      FROM pulse_stack AS p WHERE NOT p.is_cancel) AS p
WHERE t.trade_time = p.at AND t.option_symbol = p.option_symbol AND t.exchange = p.exchange AND t.price = p.price AND t.size = p.size
      AND t.conditions = p.conditions AND t.occurrence = p.occurrence AND t.cancelled_at IS DISTINCT FROM p.taken_back;

\if :full
-- Of orders of a contract that overlap only the fullest stays (lib/store/sql/orders.sql), be it one that was there.
DELETE FROM smart_money_orders AS o USING pulse_covered AS c
WHERE o.first_time BETWEEN :'begins' AND :'ends' AND o.first_time >= c.from_time AND o.last_time <= c.to_time
      AND c.ticker IN (o.ticker, '*') AND o.stored_at < :'before';
CREATE TEMP TABLE pulse_orders ON COMMIT DROP AS
SELECT s.* FROM :"scratch".smart_money_orders AS s
WHERE NOT EXISTS (
    SELECT FROM smart_money_orders AS o
    WHERE o.option_symbol = s.option_symbol AND o.first_time <= s.last_time AND o.last_time >= s.first_time
          AND (o.prints + o.cancelled_prints, o.cancelled_prints, o.first_time)
              > (s.prints + s.cancelled_prints, s.cancelled_prints, s.first_time));
DELETE FROM smart_money_orders AS o USING pulse_orders AS s
WHERE o.option_symbol = s.option_symbol AND o.first_time <= s.last_time AND o.last_time >= s.first_time;
INSERT INTO smart_money_orders (:order_columns) SELECT :order_columns FROM pulse_orders;

-- Half hours that are known whole, of tickers that were counted: those of a session that goes on, or whose capture has no more than a
-- part of it, stay as they are. Of what is there already the fullest wins (lib/store/sql/baselines.sql).
DELETE FROM flow_baselines AS b
WHERE b.session = :'day'
      AND EXISTS (SELECT FROM :"scratch".flow_baselines AS s WHERE s.session = b.session AND s.ticker = b.ticker)
      AND EXISTS (SELECT FROM pulse_covered AS c
                  WHERE c.ticker IN (b.ticker, '*')
                        AND c.from_time - interval '1 s' <= (b.session + b.slot::time) AT TIME ZONE 'America/New_York'
                        AND c.to_time + interval '1 s' >= (b.session + b.slot::time + interval '30 min') AT TIME ZONE 'America/New_York');
INSERT INTO flow_baselines AS b (:baseline_columns)
SELECT :baseline_columns FROM :"scratch".flow_baselines WHERE session = :'day'
ON CONFLICT (session, ticker, side, dte_bucket, slot, window_min)
DO UPDATE SET contracts = excluded.contracts, histogram = excluded.histogram
WHERE (excluded.contracts, coalesce((pulse_at_least(excluded.histogram))[2], 0), excluded.histogram)
      > (b.contracts, coalesce(b.at_least[2], 0), b.histogram);
\endif

INSERT INTO coverage AS c (source, session, ticker, from_time, to_time)
SELECT source, session, ticker, greatest(from_time, :'begins') AS from_time, max(least(to_time, :'ends'))
FROM :"scratch".coverage
WHERE to_time >= :'begins' AND from_time <= :'ends'
GROUP BY source, session, ticker, greatest(from_time, :'begins')
ON CONFLICT (source, session, ticker, from_time) DO UPDATE SET to_time = excluded.to_time WHERE excluded.to_time > c.to_time;

-- The word to the readers, as pg-sink gives it (lib/store/sql/log_batch.sql).
SELECT pg_advisory_xact_lock(1886747507, 4);
WITH batch AS (
    INSERT INTO stored_batches (stored_at, trades_from, trades_to, cancels_from, cancels_to, live_to, history)
    SELECT now(), (SELECT min(trade_time) FROM :"scratch".smart_money_trades), (SELECT max(trade_time) FROM :"scratch".smart_money_trades),
           (SELECT min(cancel_time) FROM :"scratch".smart_money_cancels),
           (SELECT max(cancel_time) FROM :"scratch".smart_money_cancels), NULL, true
    RETURNING id
)
SELECT pg_notify('pulse_batches', id::text) FROM batch;
COMMIT;

\o
SELECT format('%s trades in the place of %s, %s orders, %s baseline rows', (SELECT count(*) FROM :"scratch".smart_money_trades),
              :'gone_trades', (SELECT count(*) FROM :"scratch".smart_money_orders),
              (SELECT count(*) FROM :"scratch".flow_baselines WHERE session = :'day'));
