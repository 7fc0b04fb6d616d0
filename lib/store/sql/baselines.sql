-- Baseline cells: $1 is a JSON array of B records. A session watched in part counts fewer contracts: the fullest wins.
INSERT INTO flow_baselines AS b (session, ticker, side, dte_bucket, slot, window_min, contracts, histogram)
SELECT DISTINCT ON (r.session, r.ticker, r.side, r.dte_bucket, r.slot, r.window_min)
       r.session, r.ticker, r.side, r.dte_bucket, r.slot, r.window_min, r.contracts, r.hist
FROM jsonb_to_recordset($1::jsonb) AS r (session date, ticker text, side text, dte_bucket text, slot text, window_min int,
                                         contracts bigint, hist jsonb)
ORDER BY r.session, r.ticker, r.side, r.dte_bucket, r.slot, r.window_min, r.contracts DESC, r.hist DESC
ON CONFLICT (session, ticker, side, dte_bucket, slot, window_min)
DO UPDATE SET contracts = excluded.contracts, histogram = excluded.histogram
WHERE (excluded.contracts, excluded.histogram) > (b.contracts, b.histogram)
