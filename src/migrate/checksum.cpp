// SPDX-License-Identifier: BSL-1.0
#include "migrate/checksum.hpp"

#include <openssl/evp.h>

#include <array>
#include <memory>
#include <new>

namespace lockstep::detail {
namespace {

struct FreeDigest {
  void operator()(EVP_MD* type) const noexcept { EVP_MD_free(type); }
};
using Digest = std::unique_ptr<EVP_MD, FreeDigest>;

// EVP_sha256() would have OpenSSL look it up at every use, which takes longer than a small text.
Digest fetch_digest(const char* name) {
  Digest type(EVP_MD_fetch(nullptr, name, nullptr));
  if (!type) throw std::bad_alloc();
  return type;
}

std::string digest_of(std::string_view data, const EVP_MD* type) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(data.data(), data.size(), digest.data(), &size, type, nullptr) != 1) {
    throw std::bad_alloc();
  }
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  hex.reserve(2 * std::size_t{size});
  for (unsigned i = 0; i < size; ++i) {
    hex += digits[digest[i] >> 4U];
    hex += digits[digest[i] & 0xFU];
  }
  return hex;
}

}  // namespace

std::string normalise(std::string_view text) {
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    out += text[i];
  }
  const auto last = out.find_last_not_of(" \t\r\n\f\v");
  if (last == std::string::npos) return {};
  const auto line_end = out.find('\n', last);
  if (line_end != std::string::npos) out.resize(line_end);
  return out;
}

std::string sha256(std::string_view data) {
  static const Digest type = fetch_digest("SHA256");
  return digest_of(data, type.get());
}

std::string sha384(std::string_view data) {
  static const Digest type = fetch_digest("SHA384");
  return digest_of(data, type.get());
}

std::string text_checksum(std::string_view text) { return sha256(normalise(text)); }

}  // namespace lockstep::detail
