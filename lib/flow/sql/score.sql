-- How the windows of earlier sessions compare with some premiums. A cell is one of ticker, side, days to expiry and half hour;
-- `known` has a bit for each day from the first on: set when the session counts. A wanted pair is a cell's number and a premium's
-- bucket. Gives for each pair that has history, with its number from 1: windows with as much or more, windows,
-- sessions, and the sum of the windows of all cells on those sessions.
WITH looks AS MATERIALIZED (
    SELECT b.session, sum(b.windows)::bigint AS windows
    FROM flow_baselines b
    WHERE b.window_min = :window AND b.session >= :first AND b.session < :last AND b.ticker COLLATE "C" = ANY (:looked)
    GROUP BY b.session
), wanted AS MATERIALIZED (
    SELECT w.cell, w.bucket, w.n FROM unnest(:wanted_cells, :wanted_buckets) WITH ORDINALITY AS w (cell, bucket, n)
), history AS (
    SELECT c.n AS cell, b.session, b.windows, b.at_least
    FROM unnest(:tickers, :sides, :dtes, :slots, :known) WITH ORDINALITY AS c (ticker, side, dte_bucket, slot, known, n)
    CROSS JOIN LATERAL (
        SELECT b.session, b.windows, b.at_least
        FROM flow_baselines b
        WHERE b.ticker COLLATE "C" = c.ticker AND b.side COLLATE "C" = c.side AND b.dte_bucket COLLATE "C" = c.dte_bucket
          AND b.slot COLLATE "C" = c.slot AND b.window_min = :window
        OFFSET 0  -- the dates stay out of the lookup: the planner would take them for a reason to use the index by session
    ) b
    WHERE CASE WHEN b.session >= :first AND b.session < :last THEN get_bit(c.known, b.session - :first) = 1 END
)
SELECT x.n, sum(x.larger)::bigint, sum(x.windows)::bigint, count(*), sum(x.looks)::bigint
FROM (
    SELECT w.n, coalesce(h.at_least[w.bucket + 1], 0) AS larger, h.windows, coalesce(l.windows, 0) AS looks
    FROM wanted w
    JOIN history h USING (cell)
    LEFT JOIN looks l USING (session)
    OFFSET 0  -- one element of each array goes on, never the array
) x
GROUP BY x.n
