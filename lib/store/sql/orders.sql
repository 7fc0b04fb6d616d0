-- Joined orders: $1 is a JSON array of O records. One print belongs to one order, so of records of a contract whose times overlap
-- (a join that was cut short by the end of a pipe, the stream's and history's part of the same order) only one stays: the fullest,
-- which has seen more prints, and of equally full ones the one with more of them taken back. A record that doesn't say which of its
-- premium is left out (multi-leg, stock-tied and late prints) or of auctions is judged as a whole. Gives how many rows said
-- something new.
WITH incoming AS MATERIALIZED (
    SELECT DISTINCT ON (r.t_first, r.sym)
           timestamptz 'epoch' + r.t_first * interval '1 ms' AS first_time, r.sym,
           timestamptz 'epoch' + r.t_last * interval '1 ms' AS last_time, r.ticker, r.expiry, r.side, r.strike, r.dte, r.n, r.s,
           r.premium, r.vwap, r.p_min, r.p_max, r.trend, coalesce(r.x, '{}') AS x, coalesce(r.c, '{}') AS c,
           coalesce(r.iso, false) AS iso, coalesce(r.multileg, false) AS multileg,
           coalesce(r.left_out, CASE WHEN r.multileg OR r.c && '{202,204,206,208}' THEN r.premium ELSE 0 END) AS left_out,
           coalesce(r.auction, CASE WHEN r.c <@ '{227,228}' AND r.c <> '{}' THEN r.premium ELSE 0 END) AS auction,
           coalesce(r.cancelled, 0) AS cancelled, r.n + coalesce(r.cancelled, 0) AS seen
    FROM jsonb_to_recordset($1::jsonb) AS r (
        sym text, ticker text, expiry date, side text, strike numeric, dte smallint, t_first bigint, t_last bigint, n int,
        s bigint, premium numeric, vwap numeric, p_min numeric, p_max numeric, trend text, x smallint[], c smallint[],
        iso boolean, multileg boolean, left_out numeric, auction numeric, cancelled int)
    ORDER BY r.t_first, r.sym, r.n + coalesce(r.cancelled, 0) DESC, coalesce(r.cancelled, 0) DESC, r.t_last DESC, r.s DESC,
             r.premium DESC
), fullest AS MATERIALIZED (
    SELECT i.* FROM incoming AS i
    WHERE NOT EXISTS (
        SELECT FROM incoming AS j
        WHERE j.sym = i.sym AND j.first_time <> i.first_time AND j.first_time <= i.last_time AND j.last_time >= i.first_time
              AND (j.seen, j.cancelled, j.first_time) > (i.seen, i.cancelled, i.first_time))
), overlapped AS MATERIALIZED (  -- stored ones don't overlap each other, so only the one before can reach in from outside
    SELECT f.sym, f.first_time AS by_first, o.first_time,
           (o.prints + o.cancelled_prints, o.cancelled_prints, o.first_time) > (f.seen, f.cancelled, f.first_time) AS stays
    FROM fullest AS f
    CROSS JOIN LATERAL (
        (SELECT b.first_time, b.last_time, b.prints, b.cancelled_prints FROM smart_money_orders AS b
         WHERE b.option_symbol COLLATE "C" = f.sym AND b.first_time < f.first_time ORDER BY b.first_time DESC LIMIT 1)
        UNION ALL
        (SELECT b.first_time, b.last_time, b.prints, b.cancelled_prints FROM smart_money_orders AS b
         WHERE b.option_symbol COLLATE "C" = f.sym AND b.first_time > f.first_time AND b.first_time <= f.last_time)) AS o
    WHERE o.last_time >= f.first_time
), kept AS (
    SELECT f.* FROM fullest AS f
    WHERE NOT EXISTS (SELECT FROM overlapped AS o WHERE o.sym = f.sym AND o.by_first = f.first_time AND o.stays)
), replaced AS (
    DELETE FROM smart_money_orders AS o USING overlapped AS v, kept AS k
    WHERE k.sym = v.sym AND k.first_time = v.by_first AND o.option_symbol = v.sym AND o.first_time = v.first_time
), changed AS (
    INSERT INTO smart_money_orders AS o (first_time, option_symbol, last_time, ticker, expiry, side, strike, dte, prints, size,
                                         premium, vwap, price_min, price_max, trend, exchanges, conditions, iso, multileg,
                                         left_out_premium, auction_premium, cancelled_prints)
    SELECT first_time, sym, last_time, ticker, expiry, side, strike, dte, n, s, premium, vwap, p_min, p_max, trend, x, c, iso,
           multileg, left_out, auction, cancelled
    FROM kept
    ON CONFLICT (first_time, option_symbol)
    DO UPDATE SET last_time = excluded.last_time, prints = excluded.prints, size = excluded.size, premium = excluded.premium,
                  vwap = excluded.vwap, price_min = excluded.price_min, price_max = excluded.price_max, trend = excluded.trend,
                  exchanges = excluded.exchanges, conditions = excluded.conditions, iso = excluded.iso,
                  multileg = excluded.multileg, left_out_premium = excluded.left_out_premium,
                  auction_premium = excluded.auction_premium, cancelled_prints = excluded.cancelled_prints
    WHERE (excluded.prints + excluded.cancelled_prints, excluded.cancelled_prints, excluded.last_time, excluded.size,
           excluded.premium)
          > (o.prints + o.cancelled_prints, o.cancelled_prints, o.last_time, o.size, o.premium)
    RETURNING 1
)
SELECT count(*) FROM changed
