-- Behind window_contracts.sql: the contracts with orders, most premium first, and how many there are. Gives the window's number
-- from 1, symbol, strike, expiry and first and last instant (days and Unix ms), dte, premium, orders, prints, size, exchanges,
-- share of the side, index of the side, left out, auction, count.
SELECT c.n, c.option_symbol, trim_scale(c.strike), c.expiry - date '1970-01-01',
       (extract(epoch FROM c.first_time) * 1000)::bigint, (extract(epoch FROM c.last_time) * 1000)::bigint, c.dte,
       trim_scale(c.premium), c.orders, c.prints, c.size, x.exchanges, (c.premium / c.side_premium)::float8, c.hhi::float8,
       trim_scale(c.left_out), trim_scale(c.auction), c.count
FROM (
    SELECT c.*, w.premium AS side_premium, w.hhi, count(*) OVER () AS count
    FROM contract c
    JOIN whole w USING (n)
    WHERE c.orders > 0 :conditions
    ORDER BY c.premium DESC, c.option_symbol COLLATE "C"
    LIMIT :limit
) c
JOIN place p USING (n)
CROSS JOIN LATERAL (
    SELECT count(DISTINCT x) AS exchanges
    FROM smart_money_orders o
    CROSS JOIN unnest(o.exchanges) AS x
    WHERE o.ticker COLLATE "C" = p.ticker AND o.side COLLATE "C" = p.side AND o.first_time >= p.lo AND o.first_time < p.hi
      AND o.option_symbol COLLATE "C" = c.option_symbol AND o.prints > 0 AND o.premium > o.left_out_premium
) x
ORDER BY c.premium DESC, c.option_symbol COLLATE "C"
