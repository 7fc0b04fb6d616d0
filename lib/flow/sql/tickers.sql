-- The stored tickers, at most so many, by jumps from one to the next in the index: the rows between are never read.
WITH RECURSIVE ticker AS (
    (SELECT t.ticker COLLATE "C" AS name, 1 AS n FROM smart_money_trades t ORDER BY t.ticker COLLATE "C" LIMIT 1)
    UNION ALL
    SELECT next.name, ticker.n + 1
    FROM ticker
    CROSS JOIN LATERAL (
        SELECT t.ticker COLLATE "C" AS name
        FROM smart_money_trades t
        WHERE t.ticker COLLATE "C" > ticker.name
        ORDER BY t.ticker COLLATE "C"
        LIMIT 1
    ) next
    WHERE ticker.n < :most
)
SELECT name FROM ticker
