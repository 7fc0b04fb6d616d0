#include "briefing_reader.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <map>
#include <regex>

#include "briefing_spelling.hpp"

namespace pulse::flow::test {

namespace {

using Json = simdjson::dom::element;

double real(const Json& json, const std::string& path) {
    return double(json.at_pointer(path));
}
std::int64_t whole(const Json& json, const std::string& path) {
    return std::int64_t(json.at_pointer(path));
}
std::string text(const Json& json, const std::string& path) {
    return std::string(std::string_view(json.at_pointer(path)));
}
bool missing(const Json& json, const std::string& path) {
    return json.at_pointer(path).is_null();
}

/// One reading: what it found wrong, sentence by sentence.
class Reader {
  public:
    explicit Reader(const Json& briefing) : briefing_(briefing), evidence_(briefing["evidence"]) {}

    std::vector<std::string> read() {
        std::string joined;
        for (const Json sentence : simdjson::dom::array(briefing_["sentences"])) {
            sentence_ = text(sentence, "/text");
            parts_.push_back(text(sentence, "/part"));
            joined += (joined.empty() ? "" : " ") + sentence_;
            judge(parts_.back());
        }
        sentence_ = text(briefing_, "/text");
        expect(sentence_ == joined, "the text isn't its sentences");
        judge_words();
        judge_parts();
        return std::move(objections_);
    }

  private:
    void expect(bool fact, const std::string& what) {
        if (!fact) objections_.push_back(what + ": " + sentence_);
    }
    void same(const std::string& said, const std::string& evident) {
        expect(said == evident, "says '" + said + "', evidence has '" + evident + "'");
    }
    /// The sentence, taken apart; false when it isn't of that form.
    bool is(const char* form) {
        std::smatch match;
        if (!std::regex_match(sentence_, match, std::regex(form))) return false;
        found_.assign(match.begin(), match.end());
        return true;
    }

    void judge(const std::string& part) {
        if (part == "flow") return judge_flow();
        if (part == "unusual") return judge_unusual();
        if (part == "side") return same(sentence_, "Side unknown: no quotes.");
        if (part == "left_out")
            return judge_amount("Multi-leg, stock-tied and late premium left out: ", "left_out");
        if (part == "auction") return judge_amount("Premium in auctions, mostly retail orders: ", "auction");
        if (part == "history") return judge_history();
        if (part == "last_time") return judge_last_time();
        if (part == "coverage") return judge_coverage();
        expect(false, "no such part: " + part);
    }

    void judge_amount(const std::string& words, const std::string& name) {
        same(sentence_, words + amount(real(evidence_, "/cluster/" + name + "_premium")) + ".");
    }

    void judge_empty_flow() {
        expect(missing(evidence_, "/cluster"), "there is a cluster");
        const bool filtered = !missing(evidence_, "/filter");
        const std::string asked = names("/tickers");
        const std::string about = (asked.empty() ? "All tickers watched" : asked) +
                                  (filtered ? " (" + text(evidence_, "/filter") + ")" : "") + ": ";
        if (!names("/unjoined").empty())
            return same(sentence_, about + "unknown: " + unjoined() +
                                       ": run scripts/backfill, or the pipeline without PULSE_CHAIN=basic.");
        const std::string window = "the window " + clock_at(text(evidence_, "/window/from")) + " to " +
                                   clock_at(text(evidence_, "/window/to")) + " ET on " +
                                   date_at(text(evidence_, "/window/from"));
        const std::string state = text(evidence_, "/coverage_state");
        const double left_out = real(evidence_, "/left_out");
        if (left_out > 0) {
            // There were orders, so that nobody may say that there were none.
            const std::string holds =
                "holds only multi-leg, stock-tied or late prints: " + money(left_out) + ".";
            static const std::map<std::string, std::array<std::string, 2>> kBefore{
                {"complete", {"", " "}},
                {"partial", {"unknown, ", " isn't covered whole and "}},
                {"unknown", {"unknown, ", " isn't covered and "}},
                {"pending", {"unknown so far, by now ", " "}}};
            return same(sentence_, about + kBefore.at(state)[0] + window + kBefore.at(state)[1] + holds);
        }
        const std::string order = filtered ? " holds no matching order" : " holds no order";
        const std::map<std::string, std::string> claims{
            {"complete", "none, " + window + order},
            {"partial", "unknown, " + window + order + " but isn't covered whole"},
            {"unknown", "unknown, " + window + " isn't covered"},
            {"pending", "unknown so far, nothing of " + window + " can have arrived yet"}};
        same(sentence_, about + claims.at(state) + ".");
    }

