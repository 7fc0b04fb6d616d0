-- The premium that is left out of the orders of a window.
SELECT trim_scale(coalesce(sum(t.left_out_premium), 0))
FROM smart_money_orders t
WHERE t.first_time >= :lo AND t.first_time < :hi AND t.prints > 0 :conditions
