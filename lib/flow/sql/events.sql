-- The largest 30-minute cluster of each session, of one ticker and side. Windows end at the session's 5-minute steps; one that
-- ends at a step without an order can't hold more than the one that ended with its last order, so only steps with orders are
-- looked at. An order counts by its first print, with the part of its premium that isn't left out, once all its prints were known.
-- Equal premiums: the earliest window, then the symbol. Gives the session's place among opens and closes first.
WITH session AS MATERIALIZED (
    SELECT n, open_time, close_time
    FROM unnest(:opens, :closes) WITH ORDINALITY AS s (open_time, close_time, n)
), peak AS MATERIALIZED (
    SELECT s.n, p.symbol, p.step
    FROM session s
    CROSS JOIN LATERAL (
        SELECT symbol, step, sum(premium) OVER (PARTITION BY symbol ORDER BY step RANGE BETWEEN 5 PRECEDING AND CURRENT ROW) AS total
        FROM (SELECT o.option_symbol COLLATE "C" AS symbol, o.premium - o.left_out_premium AS premium,
                     floor(date_part('epoch', o.first_time - s.open_time) / 300)::int AS step
              FROM smart_money_orders o
              WHERE o.ticker COLLATE "C" = :ticker AND o.side COLLATE "C" = :side AND o.last_time <= :known
                    AND o.first_time >= s.open_time AND o.first_time < s.close_time
                    AND o.prints > 0 AND o.premium > o.left_out_premium) AS placed
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
           sum(o.size) FILTER (WHERE o.premium > o.left_out_premium) AS size,
           sum(o.left_out_premium) AS left_out, sum(o.auction_premium) AS auction
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
