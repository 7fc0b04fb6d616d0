-- The newest of these sessions (opens and closes, in order) in which an event of the ticker and side was known; no row without one.
SELECT n
FROM unnest(:opens, :closes) WITH ORDINALITY AS s (open_time, close_time, n)
WHERE EXISTS (SELECT FROM smart_money_orders o
              WHERE o.ticker COLLATE "C" = :ticker AND o.side COLLATE "C" = :side AND o.last_time <= :known AND o.counted > 0
                    AND (o.first_time AT TIME ZONE INTERVAL '0')::date = (s.open_time AT TIME ZONE INTERVAL '0')::date
                    AND o.first_time >= s.open_time AND o.first_time < s.close_time)
ORDER BY n DESC
LIMIT 1
