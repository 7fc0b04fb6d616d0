#pragma once

#include <string>

#include "market/baseline_builder.hpp"

namespace pulse {

/// Appends the B record with its newline:
/// {"ev":"B","session":"2025-12-05","ticker","side","dte_bucket","slot":"10:00","window_min":30,"contracts":n,
///  "hist":[[bucket,count],…]}
void append_baseline(std::string& out, const BaselineCell& cell);

}  // namespace pulse
