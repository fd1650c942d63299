// SPDX-License-Identifier: BSL-1.0
// The directives that say how a file runs: lock-timeout, timeout, engine, batch.
#pragma once

#include <string_view>
#include <vector>

#include "lockstep/migration_set.hpp"

namespace lockstep::detail {

// "500ms", "10s", "5min", "2h", or "0"; none for another text.
[[nodiscard]] std::optional<std::chrono::milliseconds> read_time(std::string_view text);
inline constexpr std::string_view time_fault =
    "a time is written 500ms, 10s, 5min or 2h, or 0 for none";

// Whether a directive of this name is one of them.
[[nodiscard]] bool is_setting(std::string_view name) noexcept;

// Reads one, given as its name and what follows. Why it cannot be read; empty: it was.
[[nodiscard]] std::string read_setting(const std::vector<std::string_view>& words,
                                       MigrationSettings& settings);

// Those of a text whose directives were checked before, as a stored down text has them.
[[nodiscard]] MigrationSettings stored_settings(std::string_view text, Engine engine);

}  // namespace lockstep::detail
