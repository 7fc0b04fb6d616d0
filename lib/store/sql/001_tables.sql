-- Prints of the options tape. The key leads with time: new rows are appended at the right edge of its index.
CREATE TABLE smart_money_trades (
    trade_time    timestamptz NOT NULL,           -- SIP time, cut to milliseconds
    option_symbol text        NOT NULL,           -- with O:
    ticker        text        NOT NULL,           -- OCC root
    expiry        date        NOT NULL,
    side          text        NOT NULL CHECK (side IN ('CALL', 'PUT')),
    strike        numeric     NOT NULL,
    price         numeric     NOT NULL,           -- dollars a share
    size          int         NOT NULL,           -- contracts
    premium       numeric     NOT NULL,           -- price x size x 100
    dte           smallint    NOT NULL,           -- calendar days from the New York date of the trade to expiry
    exchange      smallint    NOT NULL,           -- vendor id, 0 when unknown
    conditions    smallint[]  NOT NULL,
    occurrence    smallint    NOT NULL,           -- 1, 2, ... among prints equal in all other key columns
    sequence      bigint,                         -- the stream's q, null when only history has told us
    source        text        NOT NULL,           -- live, rest, flat: the best one that has delivered it
    cancelled_at  timestamptz,                    -- time of the cancel that took it back
    stored_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (trade_time, option_symbol, exchange, price, size, conditions, occurrence)
);

-- Finds the few prints taken back in a stretch of time; ordinary rows are not in it and pay nothing.
CREATE INDEX smart_money_trades_cancelled ON smart_money_trades (cancelled_at) WHERE cancelled_at IS NOT NULL;

-- Cancels as they came, kept because one may arrive before its trade. id grows in commit order.
CREATE TABLE smart_money_cancels (
    cancel_time   timestamptz NOT NULL,
    option_symbol text        NOT NULL,
    ticker        text        NOT NULL,
    expiry        date        NOT NULL,
    side          text        NOT NULL CHECK (side IN ('CALL', 'PUT')),
    strike        numeric     NOT NULL,
    price         numeric     NOT NULL,
    size          int         NOT NULL,
    premium       numeric     NOT NULL,
    dte           smallint    NOT NULL,
    exchange      smallint    NOT NULL,
    conditions    smallint[]  NOT NULL,
    occurrence    smallint    NOT NULL,
    sequence      bigint,
    source        text        NOT NULL,
    stored_at     timestamptz NOT NULL DEFAULT now(),
    id            bigserial   NOT NULL UNIQUE,
    PRIMARY KEY (cancel_time, option_symbol, exchange, price, size, conditions, occurrence)
);

-- Split orders joined by order-join. One order of a contract can start at an instant; the fullest account of it wins.
CREATE TABLE smart_money_orders (
    first_time    timestamptz NOT NULL,
    option_symbol text        NOT NULL,
    last_time     timestamptz NOT NULL,
    ticker        text        NOT NULL,
    expiry        date        NOT NULL,
    side          text        NOT NULL CHECK (side IN ('CALL', 'PUT')),
    strike        numeric     NOT NULL,
    dte           smallint    NOT NULL,
    prints        int         NOT NULL,
    size          bigint      NOT NULL,           -- contracts of all prints
    premium       numeric     NOT NULL,
    vwap          numeric     NOT NULL,
    price_min     numeric     NOT NULL,
    price_max     numeric     NOT NULL,
    trend         text        NOT NULL CHECK (trend IN ('up', 'down', 'flat', 'mixed')),
    exchanges     smallint[]  NOT NULL,
    conditions    smallint[]  NOT NULL,
    iso           boolean     NOT NULL,
    multileg      boolean     NOT NULL,
    stored_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (first_time, option_symbol)
);

-- What is complete: every trade of the ticker that the source delivered in [from_time, to_time] is stored.
CREATE TABLE coverage (
    source    text        NOT NULL,
    session   text        NOT NULL,
    ticker    text        NOT NULL,               -- * for all
    from_time timestamptz NOT NULL,
    to_time   timestamptz NOT NULL,
    CHECK (from_time <= to_time),
    PRIMARY KEY (source, session, ticker, from_time)
) WITH (fillfactor = 70);

-- Split-adjusted daily bars of the underlyings; a later delivery replaces an earlier one.
CREATE TABLE daily_bars (
    ticker text    NOT NULL,
    date   date    NOT NULL,
    open   numeric NOT NULL,
    high   numeric NOT NULL,
    low    numeric NOT NULL,
    close  numeric NOT NULL,
    volume numeric NOT NULL,
    PRIMARY KEY (ticker, date)
);

-- What is ordinary: one row a cell and session, see flow-baseline.
CREATE TABLE flow_baselines (
    session    date   NOT NULL,
    ticker     text   NOT NULL,
    side       text   NOT NULL CHECK (side IN ('CALL', 'PUT')),
    dte_bucket text   NOT NULL,
    slot       text   NOT NULL,                   -- start of the half hour, New York: 10:00
    window_min int    NOT NULL,
    contracts  bigint NOT NULL,
    histogram  jsonb  NOT NULL,                   -- [[bucket, count], ...]
    PRIMARY KEY (session, ticker, side, dte_bucket, slot, window_min)
);
