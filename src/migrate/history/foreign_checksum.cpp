// SPDX-License-Identifier: BSL-1.0
#include <algorithm>

#include "migrate/checksum.hpp"
#include "migrate/history/foreign.hpp"

namespace lockstep::detail {
namespace {

// CRC-32 of ISO 3309, bit by bit: files are small, and are read once.
std::uint32_t crc32(std::uint32_t crc, std::string_view bytes) {
  constexpr std::uint32_t polynomial = 0xEDB88320U;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? polynomial : 0U);
  }
  return crc;
}

}  // namespace

std::string flyway_checksum(std::string_view text) {
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  std::uint32_t crc = 0xFFFFFFFFU;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of("\r\n"), text.size());
    crc = crc32(crc, text.substr(0, end));
    const bool two = text.substr(end).starts_with("\r\n");
    text.remove_prefix(std::min(end + (two ? 2 : 1), text.size()));
  }
  return std::to_string(static_cast<std::int32_t>(~crc));
}

}  // namespace lockstep::detail
