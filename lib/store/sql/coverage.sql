-- Watermarks: $1 is a JSON array of W records. A batch holds many of one session; the farthest counts. Gives how many
-- rows said something new, and up to where those of the stream go, Unix ms.
WITH changed AS (
    INSERT INTO coverage AS c (source, session, ticker, from_time, to_time)
    SELECT w.src, coalesce(w.session, ''), t.ticker,
           timestamptz 'epoch' + w."from" * interval '1 ms', max(timestamptz 'epoch' + w."to" * interval '1 ms')
    FROM jsonb_to_recordset($1::jsonb) AS w (src text, session text, tickers text[], "from" bigint, "to" bigint)
    LEFT JOIN LATERAL unnest(w.tickers) AS t (ticker) ON true  -- a missing list is refused by NOT NULL, not skipped
    GROUP BY w.src, coalesce(w.session, ''), t.ticker, w."from"
    ORDER BY 1, 2, 3, 4
    ON CONFLICT (source, session, ticker, from_time)
    DO UPDATE SET to_time = excluded.to_time WHERE excluded.to_time > c.to_time
    RETURNING c.source, c.to_time
)
SELECT count(*), max((extract(epoch FROM to_time) * 1000)::bigint) FILTER (WHERE source = 'live') FROM changed
