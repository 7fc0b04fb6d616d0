#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pulse {

/// Label names and values of one series, in the order they are written.
using MetricLabels = std::vector<std::pair<std::string, std::string>>;

/// Only ever grows. Any thread.
class Counter {
  public:
    void add(std::uint64_t n = 1) noexcept { value_.fetch_add(n, std::memory_order_relaxed); }
    /// For a total that is counted elsewhere.
    void set(std::uint64_t total) noexcept { value_.store(total, std::memory_order_relaxed); }
    [[nodiscard]] std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

  private:
    std::atomic<std::uint64_t> value_{0};
};

/// A value that goes up and down. Any thread.
class Gauge {
  public:
    void set(double value) noexcept { value_.store(value, std::memory_order_relaxed); }
    [[nodiscard]] double value() const noexcept { return value_.load(std::memory_order_relaxed); }

  private:
    std::atomic<double> value_{0};
};

/// How often values fell below each of some fixed bounds. Any thread.
class Histogram {
  public:
    /// `bounds`: upper ends of the buckets, ascending, in the metric's unit; the one without end is added.
    explicit Histogram(std::vector<double> bounds);
    void observe(double value) noexcept;

  private:
    friend class Metrics;
    std::vector<double> bounds_;
    std::unique_ptr<std::atomic<std::uint64_t>[]> counts_;  ///< one a bucket, the endless one last
    std::atomic<double> sum_{0};
};

/// The numbers a process shows, in Prometheus' text format 0.0.4
/// (https://prometheus.io/docs/instrumenting/exposition_formats/). Series are declared at the start, on one
/// thread; text() and the series themselves may be used by any thread afterwards. What is returned lives as
/// long as this object. Series of one name must be declared one after another; the first one's help counts.
class Metrics {
  public:
    /// `name` in snake_case with its unit: `pulse_sink_rows_stored_total`.
    Counter& counter(std::string name, std::string help, MetricLabels labels = {});
    Gauge& gauge(std::string name, std::string help, MetricLabels labels = {});
    Histogram& histogram(std::string name, std::string help, std::vector<double> bounds,
                         MetricLabels labels = {});

    /// Everything, as `GET /metrics` answers it.
    [[nodiscard]] std::string text() const;

    static constexpr std::string_view kContentType = "text/plain; version=0.0.4; charset=utf-8";

  private:
    struct Series {
        std::string name;
        std::string help;
        MetricLabels labels;
        std::unique_ptr<Counter> counter;
        std::unique_ptr<Gauge> gauge;
        std::unique_ptr<Histogram> histogram;
    };
    Series& add(std::string name, std::string help, MetricLabels labels);
    static void append_histogram(std::string& out, const Series& series);

    std::vector<std::unique_ptr<Series>> series_;
};

}  // namespace pulse
