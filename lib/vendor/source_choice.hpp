#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "market/date.hpp"

namespace pulse {

/// A backfill as far as its cost goes.
struct SourceQuestion {
    std::size_t tickers = 0;
    std::vector<Day> sessions;  ///< that are to be fetched
    bool unfiltered = false;    ///< every contract that is alive, whatever its expiry
    int min_dte = 0;
    int max_dte = 30;
    double rate = 90;  ///< requests a second, 0: no limit
    unsigned concurrency = 16;
    bool flat_credentials = false;  ///< a key for the flat files is at hand
    std::int64_t now_ms = 0;        ///< Unix ms: the newest files may not be there yet
};

struct SourceChoice {
    bool flat = false;
    double rest_seconds = 0;  ///< rough estimates: all of it over REST,
    double flat_seconds = 0;  ///< or files, and over REST only the sessions whose file isn't there yet
    std::string why;          ///< to be read behind the name of the source
};

/// Which source is less work. REST asks for each contract by itself; files hold the whole market and are read
/// whole.
SourceChoice choose_source(const SourceQuestion& question);

/// When the file of a session is there: 11:00 New York on the next day (the vendor's documents).
std::int64_t flat_file_published_ms(Day session);

}  // namespace pulse
