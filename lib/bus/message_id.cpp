#include "bus/message_id.hpp"

#include <openssl/evp.h>

#include <array>
#include <memory>

#include "base/error.hpp"

namespace pulse::bus {

namespace {

constexpr std::size_t kIdBytes = 16;

struct DigestDelete {
    void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};

}  // namespace

std::string content_id(std::string_view subject, std::string_view data) {
    const std::unique_ptr<EVP_MD_CTX, DigestDelete> context(EVP_MD_CTX_new());
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    if (!context || EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) != 1 ||
        EVP_DigestUpdate(context.get(), subject.data(), subject.size()) != 1 ||
        EVP_DigestUpdate(context.get(), "\n", 1) != 1 ||
        EVP_DigestUpdate(context.get(), data.data(), data.size()) != 1 ||
        EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) != 1)
        throw Error(Exit::kFailure, "cannot compute SHA-256");
    std::string id;
    for (std::size_t i = 0; i < kIdBytes; ++i) {
        id += "0123456789abcdef"[digest[i] >> 4];
        id += "0123456789abcdef"[digest[i] & 15];
    }
    return id;
}

std::uint32_t Occurrences::count(const std::string& id) {
    if (const auto at = young_.find(id); at != young_.end()) return ++at->second;
    if (young_.size() >= generation_) {
        old_ = std::move(young_);
        young_.clear();
    }
    const auto before = old_.find(id);
    return young_[id] = before == old_.end() ? 1 : before->second + 1;
}

}  // namespace pulse::bus
