// SPDX-License-Identifier: BSL-1.0
// The order of versions. They are texts of any length, so that 20-digit and dotted ones fit.
#pragma once

#include <compare>
#include <string_view>

namespace lockstep::detail {

// Compares runs of digits as numbers of any size and everything else byte by byte: 2 before 10,
// 1.2 before 1.10, 0002 equal to 2.
[[nodiscard]] std::weak_ordering compare_versions(std::string_view a, std::string_view b) noexcept;

[[nodiscard]] inline bool same_version(std::string_view a, std::string_view b) noexcept {
  return std::is_eq(compare_versions(a, b));
}

// The domain of lockstep's own tables: applied before all others and reverted last.
inline constexpr std::string_view own_domain = "lockstep";

// The order in which domains are applied.
[[nodiscard]] std::weak_ordering compare_domains(std::string_view a, std::string_view b) noexcept;

}  // namespace lockstep::detail
