-- Behind window_contracts.sql: the windows as a whole, most premium first. Gives ticker, side, premium, orders, contracts, index,
-- left out.
SELECT p.ticker, p.side, trim_scale(w.premium), w.orders, w.contracts, coalesce(w.hhi, 0)::float8, trim_scale(w.left_out)
FROM whole w
JOIN place p USING (n)
ORDER BY w.premium DESC, p.ticker COLLATE "C", p.side COLLATE "C"
