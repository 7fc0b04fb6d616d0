-- Sums over the trades that meet the conditions: one scan, hashed by contract and by slot of time; the sections are sums of those
-- sums. Gives the section (0 total, 1 by ticker, 2 by side, 3 by expiry, 4 by strike, 5 by time, 6 cells), ticker, side, expiry,
-- strike, start of the slot in Unix ms; trades, contracts, premium of all, of calls, of puts.
WITH base AS MATERIALIZED (
    SELECT t.option_symbol COLLATE "C" AS symbol, t.ticker COLLATE "C" AS ticker, t.side COLLATE "C" AS side,
           date_bin(:slot_minutes * interval '1 minute', t.trade_time, :origin) AS slot,
           count(*) AS trades, sum(t.size) AS contracts, sum(t.premium) AS premium
    FROM smart_money_trades t
    WHERE true :conditions
    GROUP BY GROUPING SETS ((1), (2, 3, 4))
), contract AS MATERIALIZED (  -- the symbol says the rest, see OCC's symbology: root, YYMMDD, C or P, strike in 1/1000 dollars
    SELECT substr(symbol, 3, length(symbol) - 17) AS ticker,
           CASE left(right(symbol, 9), 1) WHEN 'C' THEN 'CALL' ELSE 'PUT' END AS side,
           make_date(2000 + left(right(symbol, 15), 2)::int, left(right(symbol, 13), 2)::int, left(right(symbol, 11), 2)::int)
               AS expiry,
           right(symbol, 8)::numeric / 1000 AS strike, trades, contracts, premium
    FROM base
    WHERE slot IS NULL
), sums AS (
    SELECT CASE grouping(ticker, side, expiry, strike)
               WHEN 15 THEN 0 WHEN 7 THEN 1 WHEN 11 THEN 2 WHEN 13 THEN 3 WHEN 6 THEN 4 ELSE 6 END AS section,
           ticker, side, expiry, strike, NULL::timestamptz AS slot,
           sum(trades) AS trades, sum(contracts) AS contracts, sum(premium) AS premium,
           sum(trades) FILTER (WHERE side = 'CALL') AS call_trades, sum(trades) FILTER (WHERE side = 'PUT') AS put_trades,
           sum(contracts) FILTER (WHERE side = 'CALL') AS call_contracts,
           sum(contracts) FILTER (WHERE side = 'PUT') AS put_contracts,
           sum(premium) FILTER (WHERE side = 'CALL') AS call_premium, sum(premium) FILTER (WHERE side = 'PUT') AS put_premium
    FROM contract
    GROUP BY GROUPING SETS ((), (ticker), (side), (expiry), (ticker, strike), (expiry, strike, side))
    UNION ALL
    SELECT 5, ticker, side, NULL, NULL, slot, trades, contracts, premium, NULL, NULL, NULL, NULL, NULL, NULL
    FROM base
    WHERE slot IS NOT NULL
)
SELECT section, ticker, side, expiry, trim_scale(strike), (extract(epoch FROM slot) * 1000)::bigint,
       coalesce(trades, 0), coalesce(contracts, 0), trim_scale(coalesce(premium, 0)),
       coalesce(call_trades, 0), coalesce(call_contracts, 0), trim_scale(coalesce(call_premium, 0)),
       coalesce(put_trades, 0), coalesce(put_contracts, 0), trim_scale(coalesce(put_premium, 0))
FROM sums
WHERE section = ANY (:sections)
ORDER BY section, slot, CASE WHEN section IN (1, 4) THEN -premium END, expiry, ticker, strike, side