    /// Names of a list of the evidence; of more than seven their number.
    [[nodiscard]] std::string names(const std::string& path) const {
        const simdjson::dom::array list(evidence_.at_pointer(path));
        if (list.size() > 7) return std::to_string(list.size()) + " tickers";
        std::string joined;
        for (const Json name : list)
            joined += (joined.empty() ? "" : ", ") + std::string(std::string_view(name));
        return joined;
    }

    [[nodiscard]] std::string unjoined() const {
        const bool all = simdjson::minify(evidence_["tickers"]) == simdjson::minify(evidence_["unjoined"]);
        return "trades" + (all ? "" : " of " + names("/unjoined")) +
               " are stored, but their orders weren't joined";
    }

    void judge_flow() {
        if (!is("(\\S+) (\\S+) ([CP]) (\\S+) \\((\\d+) DTE\\): (at least )?(\\S+) premium in (.* orders?) "
                "\\((.* "
                "prints?), (.* exchanges?)\\) (between (.*) and|at) (\\S+) ET on ([0-9-]{10})(, (.*) of "
                "(\\S+) "
                "(call|put) order premium in that window)?\\."))
            return judge_empty_flow();
        const Json cluster = evidence_["cluster"];
        const bool call = text(cluster, "/side") == "CALL";
        same(found_[1], text(cluster, "/ticker"));
        same(found_[2], trimmed(printed("%.4f", real(cluster, "/strike"))));
        same(found_[3], call ? "C" : "P");
        same(found_[4], text(cluster, "/expiry"));
        same(found_[5], std::to_string(whole(cluster, "/dte")));
        expect(found_[6].empty() == (text(evidence_, "/coverage_state") == "complete"), "at least?");
        same(found_[7], money(real(cluster, "/premium")));
        same(found_[8], several(whole(cluster, "/orders"), "order"));
        same(found_[9], several(whole(cluster, "/prints"), "print"));
        same(found_[10], several(whole(cluster, "/exchanges"), "exchange"));
        const std::string first = clock_at(text(cluster, "/first")), last = clock_at(text(cluster, "/last"));
        if (first == last)
            same(found_[11], "at");
        else
            same(found_[12], first);
        same(found_[13], last);
        same(found_[14], date_at(text(cluster, "/first")));
        expect(found_[15].empty() == missing(cluster, "/share_of_side"), "share?");
        if (!found_[15].empty()) judge_share(real(cluster, "/share_of_side"), call, text(cluster, "/ticker"));
    }

    void judge_share(double share, bool call, const std::string& ticker) {
        same(found_[17], ticker);
        same(found_[18], call ? "call" : "put");
        if (found_[16] == "under 1 %") return expect(share < 0.005, "share");
        if (found_[16] == "over 99 %") return expect(share >= 0.995, "share");
        same(found_[16], std::to_string(percent(share)) + " %");
    }

    /// Two digits, the nearest.
    void judge_rounded(double said, double evident) {
        const double unit = evident > 0 ? std::pow(10, std::floor(std::log10(evident)) - 1) : 1;
        expect(std::abs(said - evident) <= unit / 2 * (1 + 1e-9), "alarms a day");
        expect(std::abs(said / unit - std::round(said / unit)) < 1e-6, "more digits than two");
    }

