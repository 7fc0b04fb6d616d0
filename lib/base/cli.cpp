#include "base/cli.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <map>
#include <sstream>

#include "base/fd.hpp"
#include "base/log.hpp"
#include "base/signals.hpp"

namespace pulse {

namespace {

struct LogOptions {
    std::string level = "info";
    std::string format = "text";
};

void add_log_options(CLI::App& app, LogOptions& options) {
    app.add_option("--log-level", options.level, "how much to say on stderr: error, warn, info, debug")
        ->envname("LOG_LEVEL")
        ->check(CLI::IsMember({"error", "warn", "info", "debug"}))
        ->capture_default_str();
    app.add_option("--log-format", options.format, "text, or json: one object a line")
        ->envname("LOG_FORMAT")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
}

void configure_log(const std::string& tool, const LogOptions& options) {
    static const std::map<std::string, log::Level> levels{{"error", log::Level::kError},
                                                          {"warn", log::Level::kWarn},
                                                          {"info", log::Level::kInfo},
                                                          {"debug", log::Level::kDebug}};
    log::configure(tool, levels.at(options.level),
                   options.format == "json" ? log::Format::kJson : log::Format::kText);
}

// CLI11 prints help and usage; its own exit codes (103-114) become 0 or 2, and a full disk is noticed.
Exit report_parse_result(const CLI::App& app, const std::string& tool, const CLI::ParseError& result) {
    std::ostringstream out;
    std::ostringstream err;
    const int code = app.exit(result, out, err);
    if (!err.str().empty()) write_all(STDERR_FILENO, tool + ": " + err.str());
    if (write_all(STDOUT_FILENO, out.str()) != 0) return Exit::kIo;
    return code == 0 ? Exit::kOk : Exit::kUsage;
}

Exit run_body(const std::function<Exit()>& body) {
    try {
        install_stop_signals();
        return body();
    } catch (const Error& e) {
        log::error("{}", e.what());
        return e.exit();
    } catch (const std::exception& e) {
        log::error("unexpected failure: {}", e.what());
        return Exit::kFailure;
    }
}

}  // namespace

int run_tool(int argc, char** argv, const ToolInfo& info, const std::function<void(CLI::App&)>& declare,
             const std::function<Exit()>& body) {
    occupy_standard_fds();
    CLI::App app(info.summary, info.name);
    app.footer(info.footer);
    app.set_version_flag("--version", info.name + " " PULSE_VERSION);
    app.get_formatter()->column_width(34);
    LogOptions log_options;
    declare(app);
    add_log_options(app, log_options);
    log::configure(info.name, log::Level::kInfo, log::Format::kText);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& result) {
        return static_cast<int>(report_parse_result(app, info.name, result));
    } catch (const Error& e) {
        log::error("{}", e.what());
        return static_cast<int>(e.exit());
    }
    configure_log(info.name, log_options);
    return static_cast<int>(run_body(body));
}

}  // namespace pulse
