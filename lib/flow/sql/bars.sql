-- Opens and closes of the ticker's daily bars in a range of dates.
SELECT date - date '1970-01-01', trim_scale(open), trim_scale(close)
FROM daily_bars
WHERE ticker = :ticker AND date BETWEEN :first AND :last
ORDER BY date
