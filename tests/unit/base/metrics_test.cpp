#include "base/metrics.hpp"

#include <clocale>
#include <string>
#include <thread>

#include "catch.hpp"

using namespace pulse;

TEST_CASE("help and type stand once before the series of a name") {
    Metrics metrics;
    auto& root = metrics.counter("t_dropped_total", "Trades dropped.", {{"reason", "root"}});
    metrics.counter("t_dropped_total", "Not shown.", {{"reason", "lost"}});
    metrics.gauge("t_connected", "1 while connected.").set(1);
    root.add(2);
    root.add();
    CHECK(metrics.text() ==
          "# HELP t_dropped_total Trades dropped.\n"
          "# TYPE t_dropped_total counter\n"
          "t_dropped_total{reason=\"root\"} 3\n"
          "t_dropped_total{reason=\"lost\"} 0\n"
          "# HELP t_connected 1 while connected.\n"
          "# TYPE t_connected gauge\n"
          "t_connected 1\n");
}

TEST_CASE("label values and help are escaped") {
    Metrics metrics;
    metrics.gauge("t_g", "a\\b\n\"c\"", {{"x", "q\"b\\n\nz"}, {"y", ""}});
    CHECK(metrics.text() ==
          "# HELP t_g a\\\\b\\n\"c\"\n# TYPE t_g gauge\nt_g{x=\"q\\\"b\\\\n\\nz\",y=\"\"} 0\n");
}

TEST_CASE("numbers are exact, plain and without locale") {
    const char* const before = std::setlocale(LC_NUMERIC, "de_DE.UTF-8");
    const auto shown = [](double value) {
        Metrics metrics;
        metrics.gauge("t_g", "h").set(value);
        const std::string text = metrics.text();
        return text.substr(text.rfind(' ') + 1);
    };
    CHECK(shown(1764948620.676) == "1764948620.676\n");
    CHECK(shown(1764948620) == "1764948620\n");
    CHECK(shown(-3) == "-3\n");
    CHECK(shown(0.25) == "0.25\n");
    CHECK(shown(1.0 / 0.0) == "+Inf\n");
    CHECK(shown(-1.0 / 0.0) == "-Inf\n");
    CHECK(shown(0.0 / 0.0) == "NaN\n");
    if (before != nullptr) std::setlocale(LC_NUMERIC, "C");
}

TEST_CASE("a counter shows every digit") {
    Metrics metrics;
    metrics.counter("t_total", "h").set(18'446'744'073'709'551'615ULL);
    CHECK_THAT(metrics.text(), ContainsSubstring("t_total 18446744073709551615\n"));
}

TEST_CASE("histogram buckets are cumulative and hold their upper ends") {
    Metrics metrics;
    auto& histogram = metrics.histogram("t_seconds", "h", {0.01, 0.5, 1}, {{"route", "a"}});
    for (const double value : {0.001, 0.01, 0.4, 1.0, 7.5}) histogram.observe(value);
    CHECK(metrics.text() ==
          "# HELP t_seconds h\n# TYPE t_seconds histogram\n"
          "t_seconds_bucket{route=\"a\",le=\"0.01\"} 2\n"
          "t_seconds_bucket{route=\"a\",le=\"0.5\"} 3\n"
          "t_seconds_bucket{route=\"a\",le=\"1\"} 4\n"
          "t_seconds_bucket{route=\"a\",le=\"+Inf\"} 5\n"
          "t_seconds_sum{route=\"a\"} 8.911\n"
          "t_seconds_count{route=\"a\"} 5\n");
}

TEST_CASE("series may be used by several threads") {
    Metrics metrics;
    auto& counter = metrics.counter("t_total", "h");
    auto& histogram = metrics.histogram("t_rows", "h", {1});
    const auto work = [&] {
        for (int i = 0; i < 20'000; ++i) {
            counter.add();
            histogram.observe(2);
        }
    };
    std::thread first(work);
    std::thread second(work);
    first.join();
    second.join();
    const std::string text = metrics.text();
    CHECK_THAT(text, ContainsSubstring("t_total 40000\n"));
    CHECK_THAT(text, ContainsSubstring("t_rows_bucket{le=\"1\"} 0\n"));
    CHECK_THAT(text, ContainsSubstring("t_rows_sum 80000\nt_rows_count 40000\n"));
}
