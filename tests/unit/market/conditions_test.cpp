#include "market/conditions.hpp"

#include <array>

#include "catch.hpp"

using namespace pulse;

TEST_CASE("cancels are told from late reports by their id") {
    for (const int id : {201, 203, 205, 207}) CHECK(is_cancel_condition(id));
    for (const int id : {202, 204, 206, 208, 209, 219, 999, 0, -1}) CHECK_FALSE(is_cancel_condition(id));
    CHECK(is_cancel(std::array<std::int16_t, 2>{209, 203}));
    CHECK_FALSE(is_cancel(std::array<std::int16_t, 2>{209, 202}));
    CHECK_FALSE(is_cancel({}));
}

TEST_CASE("every listed condition belongs to at most one of the leg kinds") {
    for (int id = 201; id <= 248; ++id)
        CHECK_FALSE((is_multileg_condition(id) && is_stock_tied_condition(id)));
    CHECK(is_multileg_condition(233));
    CHECK(is_stock_tied_condition(237));
    CHECK(is_sweep_condition(228));
    CHECK(is_late_condition(202));
}
