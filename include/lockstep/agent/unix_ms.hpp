// SPDX-License-Identifier: BSL-1.0
// The times of the agent's tables. Shared rules: agent.hpp.
#pragma once

#include "lockstep/executor.hpp"

namespace lockstep::agent {

// An instant: milliseconds since 1970-01-01 00:00 UTC. Not below 0 where it is stored.
using UnixMs = std::chrono::milliseconds;

// Finer instants are truncated.
[[nodiscard]] constexpr UnixMs to_unix_ms(Timestamp t) noexcept {
  return std::chrono::floor<UnixMs>(t.time_since_epoch());
}

[[nodiscard]] constexpr Timestamp to_timestamp(UnixMs t) noexcept { return Timestamp(t); }

// Executor::now(), as this module stores it.
[[nodiscard]] inline UnixMs now_ms(const Executor& db) { return to_unix_ms(db.now()); }

}  // namespace lockstep::agent
