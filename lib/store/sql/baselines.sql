-- Baseline cells: $1 is a JSON array of B records. A session watched in part counts fewer contracts, and
-- of the same contracts fewer windows with premium: the fullest wins.
INSERT INTO flow_baselines AS b (session, ticker, side, dte_bucket, slot, window_min, contracts, histogram)
SELECT DISTINCT ON (r.session, r.ticker, r.side, r.dte_bucket, r.slot, r.window_min)
       r.session, r.ticker, r.side, r.dte_bucket, r.slot, r.window_min, r.contracts, r.hist
FROM jsonb_to_recordset($1::jsonb) AS r (session date, ticker text, side text, dte_bucket text, slot text, window_min int,
                                         contracts bigint, hist jsonb)
ORDER BY r.session, r.ticker, r.side, r.dte_bucket, r.slot, r.window_min, r.contracts DESC,
         coalesce((pulse_at_least(r.hist))[2], 0) DESC, r.hist DESC
ON CONFLICT (session, ticker, side, dte_bucket, slot, window_min)
DO UPDATE SET contracts = excluded.contracts, histogram = excluded.histogram
WHERE (excluded.contracts, coalesce((pulse_at_least(excluded.histogram))[2], 0), excluded.histogram)
      > (b.contracts, coalesce(b.at_least[2], 0), b.histogram)
