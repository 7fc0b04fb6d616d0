-- The newest matching trades of the stretches (see newest_date.sql) between two dates. OFFSET 0 keeps the other conditions away
-- from the lookup: the planner would take them for a reason to use another index.
SELECT :columns
FROM unnest(:tickers, :expiries, :firsts, :lasts) AS s (ticker, expiry, first, last)
CROSS JOIN LATERAL (
    SELECT t.*
    FROM smart_money_trades t
    WHERE t.ticker COLLATE "C" = s.ticker AND t.expiry = date '1970-01-01' + s.expiry :big:strike
      AND (t.trade_time AT TIME ZONE INTERVAL '0')::date
          BETWEEN date '1970-01-01' + greatest(s.first, :oldest) AND date '1970-01-01' + least(s.last, :newest)
    OFFSET 0
) t
WHERE true :conditions
ORDER BY :key_order
LIMIT :limit
