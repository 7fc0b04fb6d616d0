-- What the questions about flow need. Orders and baseline rows are few beside trades, so indexes on them cost the sink little.

-- Parts of an order's premium, in dollars, and its prints that were taken back. An order all of whose prints were is kept
-- with no prints: it must not come back by a replay.
ALTER TABLE smart_money_orders
    ADD COLUMN left_out_premium numeric NOT NULL DEFAULT 0,  -- multi-leg, stock-tied and late prints
    ADD COLUMN auction_premium  numeric NOT NULL DEFAULT 0,  -- auction prints among the others
    ADD COLUMN cancelled_prints int     NOT NULL DEFAULT 0;

-- The neighbours of an order on its contract: the sink keeps one of those that overlap.
CREATE INDEX smart_money_orders_by_contract ON smart_money_orders (option_symbol COLLATE "C", first_time);

-- What an order counts for in clusters, in millionths of a dollar: whole numbers add up several times as fast as numerics. A premium
-- has six decimals at most (prices have four), and one no market ever saw is cut rather than refused.
ALTER TABLE smart_money_orders
    ADD COLUMN counted bigint NOT NULL GENERATED ALWAYS AS
        (CASE WHEN prints > 0 AND premium > left_out_premium
              THEN greatest(1, least(premium - left_out_premium, 9000000000000) * 1000000)::bigint ELSE 0 END) STORED;

-- What the largest cluster of each of sixty sessions is, takes a hundred thousand orders of one ticker and side: this index has all
-- that the sums need, in the order of sessions and contracts: they neither sort nor hash, and read no table. A session lies within one
-- UTC date.
CREATE INDEX smart_money_orders_counted
    ON smart_money_orders (ticker COLLATE "C", side COLLATE "C", ((first_time AT TIME ZONE INTERVAL '0')::date),
                           option_symbol COLLATE "C", first_time)
    INCLUDE (last_time, counted) WHERE counted > 0;

-- Only of pages that a vacuum has seen is the index enough; others are fetched one row at a time. By default the newest fifth of
-- the table would wait for it, and for fresh statistics. A vacuum after so many rows looks at few pages.
ALTER TABLE smart_money_orders
    SET (autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 5000,
         autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);

-- Orders newest first, by whichever condition is the rarest: each index begins with it, goes on in the order they are told in, and
-- ends with further conditions, so that of a row that doesn't meet them nothing but the index is read. COLLATE "C", unlike the key,
-- so that the planner can't take the key's index for one of these and read the whole table. The premiums of $250,000 and more are
-- one in eight (lib/flow/order_query.cpp says the same number).
CREATE INDEX smart_money_orders_by_ticker
    ON smart_money_orders (ticker COLLATE "C", side COLLATE "C", first_time, option_symbol COLLATE "C", dte, premium);
CREATE INDEX smart_money_orders_by_expiry ON smart_money_orders (expiry, first_time, option_symbol COLLATE "C");
CREATE INDEX smart_money_orders_by_strike ON smart_money_orders (strike, first_time, option_symbol COLLATE "C");
CREATE INDEX smart_money_orders_by_dte ON smart_money_orders (dte, first_time, option_symbol COLLATE "C");
CREATE INDEX smart_money_orders_large
    ON smart_money_orders (first_time, option_symbol COLLATE "C", dte, side COLLATE "C", ticker COLLATE "C", premium, strike, expiry)
    WHERE premium >= 250000;

-- at_least[b + 1] is the number of windows in bucket b or a higher one; beyond the last bucket that holds any it is null.
-- So how rare a premium is takes one look at a row, where the histogram takes a sum.
CREATE FUNCTION pulse_at_least(histogram jsonb) RETURNS int[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_agg(n ORDER BY bucket)
    FROM (SELECT b.bucket, (sum(coalesce(h.n, 0)) OVER (ORDER BY b.bucket DESC))::int AS n
          FROM generate_series(0, (SELECT max((e->>0)::int) FROM jsonb_array_elements(histogram) AS e)) AS b (bucket)
          LEFT JOIN (SELECT (e->>0)::int AS bucket, (e->>1)::bigint AS n FROM jsonb_array_elements(histogram) AS e) AS h
              USING (bucket)) AS counted
$$;
CREATE FUNCTION pulse_windows(histogram jsonb) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(sum((e->>1)::bigint), 0)::bigint FROM jsonb_array_elements(histogram) AS e
$$;
ALTER TABLE flow_baselines
    ADD COLUMN windows  bigint GENERATED ALWAYS AS (pulse_windows(histogram)) STORED,
    ADD COLUMN at_least int[]  NOT NULL GENERATED ALWAYS AS (pulse_at_least(histogram)) STORED;
-- A question looks at one element of each of many rows: the array stays as it is, beside them, and the histogram makes room.
ALTER TABLE flow_baselines ALTER COLUMN at_least SET STORAGE MAIN;

CREATE INDEX flow_baselines_by_cell
    ON flow_baselines (ticker COLLATE "C", side COLLATE "C", dte_bucket COLLATE "C", slot COLLATE "C", window_min, session);
-- How many windows there were on each session, without a look at the rows.
CREATE INDEX flow_baselines_by_session ON flow_baselines (session, window_min, ticker COLLATE "C") INCLUDE (windows);
