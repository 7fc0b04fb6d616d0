-- The tickers and sides with orders in a window.
SELECT DISTINCT t.ticker COLLATE "C" AS ticker, t.side COLLATE "C" AS side
FROM smart_money_orders t
WHERE t.first_time >= :lo AND t.first_time < :hi AND t.prints > 0 :conditions
ORDER BY 1, 2
