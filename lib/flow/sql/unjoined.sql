-- Tickers and sessions with trades that make orders but without any order: their places, from 1. A trade is looked for only where
-- there is no order, by one jump into the index for each expiry, so that it costs the same whatever else was traded. An order all
-- of whose prints were taken back is one: somebody joined.
WITH RECURSIVE lone AS MATERIALIZED (
    SELECT p.n, p.ticker, p.open_time, p.close_time, (p.open_time AT TIME ZONE INTERVAL '0')::date AS day
    FROM unnest(:tickers, :opens, :closes) WITH ORDINALITY AS p (ticker, open_time, close_time, n)
    LEFT JOIN LATERAL (
        SELECT true AS found
        FROM unnest('{CALL,PUT}'::text[]) AS s (side)
        CROSS JOIN LATERAL (
            SELECT
            FROM smart_money_orders o
            WHERE o.ticker COLLATE "C" = p.ticker AND o.side COLLATE "C" = s.side
                  AND o.first_time >= p.open_time AND o.first_time < p.close_time
            LIMIT 1
        ) o
        LIMIT 1
    ) joined ON true
    WHERE joined.found IS NULL
), listed AS (
    SELECT l.ticker, x.expiry
    FROM (SELECT ticker, min(day) AS day FROM lone GROUP BY ticker) l
    CROSS JOIN LATERAL (
        SELECT t.expiry
        FROM smart_money_trades t
        WHERE t.ticker COLLATE "C" = l.ticker AND t.expiry >= l.day
        ORDER BY t.ticker COLLATE "C", t.expiry
        LIMIT 1
    ) x
    UNION ALL
    SELECT l.ticker, x.expiry
    FROM listed l
    CROSS JOIN LATERAL (
        SELECT t.expiry
        FROM smart_money_trades t
        WHERE t.ticker COLLATE "C" = l.ticker AND t.expiry > l.expiry
        ORDER BY t.ticker COLLATE "C", t.expiry
        LIMIT 1
    ) x
), expiries AS MATERIALIZED (
    SELECT ticker, expiry FROM listed
)
SELECT l.n
FROM lone l
CROSS JOIN LATERAL (
    SELECT
    FROM expiries e
    CROSS JOIN LATERAL (
        SELECT
        FROM smart_money_trades t
        WHERE t.ticker COLLATE "C" = l.ticker AND t.expiry = e.expiry AND (t.trade_time AT TIME ZONE INTERVAL '0')::date = l.day
              AND t.trade_time >= l.open_time AND t.trade_time < l.close_time
              AND t.premium >= 50000 AND t.cancelled_at IS NULL AND NOT t.conditions && :left_out
        LIMIT 1
    ) t
    WHERE e.ticker = l.ticker AND e.expiry >= l.day
    LIMIT 1
) found
ORDER BY l.n