    void judge_unusual() {
        const std::string status = text(evidence_, "/cluster/unusual/status");
        const Json score = evidence_["cluster"]["unusual"];
        if (is("Comparable windows in (.* earlier sessions?): (none|at most \\S+) of (\\S+) had as much "
               "premium or "
               "more \\(p ≤ ([0-9.]+)(; about (\\S+) such alarms a day are expected by chance over all "
               "tickers "
               "watched or asked about)?\\)\\.")) {
            same("scored", status);
            same(found_[1], several(whole(score, "/sessions"), "earlier session"));
            const std::int64_t larger = whole(score, "/larger");
            same(found_[2], larger == 0 ? "none" : "at most " + commas(larger));
            same(found_[3], commas(whole(score, "/windows")));
            const double p = real(score, "/p"), said = std::stod(found_[4]);
            const double unit = std::pow(10, std::floor(std::log10(p)) - 1);
            expect(said >= p * (1 - 1e-9) && said < p + unit, "p");
            expect(std::abs(said / unit - std::round(said / unit)) < 1e-6, "more digits than two");
            expect(found_[5].empty() == missing(score, "/expected_per_day"), "alarms?");
            if (found_[5].empty()) return;
            const double said_alarms = std::stod(std::regex_replace(found_[6], std::regex(","), ""));
            judge_rounded(said_alarms, real(score, "/expected_per_day"));
            return;
        }
        static const std::map<std::string, std::string> kOthers{
            {"insufficient_history", "insufficient history, N of 20 sessions needed"},
            {"no_cell", "none are kept for more than 30 days to expiry or outside of market time"},
            {"gap", "not compared, this window isn't known whole"},
            {"no_baseline", "no baseline of such windows is stored"}};
        const auto other = kOthers.find(status);
        if (other == kOthers.end()) return expect(false, "scored, and doesn't say so");
        same(sentence_, "Comparable windows: " +
                            std::regex_replace(other->second, std::regex("N"),
                                               std::to_string(whole(score, "/sessions"))) +
                            "; no p.");
    }

    void judge_history();
    void judge_followed(const std::string& followed);
    [[nodiscard]] std::string fair_verdict() const;
    void judge_last_time();

    void judge_coverage() {
        if (parts_.size() == 1 && sentence_ == "Simulated data: every trade is invented.")
            return expect(bool(evidence_["simulated"]), "not simulated");
        if (is("Behind by ([^:]*)(: stored up to (.*) ET on (.*))?\\.")) return judge_behind();
        if (!is("Feed delay(ed ([^;]*)| unknown); (.*)\\.")) return expect(false, "not understood");
        expect(missing(evidence_, "/feed_delay_s") == (found_[1] == " unknown"), "delay?");
        if (found_[1] != " unknown") same(found_[2], duration(whole(evidence_, "/feed_delay_s")));
        static const std::map<std::string, std::string> kClaims{
            {"complete", "no gap in the window"},
            {"partial", "the window isn't covered whole, the rest is unknown"},
            {"pending", "nothing of the window can have arrived yet"},
            {"unknown", "the window isn't covered, what happened there is unknown"}};
        const std::int64_t gaps = whole(evidence_, "/gap_count");
        const bool others = !missing(evidence_, "/cluster") && !names("/unjoined").empty();
        same(found_[3], (gaps > 0 ? several(gaps, "gap") + " in the window, what happened there is unknown"
                                  : kClaims.at(text(evidence_, "/coverage_state"))) +
                            (others ? "; " + unjoined() : ""));
    }

    void judge_behind() {
        expect(!missing(evidence_, "/behind_s"), "not behind");
        if (missing(evidence_, "/behind_s")) return;
        same(found_[1], duration(whole(evidence_, "/behind_s")));
        expect(found_[2].empty() == missing(evidence_, "/live_until"), "stored up to?");
        if (found_[2].empty()) return;
        same(found_[3], clock_at(text(evidence_, "/live_until")));
        same(found_[4], date_at(text(evidence_, "/live_until")));
    }

    void judge_words() {
        static const std::regex kNever(
            "\\b(bought|buy\\w*|sold|sell\\w*|bullish|bearish|will|likely|predict\\w*|forecast\\w*|going "
            "to|should|"
            "certain\\w*|sure\\w*|long|short|insider\\w*|smart)\\b",
            std::regex::icase);
        std::smatch match;
        expect(!std::regex_search(sentence_, match, kNever), "says what the data can't");
    }

    /// Everything that must be said is said, in order, and nothing else.
    void judge_parts() {
        std::vector<std::string> due;
        if (bool(evidence_["simulated"])) due.emplace_back("coverage");
        if (!missing(evidence_, "/behind_s")) due.emplace_back("coverage");
        due.emplace_back("flow");
        if (!missing(evidence_, "/cluster"))
            for (const char* part : {"unusual", "side", "left_out", "auction"}) due.emplace_back(part);
        if (!missing(evidence_, "/outcomes")) {
            due.emplace_back("history");
            if (simdjson::dom::array(evidence_.at_pointer("/outcomes/analogues")).size() > 0)
                due.emplace_back("last_time");
        }
        due.emplace_back("coverage");
        expect(parts_ == due, "parts");
    }

