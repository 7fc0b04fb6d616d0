-- Of each contract with orders between two instants the window with the most premium, the earliest of equals: symbol, ticker,
-- side, dte, end of the window (Unix ms), premium. Windows end at steps of five minutes. The best ends with a step that has
-- orders: of a window whose last step is empty the one before holds as much or more, and is earlier. `step` is a step's start.
WITH bin AS (
    SELECT t.option_symbol COLLATE "C" AS option_symbol, t.ticker, t.side, t.dte,
           date_bin(interval '5 minutes', t.first_time, :lo) AS step,
           sum(t.premium - t.left_out_premium) AS premium
    FROM (
        SELECT t.*
        FROM smart_money_orders t
        WHERE t.first_time >= :lo AND t.first_time < :hi
        OFFSET 0
    ) t
    WHERE t.prints > 0 AND t.premium > t.left_out_premium :conditions
    GROUP BY 1, 2, 3, 4, 5
), rolling AS (
    SELECT b.*, sum(b.premium) OVER (PARTITION BY b.option_symbol ORDER BY b.step
                                     RANGE BETWEEN interval '25 minutes' PRECEDING AND CURRENT ROW) AS window_premium
    FROM bin b
)
SELECT DISTINCT ON (r.option_symbol)
       r.option_symbol, r.ticker, r.side, r.dte, (extract(epoch FROM r.step) * 1000)::bigint + 300000,
       trim_scale(r.window_premium)
FROM rolling r
ORDER BY r.option_symbol, r.window_premium DESC, r.step
