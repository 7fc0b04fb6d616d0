-- One row for readers and the word that it is there; the oldest go, a bounded number at a time. The ARRAY makes the
-- planner look the few up in the index: knowing nothing of the bound, it would read the whole table.
WITH batch AS (
    INSERT INTO stored_batches (stored_at, trades_from, trades_to, cancels_from, cancels_to, live_to, history)
    VALUES (now(), :trades_from, :trades_to, :cancels_from, :cancels_to, :live_to, :history)
    RETURNING id
), pruned AS (
    DELETE FROM stored_batches
    WHERE id = ANY (ARRAY(SELECT b.id FROM stored_batches b WHERE b.id <= (SELECT id FROM batch) - :kept
                          ORDER BY b.id LIMIT 100))
)
SELECT pg_notify(':channel', id::text) FROM batch
