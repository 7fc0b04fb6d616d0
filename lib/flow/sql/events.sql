-- The largest 30-minute cluster of each session, of one ticker and side. Windows end at the session's 5-minute steps; one that
-- ends at a step without an order can't hold more than the one that ended with its last order, so only steps with orders are
-- looked at. An order counts by its first print, with the part of its premium that isn't left out, once all its prints were known.
-- Equal premiums: the earliest window, then the symbol. Gives the session's place among opens and closes first.
-- The windows of a contract are looked at only if its whole session holds as much as the largest order, which lies in a window of
-- its own: no window of the others can win. All that comes from one index, in its order; see migration 004.
WITH session AS MATERIALIZED (
    SELECT n, open_time, close_time, (open_time AT TIME ZONE INTERVAL '0')::date AS day
    FROM unnest(:opens, :closes) WITH ORDINALITY AS s (open_time, close_time, n)
), peak AS MATERIALIZED (
    SELECT s.n, p.symbol, p.step
    FROM session s
    CROSS JOIN LATERAL (
        SELECT symbol, step, sum(premium) OVER (PARTITION BY symbol ORDER BY step RANGE BETWEEN 5 PRECEDING AND CURRENT ROW) AS total
        FROM (
            SELECT c.symbol, floor(date_part('epoch', o.first_time - s.open_time) / 300)::int AS step, o.counted AS premium
            FROM (
                SELECT symbol
                FROM (
                    SELECT symbol, total, max(largest) OVER () AS bound
                    FROM (
                        SELECT o.option_symbol COLLATE "C" AS symbol, sum(o.counted) AS total, max(o.counted) AS largest
                        FROM smart_money_orders o
                        WHERE o.ticker COLLATE "C" = :ticker AND o.side COLLATE "C" = :side
                              AND (o.first_time AT TIME ZONE INTERVAL '0')::date = s.day
                              AND o.first_time >= s.open_time AND o.first_time < s.close_time
                              AND o.counted > 0 AND o.last_time <= :known
                        GROUP BY 1
                    ) AS whole
                ) AS bounded
                WHERE total >= bound
                OFFSET 0
            ) AS c
            CROSS JOIN LATERAL (
                SELECT o.first_time, o.counted
                FROM smart_money_orders o
                WHERE o.ticker COLLATE "C" = :ticker AND o.side COLLATE "C" = :side
                      AND (o.first_time AT TIME ZONE INTERVAL '0')::date = s.day AND o.option_symbol COLLATE "C" = c.symbol
                      AND o.first_time >= s.open_time AND o.first_time < s.close_time
                      AND o.counted > 0 AND o.last_time <= :known
                OFFSET 0  -- looked up contract by contract, whatever the planner believes
            ) AS o
        ) AS placed
        ORDER BY total DESC, step, symbol
        LIMIT 1
    ) AS p
), window_of AS MATERIALIZED (
    SELECT p.n, p.symbol, s.open_time + greatest(0, p.step - 5) * interval '5 minutes' AS from_time,
           s.open_time + (p.step + 1) * interval '5 minutes' AS to_time
    FROM peak p JOIN session s USING (n)
)
SELECT w.n, w.symbol, (extract(epoch FROM w.from_time) * 1000)::bigint, (extract(epoch FROM w.to_time) * 1000)::bigint,
       (extract(epoch FROM own.first_time) * 1000)::bigint, (extract(epoch FROM own.last_time) * 1000)::bigint,
       own.strike, own.expiry, own.dte, trim_scale(own.premium), own.orders, own.prints, own.size, place.exchanges,
       trim_scale(own.left_out), trim_scale(own.auction)
FROM window_of w
CROSS JOIN LATERAL (
    SELECT min(o.first_time) FILTER (WHERE o.premium > o.left_out_premium) AS first_time,
           max(o.last_time) FILTER (WHERE o.premium > o.left_out_premium) AS last_time,
           min(o.strike) AS strike, min(o.expiry - date '1970-01-01') AS expiry, min(o.dte) AS dte,
           sum(o.premium - o.left_out_premium) AS premium,
           count(*) FILTER (WHERE o.premium > o.left_out_premium) AS orders,
           sum(o.prints) FILTER (WHERE o.premium > o.left_out_premium) AS prints,
           sum(o.size) FILTER (WHERE o.premium > o.left_out_premium) AS size, sum(o.left_out_premium) AS left_out,
           sum(least(o.auction_premium, o.premium - o.left_out_premium)) AS auction
    FROM smart_money_orders o
    WHERE o.ticker COLLATE "C" = :ticker AND o.side COLLATE "C" = :side AND o.last_time <= :known AND o.prints > 0
          AND o.first_time >= w.from_time AND o.first_time < w.to_time AND o.option_symbol COLLATE "C" = w.symbol
) AS own
CROSS JOIN LATERAL (
    SELECT count(DISTINCT x) AS exchanges
    FROM smart_money_orders o, unnest(o.exchanges) AS x
    WHERE o.ticker COLLATE "C" = :ticker AND o.side COLLATE "C" = :side AND o.last_time <= :known AND o.prints > 0
          AND o.first_time >= w.from_time AND o.first_time < w.to_time AND o.option_symbol COLLATE "C" = w.symbol
          AND o.premium > o.left_out_premium
) AS place
ORDER BY w.n
