#pragma once

#include <libwebsockets.h>

#include <memory>
#include <string>

/// What a libwebsockets client needs beside its callbacks. Included by .cpp files only: it brings the
/// library's header.
namespace pulse {

struct LwsContextDeleter {
    void operator()(lws_context* context) const noexcept { lws_context_destroy(context); }
};
using LwsContext = std::unique_ptr<lws_context, LwsContextDeleter>;

/// Takes the library's log over: everything goes to our debug level, the last error is remembered. For TLS
/// failures it is the only explanation: the callback says no more than that there was one.
void capture_library_log();
/// The last error the library logged on this thread, empty if none since forget_library_error().
const std::string& last_library_error();
void forget_library_error();

/// Throws Error(kIo) when the file can't be opened and Error(kConfig) when it holds no certificate. The
/// library itself would go on without, and trust no server of that CA.
void check_ca_file(const std::string& path);

/// Why no connection to `host` could be started, for people. May ask the name service.
std::string resolution_error(const std::string& host);

}  // namespace pulse
