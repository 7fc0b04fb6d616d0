#include "base/metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace pulse {

namespace {

constexpr double kLargestPlainInteger = 1e15;  // below 2^53: every integer is exact

// Prometheus wants a point, whatever the locale, and Unix times in full.
void append_number(std::string& out, double value) {
    if (std::isnan(value))
        out += "NaN";
    else if (std::isinf(value))
        out += value > 0 ? "+Inf" : "-Inf";
    else if (value == std::trunc(value) && std::abs(value) < kLargestPlainInteger)
        fmt::format_to(std::back_inserter(out), "{}", static_cast<std::int64_t>(value));
    else
        fmt::format_to(std::back_inserter(out), "{}", value);
}

void append_escaped(std::string& out, std::string_view text, bool quotes) {
    for (const char c : text) {
        if (c == '\\')
            out += "\\\\";
        else if (c == '\n')
            out += "\\n";
        else if (c == '"' && quotes)
            out += "\\\"";
        else
            out += c;
    }
}

// `{a="b",le="0.5"}`, or nothing; `le` is a histogram bucket's bound.
void append_labels(std::string& out, const MetricLabels& labels, const double* le = nullptr) {
    if (labels.empty() && le == nullptr) return;
    char separator = '{';
    for (const auto& [name, value] : labels) {
        out += separator;
        out += name;
        out += "=\"";
        append_escaped(out, value, true);
        out += '"';
        separator = ',';
    }
    if (le != nullptr) {
        out += separator;
        out += "le=\"";
        append_number(out, *le);
        out += '"';
    }
    out += '}';
}

void append_sample(std::string& out, std::string_view name, const MetricLabels& labels, double value) {
    out += name;
    append_labels(out, labels);
    out += ' ';
    append_number(out, value);
    out += '\n';
}

void append_count(std::string& out, std::uint64_t count) {
    fmt::format_to(std::back_inserter(out), " {}\n", count);
}

}  // namespace

Histogram::Histogram(std::vector<double> bounds)
    : bounds_(std::move(bounds)), counts_(new std::atomic<std::uint64_t>[bounds_.size() + 1] {}) {}

void Histogram::observe(double value) noexcept {
    const auto bucket = std::lower_bound(bounds_.begin(), bounds_.end(), value) - bounds_.begin();
    counts_[static_cast<std::size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
    sum_.fetch_add(value, std::memory_order_relaxed);
}

Metrics::Series& Metrics::add(std::string name, std::string help, MetricLabels labels) {
    series_.push_back(std::make_unique<Series>());
    Series& series = *series_.back();
    series.name = std::move(name);
    series.help = std::move(help);
    series.labels = std::move(labels);
    return series;
}

Counter& Metrics::counter(std::string name, std::string help, MetricLabels labels) {
    Series& series = add(std::move(name), std::move(help), std::move(labels));
    series.counter = std::make_unique<Counter>();
    return *series.counter;
}

Gauge& Metrics::gauge(std::string name, std::string help, MetricLabels labels) {
    Series& series = add(std::move(name), std::move(help), std::move(labels));
    series.gauge = std::make_unique<Gauge>();
    return *series.gauge;
}

Histogram& Metrics::histogram(std::string name, std::string help, std::vector<double> bounds,
                              MetricLabels labels) {
    Series& series = add(std::move(name), std::move(help), std::move(labels));
    series.histogram = std::make_unique<Histogram>(std::move(bounds));
    return *series.histogram;
}

// The count is the endless bucket's by construction: a reader never sees one without the other.
void Metrics::append_histogram(std::string& out, const Series& series) {
    const Histogram& histogram = *series.histogram;
    std::uint64_t below = 0;
    for (std::size_t i = 0; i <= histogram.bounds_.size(); ++i) {
        below += histogram.counts_[i].load(std::memory_order_relaxed);
        const double bound =
            i < histogram.bounds_.size() ? histogram.bounds_[i] : std::numeric_limits<double>::infinity();
        out += series.name;
        out += "_bucket";
        append_labels(out, series.labels, &bound);
        append_count(out, below);
    }
    append_sample(out, series.name + "_sum", series.labels, histogram.sum_.load(std::memory_order_relaxed));
    out += series.name;
    out += "_count";
    append_labels(out, series.labels);
    append_count(out, below);
}

std::string Metrics::text() const {
    std::string out;
    std::string_view told;
    for (const auto& series : series_) {
        if (series->name != told) {
            told = series->name;
            out += "# HELP ";
            out += told;
            out += ' ';
            append_escaped(out, series->help, false);
            fmt::format_to(std::back_inserter(out), "\n# TYPE {} {}\n", told,
                           series->counter ? "counter"
                           : series->gauge ? "gauge"
                                           : "histogram");
        }
        if (series->counter) {
            out += series->name;
            append_labels(out, series->labels);
            append_count(out, series->counter->value());
        } else if (series->gauge) {
            append_sample(out, series->name, series->labels, series->gauge->value());
        } else {
            append_histogram(out, *series);
        }
    }
    return out;
}

}  // namespace pulse
