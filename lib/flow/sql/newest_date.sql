-- The newest UTC date, up to a given one, on which one of the stretches has rows, in days since 1970. A stretch is the trades of
-- a ticker and expiry between two dates. LATERAL with LIMIT forces an index lookup a stretch, whatever the planner knows of the
-- table.
SELECT max(n.day) - date '1970-01-01'
FROM unnest(:tickers, :expiries, :firsts, :lasts) AS s (ticker, expiry, first, last)
CROSS JOIN LATERAL (
    SELECT (t.trade_time AT TIME ZONE INTERVAL '0')::date AS day
    FROM smart_money_trades t
    WHERE t.ticker COLLATE "C" = s.ticker AND t.expiry = date '1970-01-01' + s.expiry :big:strike
      AND (t.trade_time AT TIME ZONE INTERVAL '0')::date
          BETWEEN date '1970-01-01' + s.first AND date '1970-01-01' + least(s.last, :newest)
    ORDER BY t.ticker COLLATE "C" DESC, t.expiry DESC, (t.trade_time AT TIME ZONE INTERVAL '0')::date DESC
    LIMIT 1
) n
