-- The expiries up to a date that are stored of some tickers, by jumps like in tickers.sql: ticker, days since 1970.
WITH RECURSIVE found AS (
    SELECT name.ticker, first.expiry
    FROM unnest(:tickers) AS name (ticker)
    CROSS JOIN LATERAL (
        SELECT t.expiry
        FROM smart_money_trades t
        WHERE t.ticker COLLATE "C" = name.ticker AND t.expiry <= :last
        ORDER BY t.ticker COLLATE "C", t.expiry
        LIMIT 1
    ) first
    UNION ALL
    SELECT found.ticker, next.expiry
    FROM found
    CROSS JOIN LATERAL (
        SELECT t.expiry
        FROM smart_money_trades t
        WHERE t.ticker COLLATE "C" = found.ticker AND t.expiry > found.expiry AND t.expiry <= :last
        ORDER BY t.ticker COLLATE "C", t.expiry
        LIMIT 1
    ) next
)
SELECT ticker, expiry - date '1970-01-01' FROM found
