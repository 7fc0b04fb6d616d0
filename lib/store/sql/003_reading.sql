-- Indexes for the questions of readers (lib/flow/trades.cpp). Every one costs the sink, so they are few and small.

-- Which expiries and strikes of a ticker were traded on which dates, and by which rows. It ends in the date and the strike
-- instead of the instant: about 25 rows share an entry, and PostgreSQL keeps one entry with a list of rows (deduplication), a
-- sixth of the size of an index that ends in trade_time. COLLATE "C" compares bytes: faster to maintain, and the same order in
-- every database. The UTC date, by an offset of nothing, is immutable and needs no look at time zone data; in market hours it is
-- the New York date. The strike is a whole number of 1/1000 dollars, as in the symbol, because numeric can't be deduplicated.
CREATE INDEX smart_money_trades_by_expiry ON smart_money_trades
    (ticker COLLATE "C", expiry, ((trade_time AT TIME ZONE INTERVAL '0')::date), ((strike * 1000)::int));

-- The same for the big ones, about one row in fifty: a question for them would read fifty rows for each that meets it.
CREATE INDEX smart_money_trades_big ON smart_money_trades
    (ticker COLLATE "C", expiry, ((trade_time AT TIME ZONE INTERVAL '0')::date), ((strike * 1000)::int))
    WHERE premium >= 1000000;

-- The big ones by time, for questions about any contract. The premium stands in it so that of an even higher one only the rows
-- that have it are fetched.
CREATE INDEX smart_money_trades_big_by_time ON smart_money_trades (trade_time, premium) WHERE premium >= 1000000;
