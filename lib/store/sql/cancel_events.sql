-- The prints and cancels of classes in a stretch of time, in the order they are matched: $1 is a JSON array of
-- {"sym","x","p","s","lo","hi"}, times in Unix ms. Gives: class number from 1, is it a cancel, Unix ms, conditions,
-- occurrence, Unix ms it is marked cancelled at.
SELECT c.n, e.is_cancel, e.ms, e.conditions, e.occurrence, e.cancelled_ms
FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY AS a (j, n)
CROSS JOIN LATERAL jsonb_to_record(a.j) AS r (sym text, x smallint, p numeric, s int, lo bigint, hi bigint)
CROSS JOIN LATERAL (
    SELECT a.n, r.sym, r.x, r.p, r.s, timestamptz 'epoch' + r.lo * interval '1 ms' AS lo,
           timestamptz 'epoch' + r.hi * interval '1 ms' AS hi
) c
CROSS JOIN LATERAL (
    (SELECT false AS is_cancel, (extract(epoch FROM t.trade_time) * 1000)::bigint AS ms, t.conditions, t.occurrence,
            (extract(epoch FROM t.cancelled_at) * 1000)::bigint AS cancelled_ms
     FROM smart_money_trades t
     WHERE t.trade_time BETWEEN c.lo AND c.hi AND t.option_symbol = c.sym AND t.exchange = c.x AND t.price = c.p
       AND t.size = c.s
     OFFSET 0)
    UNION ALL
    -- A print from before the stretch that a cancel in it took back: a print that came late may free it again.
    (SELECT false, (extract(epoch FROM t.trade_time) * 1000)::bigint, t.conditions, t.occurrence,
            (extract(epoch FROM t.cancelled_at) * 1000)::bigint
     FROM smart_money_trades t
     WHERE t.cancelled_at BETWEEN c.lo AND c.hi AND t.trade_time < c.lo AND t.option_symbol = c.sym
       AND t.exchange = c.x AND t.price = c.p AND t.size = c.s
     OFFSET 0)
    UNION ALL
    (SELECT true, (extract(epoch FROM t.cancel_time) * 1000)::bigint, t.conditions, t.occurrence, NULL
     FROM smart_money_cancels t
     WHERE t.cancel_time BETWEEN c.lo AND c.hi AND t.option_symbol = c.sym AND t.exchange = c.x AND t.price = c.p
       AND t.size = c.s
     OFFSET 0)
) e
ORDER BY c.n, e.ms, e.is_cancel, e.conditions, e.occurrence