    Json briefing_, evidence_;
    std::string sentence_;            ///< the one being judged
    std::vector<std::string> found_;  ///< its pieces
    std::vector<std::string> parts_;
    std::vector<std::string> objections_;
};

std::vector<double> numbers(const Json& list) {
    std::vector<double> all;
    for (const Json value : simdjson::dom::array(list)) all.push_back(double(value));
    return all;
}

void Reader::judge_history() {
    const Json outcomes = evidence_["outcomes"];
    const std::int64_t sessions = whole(outcomes, "/period/sessions");
    const std::int64_t unknown = whole(outcomes, "/period/unknown_sessions");
    const auto alike = static_cast<std::int64_t>(simdjson::dom::array(outcomes["analogues"]).size());
    const std::string ticker = text(outcomes, "/similarity/ticker");
    const std::string side = text(outcomes, "/similarity/side") == "CALL" ? "call" : "put";
    const std::string start = "Similar events before: ", end = " Too few to claim an effect.";
    const std::int64_t skipped = whole(outcomes, "/period/skipped_sessions");
    const std::string newer = missing(outcomes, "/event") || skipped == 0
                                  ? ""
                                  : " The event is of " + text(outcomes, "/event/session") +
                                        "; newer sessions that are unknown: " + std::to_string(skipped) + ".";
    if (missing(outcomes, "/similarity/premium_to")) {
        const std::string order = ticker + " " + side + " order";
        // "None" only when all that is stored was known.
        const std::string none =
            "nothing to compare with, no " + order + " in " + several(sessions, "known session");
        const std::string gone = "unknown: no completely known session with " + order + "s in the " +
                                 several(whole(outcomes, "/period/days"), "day") + " before " +
                                 date_at(text(outcomes, "/as_of")) + ".";
        return same(sentence_,
                    start +
                        (sessions > 0 && unknown == 0 ? none + " from " + text(outcomes, "/period/from") +
                                                            " to " + text(outcomes, "/period/to") + "."
                                                      : gone) +
                        end);
    }
    if (sessions == 0) return same(sentence_, start + "unknown, no earlier session is stored." + newer + end);
    if (sessions == unknown)
        return same(sentence_, start + "unknown, of " + several(sessions, "session") +
                                   " stored none is known whole (gaps, or orders that weren't joined)." +
                                   newer + end);
    if (!is("Similar events before \\((\\S+) to (\\S+) of one (\\S+) (call|put) in 30 minutes\\): (\\S+) in "
            "(\\d+ known "
            "sessions?) from (\\S{10}) to (\\S{10})(; (\\S+ sessions?) unknown)?\\.( The event is of "
            "[^.]*\\.)? (What followed .*?\\. )?([^.]*\\.)"))
        return expect(false, "not understood");
    same(found_[1], money(real(outcomes, "/similarity/premium_from")));
    same(found_[2], money(real(outcomes, "/similarity/premium_to")));
    same(found_[3], ticker);
    same(found_[4], side);
    same(found_[5], alike == 0 ? "none" : std::to_string(alike));
    same(found_[6], several(sessions - unknown, "known session"));
    same(found_[7], text(outcomes, "/period/from"));
    same(found_[8], text(outcomes, "/period/to"));
    expect(found_[9].empty() == (unknown == 0), "unknown sessions?");
    if (unknown > 0) same(found_[10], several(unknown, "session"));
    same(found_[11], newer);
    same(found_[13], fair_verdict());
    expect(found_[12].empty() == (alike == 0), "what followed?");
    if (alike > 0) judge_followed(std::string(found_[12]));
}

std::string overlap(std::int64_t n, std::int64_t apart) {
    return apart == n ? "" : ", " + std::to_string(apart) + " of them don't overlap";
}

void Reader::judge_followed(const std::string& followed) {
    const Json horizon = evidence_.at_pointer("/outcomes/horizons/0");
    const Count found(numbers(horizon["tradable"]["returns"]));
    const Count base(numbers(horizon["base"]["tradable"]["returns"]));
    const std::int64_t incomplete = whole(horizon, "/incomplete");
    std::string due = "What followed from the next open to the close of session +1: ";
    if (found.n == 0)
        due += "not known of any";
    else if (found.n == 1)
        due += "known of one only, which shows nothing; it stands in the evidence";
    else
        due += "up in " + std::to_string(found.up) + " of " + std::to_string(found.n) + " (Wilson " +
               std::to_string(percent(found.bound(-1))) + "–" + std::to_string(percent(found.bound(1))) +
               " %), median " + signed_percent(found.median) +
               overlap(found.n, whole(horizon, "/independent/n"));
    if (incomplete > 0) due += "; not over or without bars: " + std::to_string(incomplete);
    if (found.n == 1) return same(followed, due + ". ");  // with nothing beside it to compare it with
    due += "; ordinary " + text(evidence_, "/outcomes/similarity/ticker") + " sessions: ";
    if (base.n == 0)
        due += "none known";
    else if (base.n == 1)
        due += "known of one only";
    else
        due += "up in " + std::to_string(base.up) + " of " + std::to_string(base.n) + " (" +
               printed("%.0f", std::floor(100 * base.share() + 0.5 + 1e-9)) + " %), median " +
               signed_percent(base.median) + overlap(base.n, whole(horizon, "/independent/base/n"));
    same(followed, due + ". ");
}

std::string Reader::fair_verdict() const {
    const Json horizon = evidence_.at_pointer("/outcomes/horizons/0");
    const Count found(numbers(horizon["tradable"]["returns"]));
    const Count base(numbers(horizon["base"]["tradable"]["returns"]));
    const std::int64_t n = whole(horizon, "/independent/n"), base_n = whole(horizon, "/independent/base/n");
    if (found.n < 20) return "Too few to claim an effect.";
    if (n < 20) return "Too few that don't overlap to claim an effect.";
    if (base.n < 20) return "Too few ordinary sessions to claim an effect.";
    if (base_n < 20) return "Too few ordinary sessions that don't overlap to claim an effect.";
    // Newcombe's interval, from the counts alone.
    const Count apart(whole(horizon, "/independent/up"), n);
    const Count beside(whole(horizon, "/independent/base/up"), base_n);
    const double difference = apart.share() - beside.share();
    const double below = apart.share() - apart.bound(-1), above = apart.bound(1) - apart.share();
    const double low = difference - std::sqrt(below * below + std::pow(beside.bound(1) - beside.share(), 2));
    const double high =
        difference + std::sqrt(above * above + std::pow(beside.share() - beside.bound(-1), 2));
    if (std::abs(low - real(horizon, "/difference/low")) > 5.1e-5 ||
        std::abs(high - real(horizon, "/difference/high")) > 5.1e-5)
        return "The difference isn't what the counts say.";
    if (low <= 0 && high >= 0) return "No difference from ordinary sessions shows.";
    return "The share of ups differs from the ordinary one, by " + points(real(horizon, "/difference/low")) +
           " to " + points(real(horizon, "/difference/high")) +
           " points (95 %); not corrected for how many questions were asked.";
}

void Reader::judge_last_time() {
    const Json analogues = evidence_.at_pointer("/outcomes/analogues");
    const std::size_t alike = simdjson::dom::array(analogues).size();
    const Json last = analogues.at_pointer("/0");
    const std::size_t followed =
        numbers(evidence_.at_pointer("/outcomes/horizons/0/tradable/returns")).size();
    std::string what = "what followed isn't known";
    if (!missing(last, "/returns/1/tradable"))
        what = followed == 1
                   ? "what followed stands in the evidence"
                   : signed_percent(real(last, "/returns/1/tradable")) + " from the open to the close of " +
                         text(last, "/entry") + ", the first session to open after it could be known";
    same(sentence_, "Last time: the event was on " + text(last, "/session") + "; " + what + " (" +
                        (alike == 1 ? "the only one, no pattern" : "one of " + std::to_string(alike)) + ").");
}

}  // namespace

std::vector<std::string> objections_to(const std::string& briefing_json) {
    simdjson::dom::parser parser;
    return Reader(Json(parser.parse(briefing_json))).read();
}

}  // namespace pulse::flow::test
