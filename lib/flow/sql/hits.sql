-- The largest orders of some contracts within a window each, in order of time. Gives the window's number from 1, first instant
-- (Unix ms), premium, prints, number of exchanges, is some print a sweep's.
SELECT p.n, (extract(epoch FROM h.first_time) * 1000)::bigint, trim_scale(h.net), h.prints, cardinality(h.exchanges), h.iso
FROM unnest(:tickers, :sides, :los, :his, :symbols) WITH ORDINALITY AS p (ticker, side, lo, hi, symbol, n)
CROSS JOIN LATERAL (
    SELECT o.first_time, o.premium - o.left_out_premium AS net, o.prints, o.exchanges, o.iso
    FROM smart_money_orders o
    WHERE o.ticker COLLATE "C" = p.ticker AND o.side COLLATE "C" = p.side
      AND o.first_time >= timestamptz 'epoch' + p.lo * interval '1 ms'
      AND o.first_time < timestamptz 'epoch' + p.hi * interval '1 ms'
      AND o.option_symbol COLLATE "C" = p.symbol AND o.prints > 0 AND o.premium > o.left_out_premium
    ORDER BY net DESC, o.first_time
    LIMIT :most
) h
ORDER BY p.n, h.first_time
