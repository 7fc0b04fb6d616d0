-- Where a batch waits to be merged. One for trades, one for cancels; emptied by every commit.
CREATE TEMP TABLE IF NOT EXISTS :stage (
    trade_time timestamptz, option_symbol text, ticker text, expiry date, side text, strike numeric, price numeric,
    size int, premium numeric, dte smallint, exchange smallint, conditions smallint[], occurrence int,
    sequence bigint, source text
) ON COMMIT DELETE ROWS
