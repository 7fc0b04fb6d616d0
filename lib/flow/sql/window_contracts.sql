-- The orders of some windows, each of one ticker and side, by contract. What is left out of a window (multi-leg, stock-tied and
-- late prints) is no part of `premium`, and an order without any other premium counts for nothing but `left_out`. Prints, size
-- and exchanges of an order that is left out in part are those of the whole order: nobody stored them apart.
WITH place AS MATERIALIZED (
    SELECT p.n, p.ticker, p.side, timestamptz 'epoch' + p.lo * interval '1 ms' AS lo,
           timestamptz 'epoch' + p.hi * interval '1 ms' AS hi
    FROM unnest(:tickers, :sides, :los, :his) WITH ORDINALITY AS p (ticker, side, lo, hi, n)
), contract AS MATERIALIZED (
    SELECT p.n, o.option_symbol, min(o.strike) AS strike, min(o.expiry) AS expiry, min(o.dte) AS dte,
           sum(o.net) AS premium, sum(o.left_out) AS left_out, sum(o.auction) AS auction,
           count(*) FILTER (WHERE o.net > 0) AS orders, sum(o.prints) FILTER (WHERE o.net > 0) AS prints,
           sum(o.size) FILTER (WHERE o.net > 0) AS size, min(o.first_time) FILTER (WHERE o.net > 0) AS first_time,
           max(o.last_time) FILTER (WHERE o.net > 0) AS last_time
    FROM place p
    CROSS JOIN LATERAL (
        SELECT o.option_symbol, o.strike, o.expiry, o.dte, o.first_time, o.last_time, o.prints, o.size,
               o.premium - o.left_out_premium AS net, o.left_out_premium AS left_out,
               least(o.auction_premium, o.premium - o.left_out_premium) AS auction
        FROM smart_money_orders o
        WHERE o.ticker COLLATE "C" = p.ticker AND o.side COLLATE "C" = p.side AND o.first_time >= p.lo AND o.first_time < p.hi
          AND o.prints > 0
        OFFSET 0
    ) o
    GROUP BY p.n, o.option_symbol
), whole AS MATERIALIZED (  -- a contract is an expiry and strike of its ticker and side: the index over them is one over contracts
    SELECT n, sum(premium) AS premium, sum(orders) AS orders, count(*) FILTER (WHERE orders > 0) AS contracts,
           sum(left_out) AS left_out, sum(premium * premium) / nullif(sum(premium) * sum(premium), 0) AS hhi
    FROM contract
    GROUP BY n
)
