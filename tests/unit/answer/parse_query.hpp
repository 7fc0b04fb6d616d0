#pragma once

#include <string_view>

#include "flow/parameters.hpp"

/// `limit=1&side=CALL` as parameters; nothing is decoded.
inline pulse::flow::Parameters parse_query(std::string_view query) {
    pulse::flow::Parameters parameters;
    while (!query.empty()) {
        const std::string_view part = query.substr(0, query.find('&'));
        query.remove_prefix(part.size() == query.size() ? part.size() : part.size() + 1);
        const auto equals = part.find('=');
        parameters.emplace_back(part.substr(0, equals), part.substr(equals + 1));
    }
    return parameters;
}
