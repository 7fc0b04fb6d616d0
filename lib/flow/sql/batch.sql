-- The trades a batch brought, oldest first. Its rows share the instant of their transaction; the key's index finds the stretch
-- of time they lie in.
SELECT :columns
FROM smart_money_trades t
WHERE t.trade_time BETWEEN :from AND :to AND t.stored_at = :stored
ORDER BY t.trade_time, t.option_symbol, t.exchange, t.price, t.size, t.conditions, t.occurrence
LIMIT :limit
