#include "mcp/message.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>

#include "market/decimal.hpp"

namespace pulse::mcp {

namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::string_view kVersionKey = "io.modelcontextprotocol/protocolVersion";
constexpr std::string_view kCapabilitiesKey = "io.modelcontextprotocol/clientCapabilities";
constexpr std::size_t kMostArguments = 32;
constexpr std::size_t kMostKeys = 256;  // of an object: finding those given twice takes the square of it

std::string_view trim_blanks(std::string_view text) {
    while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
    return text;
}

std::string_view token_of(ondemand::value& value) {
    return trim_blanks(value.raw_json_token());
}

std::optional<std::string> string_of(ondemand::value& value) {
    std::string_view text;
    if (value.type() != ondemand::json_type::string || value.get_string().get(text) != simdjson::SUCCESS)
        return std::nullopt;
    return std::string(text);
}

bool is_object(ondemand::value& value) {
    return value.type() == ondemand::json_type::object;
}

bool has_control_character(std::string_view text) {
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; });
}

/// The keys of one object, to notice those given twice.
class Keys {
  public:
    /// False: it was there before.
    bool add(std::string_view key) {
        if (std::find(seen_.begin(), seen_.end(), key) != seen_.end()) return false;
        seen_.emplace_back(key);
        return true;
    }
    [[nodiscard]] std::size_t count() const { return seen_.size(); }

  private:
    std::vector<std::string> seen_;
};

/// Calls `take(key, value)` for each field; false when a key is there twice or there are more than `most`.
template <typename Take>
bool each_field(ondemand::object object, std::size_t most, const Take& take) {
    Keys keys;
    for (auto field : object) {
        const std::string key(std::string_view(field.unescaped_key()));
        ondemand::value value = field.value();
        if (keys.count() == most || !keys.add(key)) return false;
        take(key, value);
    }
    return true;
}

// 50000.0 is what some languages make of 50000; a whole number is wanted without the point.
std::string number_text(std::string_view token) {
    const auto number = parse_decimal(token);
    return number ? decimal_text(*number) : std::string(token);
}

/// The text of a string, a number or a boolean; nothing for anything else.
std::optional<std::string> scalar_text(ondemand::value& value) {
    switch (value.type()) {
        case ondemand::json_type::string:
            return string_of(value);
        case ondemand::json_type::number:
            return number_text(token_of(value));
        case ondemand::json_type::boolean:
            return std::string(token_of(value));
        default:
            return std::nullopt;
    }
}

std::optional<std::string> list_text(ondemand::array array) {
    std::string list;
    bool usable = true;
    bool first = true;
    for (auto element : array) {
        ondemand::value value = element.value();
        const auto text = scalar_text(value);
        usable = usable && text && text->find(',') == std::string::npos;
        if (!usable) continue;
        if (!first) list += ',';
        first = false;
        list += *text;
    }
    return usable ? std::optional(list) : std::nullopt;
}

Argument argument_of(std::string_view name, ondemand::value& value) {
    Argument argument{std::string(name), {}, {}};
    const bool list = value.type() == ondemand::json_type::array;
    const auto text = list ? list_text(value.get_array()) : scalar_text(value);
    if (!text)
        argument.problem =
            "send a string, a number, true, false or a list of these; leave it out for the default";
    else if (has_control_character(*text))
        argument.problem = "it has control characters: send plain text";
    else
        argument.value = *text;
    return argument;
}

void read_envelope(ondemand::value& meta, Request& request) {
    if (!is_object(meta)) {
        request.params_problem = "_meta must be an object";
        return;
    }
    auto& envelope = request.envelope;
    const bool unique =
        each_field(meta.get_object(), kMostKeys, [&](const std::string& key, ondemand::value& value) {
            if (key == kVersionKey) {
                envelope.versioned = true;
                envelope.version = string_of(value);
            } else if (key == kCapabilitiesKey) {
                envelope.capabilities = is_object(value);
            }
        });
    if (!unique) request.params_problem = "a key of _meta is given twice, or there are too many";
}

void read_arguments(ondemand::value& arguments, Request& request) {
    if (!is_object(arguments)) {
        request.params_problem = "arguments must be an object";
        return;
    }
    const bool usable = each_field(arguments.get_object(), kMostArguments,
                                   [&](const std::string& key, ondemand::value& value) {
                                       request.arguments.push_back(argument_of(key, value));
                                   });
    if (!usable)
        request.params_problem =
            fmt::format("an argument is given twice, or there are more than {}", kMostArguments);
}

