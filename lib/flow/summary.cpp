#include "flow/summary.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <iterator>
#include <span>

#include "base/clock.hpp"
#include "base/json_text.hpp"
#include "embedded/pulse_flow.hpp"
#include "flow/parameters.hpp"
#include "flow/trade_sql.hpp"
#include "market/new_york.hpp"

namespace pulse::flow {

namespace {

constexpr int kSections = SummarySections::kPutCall + 1;
constexpr std::array<std::string_view, kSections> kNames{"total",     "by_ticker", "by_side", "by_expiry",
                                                         "by_strike", "by_time",   "cells",   "put_call"};
constexpr int kOpenMinutes = 9 * 60 + 30;

/// Numbers of summary.sql's sections in the order of SummarySections; put_call is made of the total.
constexpr std::array<int, kSections> kSqlSection{0, 1, 2, 3, 4, 5, 6, 0};

/// Columns of summary.sql.
enum Column : int {
    kColSection,
    kColTicker,
    kColSide,
    kColExpiry,
    kColStrike,
    kColSlot,
    kColTrades,
    kColContracts,
    kColPremium,
    kColCallTrades,
    kColCallContracts,
    kColCallPremium,
    kColPutTrades,
    kColPutContracts,
    kColPutPremium
};

struct Member {
    std::string_view name;
    Column column;
};

constexpr bool is_text(Column column) {
    return column == kColTicker || column == kColSide || column == kColExpiry;
}

void append_member(std::string& out, const store::Result& rows, int row, const Member& member) {
    if (out.back() != '{') out += ',';
    out += fmt::format("\"{}\":", member.name);
    if (member.column == kColSlot)
        append_json_string(out, rfc3339_ms(rows.integer(row, kColSlot)));
    else if (is_text(member.column))
        append_json_string(out, rows.text(row, member.column));
    else
        out += rows.text(row, member.column);  // PostgreSQL writes numbers as JSON does
}

void append_row(std::string& out, const store::Result& rows, int row, std::span<const Member> members) {
    out += '{';
    for (const Member& member : members) append_member(out, rows, row, member);
    out += '}';
}

constexpr Member kTradesMember{"trades", kColTrades};
constexpr Member kContractsMember{"contracts", kColContracts};
constexpr Member kPremiumMember{"premium", kColPremium};
constexpr Member kCallMember{"call_premium", kColCallPremium};
constexpr Member kPutMember{"put_premium", kColPutPremium};
constexpr std::array kTotalMembers{kTradesMember, kContractsMember, kPremiumMember};
constexpr std::array kTickerMembers{
    Member{"ticker", kColTicker}, kTradesMember, kContractsMember, kPremiumMember, kCallMember, kPutMember};
constexpr std::array kSideMembers{Member{"side", kColSide}, kTradesMember, kContractsMember, kPremiumMember};
constexpr std::array kExpiryMembers{
    Member{"expiry", kColExpiry}, kTradesMember, kContractsMember, kPremiumMember, kCallMember, kPutMember};
constexpr std::array kStrikeMembers{Member{"ticker", kColTicker},
                                    Member{"strike", kColStrike},
                                    kTradesMember,
                                    kContractsMember,
                                    kPremiumMember,
                                    kCallMember,
                                    kPutMember};
constexpr std::array kTimeMembers{Member{"from", kColSlot}, Member{"ticker", kColTicker},
                                  Member{"side", kColSide}, kTradesMember, kPremiumMember};
constexpr std::array kCellMembers{Member{"expiry", kColExpiry},
                                  Member{"strike", kColStrike},
                                  Member{"side", kColSide},
                                  kTradesMember,
                                  kContractsMember,
                                  kPremiumMember};

std::span<const Member> members_of(SummarySections::Section section) {
    switch (section) {
        case SummarySections::kTicker:
            return kTickerMembers;
        case SummarySections::kSide:
            return kSideMembers;
        case SummarySections::kExpiry:
            return kExpiryMembers;
        case SummarySections::kStrike:
            return kStrikeMembers;
        case SummarySections::kTime:
            return kTimeMembers;
        case SummarySections::kCells:
            return kCellMembers;
        default:
            return kTotalMembers;
    }
}

// Only for ratios, where a double is exact enough.
double number_in(const store::Result& rows, int row, Column column) {
    const auto text = rows.text(row, column);
    double value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::string ratio(const store::Result& rows, Column puts, Column calls) {
    const double divisor = number_in(rows, 0, calls);
    return divisor > 0 ? fmt::format("{:.4f}", number_in(rows, 0, puts) / divisor) : "null";
}

void append_section(std::string& out, const store::Result& rows, SummarySections::Section section, int most) {
    if (section == SummarySections::kPutCall) {
        out += fmt::format(
            R"({{"premium":{},"contracts":{},"trades":{}}})", ratio(rows, kColPutPremium, kColCallPremium),
            ratio(rows, kColPutContracts, kColCallContracts), ratio(rows, kColPutTrades, kColCallTrades));
        return;
    }
    if (section == SummarySections::kTotal) return append_row(out, rows, 0, kTotalMembers);
    out += '[';
    for (int row = 0, taken = 0; row < rows.rows() && taken < most; ++row) {
        if (rows.integer(row, kColSection) != kSqlSection[section]) continue;
        if (taken++ > 0) out += ',';
        append_row(out, rows, row, members_of(section));
    }
    out += ']';
}

std::vector<SummarySections::Section> wanted_sections(const SummaryQuestion& question) {
    std::vector<SummarySections::Section> wanted;
    for (int i = 0; i < kSections; ++i) {
        const auto section = static_cast<SummarySections::Section>(i);
        const bool sensible = section != SummarySections::kCells || question.filter.tickers.size() == 1;
        if (question.sections.has(section) && sensible) wanted.push_back(section);
    }
    return wanted;
}

store::Result read_sums(store::Connection& connection, const SummaryQuestion& question) {
    const std::int64_t since_ms = question.filter.since_ms.value_or(0);
    NewYorkClock clock;
    Statement statement(sql::summary_sql);
    statement.fill_in(":slot_minutes", statement.bind(std::to_string(question.bucket_minutes), "int"));
    // Slots start at the opening bell of the first day.
    statement.fill_in(":origin", statement.bind_ms(new_york_ms(clock.date_of(since_ms), kOpenMinutes)));
    // The total is always read: it is the row that the ratios need.
    std::vector<int> sections{0};
    for (const auto section : wanted_sections(question)) sections.push_back(kSqlSection[section]);
    statement.fill_in(":sections", statement.bind(number_array(sections), "int[]"));
    const std::string conditions =
        conditions_sql(statement, question.filter) + range_sql(statement, question.filter, std::nullopt);
    statement.fill_in(":conditions", conditions);
    const ReadTransaction transaction(connection, ReadTransaction::kSums);
    return statement.run(connection);
}

}  // namespace

SummarySections::SummarySections() : mask_((1U << kSections) - 1) {}

SummarySections SummarySections::parse(std::string_view list) {
    SummarySections sections;
    sections.mask_ = 0;
    for (const std::string& name : read_list("fields", list)) {
        std::size_t section = 0;
        while (section < kNames.size() && kNames[section] != name) ++section;
        if (section == kNames.size())
            throw ParameterError("fields", fmt::format("fields may name {}", fmt::join(kNames, ", ")));
        sections.mask_ |= 1U << section;
    }
    return sections;
}

std::optional<TimeRange> newest_day(store::Connection& connection) {
    const auto rows =
        connection.run("SELECT (extract(epoch FROM max(trade_time)) * 1000)::bigint FROM smart_money_trades");
    if (rows.front().null(0, 0)) return std::nullopt;
    NewYorkClock clock;
    clock.date_of(rows.front().integer(0, 0));
    return TimeRange{clock.day_start_ms(), clock.day_end_ms() - 1};
}

std::string summary_json(store::Connection& connection, const SummaryQuestion& question) {
    const store::Result rows = read_sums(connection, question);
    std::string out;
    for (const auto section : wanted_sections(question)) {
        if (!out.empty()) out += ',';
        out += fmt::format("\"{}\":", kNames[section]);
        const bool by_strike = section == SummarySections::kStrike;
        append_section(out, rows, section, by_strike ? question.strikes : rows.rows());
    }
    return out;
}

}  // namespace pulse::flow
