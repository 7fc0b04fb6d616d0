-- Marks and unmarks prints: $1 is a JSON array of {"t","sym","x","p","s","c","k","at"}; c is an array literal, at is null
-- or the Unix ms of the cancel.
UPDATE smart_money_trades t
SET cancelled_at = timestamptz 'epoch' + m.at * interval '1 ms'
FROM jsonb_to_recordset($1::jsonb) AS m (t bigint, sym text, x smallint, p numeric, s int, c text, k smallint, at bigint)
WHERE t.trade_time = timestamptz 'epoch' + m.t * interval '1 ms' AND t.option_symbol = m.sym AND t.exchange = m.x
  AND t.price = m.p AND t.size = m.s AND t.conditions = m.c::smallint[] AND t.occurrence = m.k
