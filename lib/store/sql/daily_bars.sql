-- Daily bars: $1 is a JSON array of D records. A split changes the past, so the later delivery replaces the earlier.
INSERT INTO daily_bars AS b (ticker, date, open, high, low, close, volume)
SELECT DISTINCT ON (d->>'ticker', (d->>'date')::date)
       d->>'ticker', (d->>'date')::date, (d->>'o')::numeric, (d->>'h')::numeric, (d->>'l')::numeric, (d->>'c')::numeric,
       (d->>'v')::numeric
FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY AS r (d, n)
ORDER BY d->>'ticker', (d->>'date')::date, n DESC
ON CONFLICT (ticker, date)
DO UPDATE SET open = excluded.open, high = excluded.high, low = excluded.low, close = excluded.close, volume = excluded.volume
WHERE (b.open, b.high, b.low, b.close, b.volume)
      IS DISTINCT FROM (excluded.open, excluded.high, excluded.low, excluded.close, excluded.volume)
