-- newest_date.sql for one strike in the large index. There the strike stands behind the date, so a strike that was never traded
-- would have the index read whole. Instead the search goes from one date to the next older one that has any rows, and looks up
-- the strike in each stretch that has that date: two thousand lookups in a quarter of trades.
WITH RECURSIVE stretch AS MATERIALIZED (
    SELECT s.ticker, s.expiry, oldest.day AS oldest, newest.day AS newest
    FROM unnest(:tickers, :expiries, :firsts, :lasts) AS s (ticker, expiry, first, last)
    CROSS JOIN LATERAL (
        SELECT (t.trade_time AT TIME ZONE INTERVAL '0')::date AS day
        FROM smart_money_trades t
        WHERE t.ticker COLLATE "C" = s.ticker AND t.expiry = date '1970-01-01' + s.expiry
          AND (t.trade_time AT TIME ZONE INTERVAL '0')::date
              BETWEEN date '1970-01-01' + s.first AND date '1970-01-01' + least(s.last, :newest)
        ORDER BY t.ticker COLLATE "C" DESC, t.expiry DESC, (t.trade_time AT TIME ZONE INTERVAL '0')::date DESC
        LIMIT 1
    ) newest
    CROSS JOIN LATERAL (
        SELECT (t.trade_time AT TIME ZONE INTERVAL '0')::date AS day
        FROM smart_money_trades t
        WHERE t.ticker COLLATE "C" = s.ticker AND t.expiry = date '1970-01-01' + s.expiry
          AND (t.trade_time AT TIME ZONE INTERVAL '0')::date BETWEEN date '1970-01-01' + s.first AND newest.day
        ORDER BY t.ticker COLLATE "C", t.expiry, (t.trade_time AT TIME ZONE INTERVAL '0')::date
        LIMIT 1
    ) oldest
), looked_at AS (
    SELECT max(newest) + 1 AS day, false AS hit FROM stretch
    UNION ALL
    SELECT older.day, EXISTS (
        SELECT
        FROM stretch s
        CROSS JOIN LATERAL (
            SELECT
            FROM smart_money_trades t
            WHERE t.ticker COLLATE "C" = s.ticker AND t.expiry = date '1970-01-01' + s.expiry
              AND (t.trade_time AT TIME ZONE INTERVAL '0')::date = older.day :strike
            LIMIT 1
        ) row
        WHERE older.day BETWEEN s.oldest AND s.newest
    )
    FROM looked_at
    CROSS JOIN LATERAL (
        SELECT (t.trade_time AT TIME ZONE INTERVAL '0')::date AS day
        FROM smart_money_trades t
        WHERE t.trade_time < (looked_at.day::timestamp AT TIME ZONE INTERVAL '0')
        ORDER BY t.trade_time DESC
        LIMIT 1
    ) older
    WHERE NOT looked_at.hit AND looked_at.day > (SELECT min(oldest) FROM stretch)
)
SELECT max(day) - date '1970-01-01' FROM looked_at WHERE hit
