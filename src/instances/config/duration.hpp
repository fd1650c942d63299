// SPDX-License-Identifier: BSL-1.0
// Durations as Go writes them.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace lockstep::instances::detail {

// "0", or decimal numbers each with a unit of ns, us, ms, s, m or h, one after the other: "1h30m".
// Nullopt for another text, for one with a sign and for more than 292 years.
[[nodiscard]] std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text);

}  // namespace lockstep::instances::detail
