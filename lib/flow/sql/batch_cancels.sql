-- The trades that the cancels of a batch took back, oldest first: a cancel marks a print of its own contract, exchange, price
-- and size with its time.
SELECT :columns
FROM (
    SELECT DISTINCT c.cancel_time, c.option_symbol, c.exchange, c.price, c.size
    FROM smart_money_cancels c
    WHERE c.cancel_time BETWEEN :from AND :to AND c.stored_at = :stored
) c
CROSS JOIN LATERAL (
    SELECT t.*
    FROM smart_money_trades t
    WHERE t.cancelled_at = c.cancel_time AND t.option_symbol = c.option_symbol AND t.exchange = c.exchange
      AND t.price = c.price AND t.size = c.size
    OFFSET 0
) t
ORDER BY t.trade_time, t.option_symbol, t.exchange, t.price, t.size, t.conditions, t.occurrence
LIMIT :limit
