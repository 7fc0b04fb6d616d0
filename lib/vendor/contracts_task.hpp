#pragma once

#include <functional>
#include <string>
#include <vector>

#include "vendor/backfill_outlet.hpp"
#include "vendor/fetch.hpp"
#include "vendor/page_chain.hpp"
#include "vendor/rest_rows.hpp"
#include "vendor/rest_urls.hpp"

namespace pulse {

/// Lists contracts of one underlying: one of the two halves, expired or live, that the vendor keeps apart.
class ContractsTask final : public FetchTask {
  public:
    using Done = std::function<void(std::vector<RestContract>)>;

    /// `done` gets the list, in the order given, when it is complete. Rows without a symbol that can be read
    /// go to `edge`, and a warning tells how many.
    ContractsTask(const std::string& base, const ContractsQuery& query, BackfillEdge& edge, Done done);

    [[nodiscard]] FetchRequest request() override { return {pages_.url(), {}, true, true}; }
    void start(const FetchReply& reply) override;
    void body(std::string_view piece) override;
    FetchNext end() override;
    [[nodiscard]] std::string broken_reason() const override { return pages_.broken_reason(); }
    [[nodiscard]] std::string name() const override { return pages_.name(); }

  private:
    void take_row(std::string_view row);
    FetchNext finish();

    std::string first_url_;
    PageChain pages_;
    BackfillEdge& edge_;
    Done done_;
    RestRowReader reader_;
    std::vector<RestContract> contracts_;
    std::uint64_t rows_ = 0;
    std::uint64_t unusable_ = 0;
};

}  // namespace pulse
