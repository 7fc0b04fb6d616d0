-- The days to expiry, up to a bound, that stored orders have, by jumps from one to the next in the index.
WITH RECURSIVE found AS (
    (SELECT o.dte FROM smart_money_orders o WHERE o.dte <= :most ORDER BY o.dte DESC LIMIT 1)
    UNION ALL
    SELECT next.dte
    FROM found
    CROSS JOIN LATERAL (
        SELECT o.dte FROM smart_money_orders o WHERE o.dte < found.dte ORDER BY o.dte DESC LIMIT 1
    ) next
)
SELECT dte FROM found
