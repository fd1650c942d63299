// SPDX-License-Identifier: BSL-1.0
// When a statement of SQLite has to end, and how connections share the write lock.
#include <algorithm>
#include <thread>

#include "dialects/sqlite/sqlite.hpp"

namespace lockstep::detail {

namespace {

using Interruption = NativeError::Interruption;

// How long a connection may take the write lock again and again while others wait for it: short
// transactions pay for a pause only now and then.
constexpr std::chrono::milliseconds turn{3};
// For how long one that had to wait expects that others still write.
constexpr std::chrono::seconds memory{1};

}  // namespace

SqliteWatch::SqliteWatch(std::chrono::milliseconds busy_timeout) noexcept
    : busy_timeout_(std::min(busy_timeout, longest_wait)),
      // Any start that differs between connections and processes will do, but not zero.
      random_(static_cast<std::uint32_t>(Clock::now().time_since_epoch().count()) | 1U) {}

void SqliteWatch::limit(const Limits& limits) {
  limits_ = limits;
  limited = limits.deadline || limits.stop.stop_possible();
}

bool SqliteWatch::must_stop() noexcept {
  if (!limited) return false;
  if (limits_.stop.stop_requested()) {
    interruption_ = Interruption::cancel;
  } else if (limits_.deadline && Clock::now() >= *limits_.deadline) {
    interruption_ = Interruption::deadline;
  }
  return interruption_ != Interruption::none;
}

// A short wait with jitter: SQLite's own handler sleeps longer and longer, and under constant
// writing some process never gets its turn.
bool SqliteWatch::wait(int tries) noexcept {
  const Clock::time_point now = Clock::now();
  if (tries == 0) busy_since_ = now;
  if (must_stop() || now >= busy_since_ + busy_timeout_) return false;
  contended_ = true;
  busy_until_ = now;
  pause();
  return true;
}

// Who has just committed would get the lock again before anybody who sleeps finds it free, and so
// keep it as long as the scheduler likes: it waits as those do, who then have the same chance.
void SqliteWatch::make_way() noexcept {
  if (!contended_) return;
  const Clock::time_point now = Clock::now();
  contended_ = now < busy_until_ + memory;
  if (contended_ && now >= turn_began_ + turn) pause();
}

void SqliteWatch::pause() noexcept {
  random_ ^= random_ << 13U;
  random_ ^= random_ >> 17U;
  random_ ^= random_ << 5U;
  std::this_thread::sleep_for(std::chrono::microseconds(100 + random_ % 200));
  turn_began_ = Clock::now();
}

}  // namespace lockstep::detail