void read_param(const std::string& key, ondemand::value& value, Request& request) {
    if (key == "_meta") {
        read_envelope(value, request);
    } else if (key == "protocolVersion") {
        request.protocol_version = string_of(value);
    } else if (key == "name") {
        request.tool = string_of(value);
    } else if (key == "arguments") {
        read_arguments(value, request);
    } else if (key == "cursor" && value.type() != ondemand::json_type::string) {
        request.params_problem = "cursor must be a string";
    }
}

void read_params(ondemand::value& params, Request& request) {
    if (!is_object(params)) {
        request.params_problem = "params must be an object";
        return;
    }
    const bool unique =
        each_field(params.get_object(), kMostKeys,
                   [&](const std::string& key, ondemand::value& value) { read_param(key, value, request); });
    if (!unique) request.params_problem = "a key of params is given twice, or there are too many";
}

/// The fields around params, as they come.
struct Frame {
    Request request;
    std::optional<std::string> version;
    bool id_seen = false;
    bool id_usable = false;
    bool method_seen = false;
    bool method_usable = false;
    bool response = false;  ///< it has a result or an error
};

void read_id(ondemand::value& value, Frame& frame) {
    frame.id_seen = true;
    const ondemand::json_type type = value.type();
    frame.id_usable = type == ondemand::json_type::string || type == ondemand::json_type::number;
    if (frame.id_usable) frame.request.id = token_of(value);
}

void read_frame_field(const std::string& key, ondemand::value& value, Frame& frame) {
    if (key == "jsonrpc") {
        frame.version = string_of(value);
    } else if (key == "id") {
        read_id(value, frame);
    } else if (key == "method") {
        frame.method_seen = true;
        const auto method = string_of(value);
        frame.method_usable = method.has_value();
        frame.request.method = method.value_or("");
    } else if (key == "params") {
        read_params(value, frame.request);
    } else if (key == "result" || key == "error") {
        frame.response = true;
    }
}

std::variant<Request, BadMessage, Ignored> judge(Frame frame, bool unique) {
    const auto bad = [&](std::string reason) {
        const bool known = unique && frame.id_usable;
        return BadMessage{known ? frame.request.id : "null", kInvalidRequest, std::move(reason)};
    };
    if (!unique) return bad("a key of the message is given twice, or there are too many");
    if (frame.version != "2.0") return bad("jsonrpc must be \"2.0\"");
    if (!frame.method_seen && frame.response) return Ignored{};
    if (frame.id_seen && !frame.id_usable) return bad("id must be a string or a number");
    if (!frame.method_usable) return bad("method must be a string");
    return std::move(frame.request);
}

BadMessage unreadable() {
    return {"null", kParseError,
            "not a JSON text in UTF-8, nested too deeply, or with a number of more than 64 bits"};
}

}  // namespace

struct MessageReader::Impl {
    simdjson::dom::parser validator;
    ondemand::parser reader;
    std::string padded;

    std::variant<Request, BadMessage, Ignored> read(std::string_view text) {
        padded.assign(text);
        padded.append(simdjson::SIMDJSON_PADDING, '\0');
        // The DOM parser checks the whole text; the lazy one below, which keeps the exact text of an id, does
        // not.
        simdjson::dom::element root;
        if (validator.parse(padded.data(), text.size(), false).get(root) != simdjson::SUCCESS)
            return unreadable();
        if (root.is_array())
            return BadMessage{"null", kInvalidRequest,
                              "batches are not part of the protocol: send one message a line"};
        if (!root.is_object()) return BadMessage{"null", kInvalidRequest, "a message is an object"};
        ondemand::document document = reader.iterate(padded.data(), text.size(), padded.size());
        Frame frame;
        const bool unique = each_field(
            document.get_object(), kMostKeys,
            [&](const std::string& key, ondemand::value& value) { read_frame_field(key, value, frame); });
        return judge(std::move(frame), unique);
    }
};

MessageReader::MessageReader() : impl_(std::make_unique<Impl>()) {}
MessageReader::~MessageReader() = default;
MessageReader::MessageReader(MessageReader&&) noexcept = default;
MessageReader& MessageReader::operator=(MessageReader&&) noexcept = default;

std::variant<Request, BadMessage, Ignored> MessageReader::read(std::string_view text) {
    try {
        return impl_->read(text);
    } catch (const simdjson::simdjson_error&) {
        return unreadable();
    }
}

}  // namespace pulse::mcp
