// SPDX-License-Identifier: BSL-1.0
// PoolStats: the state of a pool, as Database::stats() answers it.
#pragma once

#include <chrono>
#include <cstdint>

namespace lockstep {

// Counts and durations are totals since the pool was opened, but for the first four.
struct PoolStats {
  int max_open_connections = 0;  // as configured
  int open = 0;
  int in_use = 0;
  int idle = 0;
  std::uint64_t acquired = 0;     // leases given out
  std::uint64_t wait_count = 0;   // acquires that had to wait
  std::chrono::nanoseconds wait_time{0};
  std::uint64_t timeouts = 0;     // acquires that ended in AcquireTimeout
  std::uint64_t opened = 0;
  std::uint64_t open_failures = 0;
  std::uint64_t closed_broken = 0;     // dead, or could not be cleaned
  std::uint64_t closed_idle = 0;       // more than max_idle_connections
  std::uint64_t closed_idle_time = 0;
  std::uint64_t closed_lifetime = 0;
  std::uint64_t cache_hits = 0;        // statements that were prepared already
  std::uint64_t cache_misses = 0;      // statements that had to be prepared
  std::uint64_t cache_evictions = 0;   // prepared statements dropped for want of room
};

}  // namespace lockstep
