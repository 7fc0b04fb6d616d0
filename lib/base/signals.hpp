#pragma once

namespace pulse {

/// Ignores SIGPIPE (every write is checked instead) and turns the first SIGTERM or SIGINT into a polite
/// request to stop; the second one ends the process at once with status 128 + signal. A SIGINT that was
/// ignored when the process started stays ignored: a shell does that to the background stages of a pipeline,
/// and Ctrl-C is then its business.
void install_stop_signals();

/// True once a stop was requested. Safe from any thread.
bool stop_requested() noexcept;

/// A descriptor that becomes readable, and stays so, once a stop was requested: put it in every poll set so
/// that a signal can't slip in between the test and the sleep. -1 before install_stop_signals().
int stop_fd() noexcept;

/// Asks for a stop from inside the process, exactly as the first SIGTERM would.
void request_stop() noexcept;

}  // namespace pulse
