#pragma once

#include <functional>
#include <string>

#include "pipe/summary.hpp"
#include "wire/tape_run.hpp"

namespace pulse {

/// What a tool over the tape does: shows standard input to the stage and passes it on to standard output.
/// `rejects` (a path or empty) and `strict` as in Rejects. `tell` gets the counts at the end, also when that
/// is an error. Throws what TapeRun::run() and Rejects throw.
void run_tape_tool(TapeStage& stage, TapeRun::Options options, const std::string& rejects, bool strict,
                   const std::function<void(const Summary&)>& tell);

}  // namespace pulse
