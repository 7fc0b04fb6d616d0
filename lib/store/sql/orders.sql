-- Joined orders: $1 is a JSON array of O records. A join that was cut short saw fewer prints: the fullest wins, and of equally
-- full ones the one with more of them taken back. A record that doesn't say which of its premium is left out (multi-leg,
-- stock-tied and late prints) or of auctions is judged as a whole. Gives how many rows said something new.
WITH changed AS (
    INSERT INTO smart_money_orders AS o (first_time, option_symbol, last_time, ticker, expiry, side, strike, dte, prints, size,
                                         premium, vwap, price_min, price_max, trend, exchanges, conditions, iso, multileg,
                                         left_out_premium, auction_premium, cancelled_prints)
    SELECT DISTINCT ON (r.t_first, r.sym)
           timestamptz 'epoch' + r.t_first * interval '1 ms', r.sym, timestamptz 'epoch' + r.t_last * interval '1 ms', r.ticker,
           r.expiry, r.side, r.strike, r.dte, r.n, r.s, r.premium, r.vwap, r.p_min, r.p_max, r.trend, coalesce(r.x, '{}'),
           coalesce(r.c, '{}'), coalesce(r.iso, false), coalesce(r.multileg, false),
           coalesce(r.left_out, CASE WHEN r.multileg OR r.c && '{202,204,206,208}' THEN r.premium ELSE 0 END),
           coalesce(r.auction, CASE WHEN r.c <@ '{227,228}' AND r.c <> '{}' THEN r.premium ELSE 0 END), coalesce(r.cancelled, 0)
    FROM jsonb_to_recordset($1::jsonb) AS r (
        sym text, ticker text, expiry date, side text, strike numeric, dte smallint, t_first bigint, t_last bigint, n int,
        s bigint, premium numeric, vwap numeric, p_min numeric, p_max numeric, trend text, x smallint[], c smallint[],
        iso boolean, multileg boolean, left_out numeric, auction numeric, cancelled int)
    ORDER BY r.t_first, r.sym, r.n + coalesce(r.cancelled, 0) DESC, coalesce(r.cancelled, 0) DESC,
             r.t_last DESC, r.s DESC, r.premium DESC
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
