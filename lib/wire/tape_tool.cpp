#include "wire/tape_tool.hpp"

#include <unistd.h>

#include "base/fd.hpp"

namespace pulse {

void run_tape_tool(TapeStage& stage, TapeRun::Options options, const std::string& rejects, bool strict,
                   const std::function<void(const Summary&)>& tell) {
    grow_pipe(STDOUT_FILENO);
    Output output(STDOUT_FILENO, "stdout");
    Rejects rejected(rejects, strict);
    TapeRun tape(stage, options, output, rejected);
    try {
        tape.run(STDIN_FILENO, "stdin");
    } catch (...) {
        tell(tape.summary());
        throw;
    }
    rejected.finish();
    tell(tape.summary());
}

}  // namespace pulse
