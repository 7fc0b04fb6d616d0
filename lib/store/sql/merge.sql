-- Brings the staged prints into the table by the identity rule. A group is the prints equal in (time, symbol, exchange,
-- price, size, conditions). It must end with as many rows as the larger of: different sequence numbers ever seen, and
-- identical prints in any one pass over history; sequence numbers stand in ascending order, rows without one last; a
-- row's source is the best that vouches for it. That is a maximum of facts, so order and repetition don't matter.
-- LATERAL with LIMIT or OFFSET forces one index lookup a row: the planner knows nothing of a fresh temporary table and
-- would read the whole big one instead. Rows that must not exist are inserted plainly, so that a writer who got in
-- between shows up as a unique violation.
WITH news AS MATERIALIZED (  -- staged rows that say something the table doesn't say yet
    SELECT s.*, dense_rank() OVER (ORDER BY s.trade_time, s.option_symbol, s.exchange, s.price, s.size, s.conditions) AS grp
    FROM :stage s
    LEFT JOIN LATERAL (
        SELECT t.sequence, t.source
        FROM :table t
        WHERE t.:time = s.trade_time AND t.option_symbol = s.option_symbol AND t.exchange = s.exchange
          AND t.price = s.price AND t.size = s.size AND t.conditions = s.conditions AND t.occurrence = s.occurrence
        LIMIT 1
    ) t ON true
    WHERE t.source IS NULL
       OR (s.sequence IS NOT NULL AND t.sequence IS DISTINCT FROM s.sequence)
       OR (s.sequence IS NULL AND t.source <> s.source AND t.source <> 'live'
           AND NOT (t.source = 'rest' AND s.source = 'flat'))
), groups AS MATERIALIZED (
    SELECT DISTINCT ON (grp) * FROM news ORDER BY grp
), facts AS MATERIALIZED (
    SELECT grp, CASE WHEN sequence IS NULL THEN occurrence END AS occurrence, sequence, source, false AS stored
    FROM news
    UNION ALL
    SELECT g.grp, t.occurrence, t.sequence, t.source, true
    FROM groups g
    CROSS JOIN LATERAL (
        SELECT o.occurrence, o.sequence, o.source
        FROM :table o
        WHERE o.:time = g.trade_time AND o.option_symbol = g.option_symbol AND o.exchange = g.exchange
          AND o.price = g.price AND o.size = g.size AND o.conditions = g.conditions
        OFFSET 0
    ) t
), numbered AS (
    SELECT grp, sequence, row_number() OVER (PARTITION BY grp ORDER BY sequence) AS occurrence
    FROM (SELECT DISTINCT grp, sequence FROM facts WHERE sequence IS NOT NULL) q
), wanted AS MATERIALIZED (
    SELECT grp, occurrence, max(sequence) AS sequence, substr(min(ranked_source), 2) AS source, bool_or(stored) AS stored
    FROM (
        SELECT grp, occurrence, sequence, '1live' AS ranked_source, false AS stored FROM numbered
        UNION ALL
        SELECT grp, occurrence, NULL, coalesce(array_position('{live,rest,flat}'::text[], source), 4)::text || source, stored
        FROM facts
        WHERE occurrence IS NOT NULL
    ) f
    GROUP BY grp, occurrence
), changed AS (
    INSERT INTO :table AS t (:time, option_symbol, ticker, expiry, side, strike, price, size, premium, dte, exchange,
                             conditions, occurrence, sequence, source)
    SELECT g.trade_time, g.option_symbol, g.ticker, g.expiry, g.side, g.strike, g.price, g.size, g.premium, g.dte,
           g.exchange, g.conditions, w.occurrence, w.sequence, w.source
    FROM wanted w JOIN groups g USING (grp)
    WHERE w.stored
    ON CONFLICT (:time, option_symbol, exchange, price, size, conditions, occurrence)
    DO UPDATE SET sequence = excluded.sequence, source = excluded.source
    WHERE (t.sequence, t.source) IS DISTINCT FROM (excluded.sequence, excluded.source)
), added AS (
    INSERT INTO :table (:time, option_symbol, ticker, expiry, side, strike, price, size, premium, dte, exchange,
                        conditions, occurrence, sequence, source)
    SELECT g.trade_time, g.option_symbol, g.ticker, g.expiry, g.side, g.strike, g.price, g.size, g.premium, g.dte,
           g.exchange, g.conditions, w.occurrence, w.sequence, w.source
    FROM wanted w JOIN groups g USING (grp)
    WHERE NOT w.stored
    ORDER BY g.trade_time, g.option_symbol
    RETURNING 1
)
SELECT count(*) FROM added
