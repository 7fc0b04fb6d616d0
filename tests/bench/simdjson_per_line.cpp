// The peer occ-filter is measured against: each line parsed with simdjson On-Demand, four fields extracted,
// no output but a checksum. It does less than the filter does: no money, no dates, no validation of the rest
// of the line.

#include <simdjson.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <string_view>
#include <vector>

int main() {
    constexpr std::size_t kRead = 64 * 1024;
    std::vector<char> buffer(kRead * 2 + simdjson::SIMDJSON_PADDING);
    simdjson::ondemand::parser parser;
    std::size_t used = 0, lines = 0;
    double checksum = 0;
    for (ssize_t n = 0; (n = read(STDIN_FILENO, buffer.data() + used, kRead)) > 0;) {
        const std::size_t end = used + static_cast<std::size_t>(n);
        std::size_t begin = 0;
        while (const void* found = std::memchr(buffer.data() + begin, '\n', end - begin)) {
            const auto newline = static_cast<std::size_t>(static_cast<const char*>(found) - buffer.data());
            auto document = parser.iterate(buffer.data() + begin, newline - begin, buffer.size() - begin);
            std::string_view sym;
            double p = 0;
            std::int64_t s = 0, t = 0;
            if (document["sym"].get(sym) == simdjson::SUCCESS && document["p"].get(p) == simdjson::SUCCESS &&
                document["s"].get(s) == simdjson::SUCCESS && document["t"].get(t) == simdjson::SUCCESS)
                checksum += p * static_cast<double>(s) + static_cast<double>(t % 1000) +
                            static_cast<double>(sym.size());
            ++lines;
            begin = newline + 1;
        }
        used = end - begin;
        std::memmove(buffer.data(), buffer.data() + begin, used);
    }
    std::printf("%zu lines, checksum %.2f\n", lines, checksum);
}
