// SPDX-License-Identifier: BSL-1.0
// When a pool parts with a connection: dead, too old, idle for too long, or one too many.
#include <algorithm>

#include "core/pool.hpp"

namespace lockstep::detail {

// Asks the engine whether a connection lives, and drops it if not. Unlocks meanwhile.
bool Pool::prove(std::unique_lock<std::mutex>& lock, Connection& connection, const Limits& limits,
                 const SourceLocation& at) {
  lock.unlock();
  const bool alive = connection.validate(limits);
  lock.lock();
  if (alive && !closed_) return true;
  // Silence until the caller's own deadline says nothing about the others.
  const bool late = limits.deadline && *limits.deadline <= std::chrono::steady_clock::now();
  std::vector<Owned> dead;
  if (!late) retire_older_than(connection.opened_at, dead);
  dead.push_back(take(connection, closed_ ? Reason::closed_with_pool : Reason::closed_broken));
  lock.unlock();
  dead.clear();
  lock.lock();
  if (late) raise(ErrorKind::timeout, "deadline passed while an idle connection was tested", at);
  return false;
}

std::optional<Pool::Reason> Pool::why_retire(const Connection& connection, SteadyTime now) const {
  if (source_.target.single_connection) return std::nullopt;
  if (now >= connection.retire_at) return Reason::closed_lifetime;
  if (now - connection.last_used > options_.max_idle_time) return Reason::closed_idle_time;
  return std::nullopt;
}

void Pool::retire_surplus(std::vector<Owned>& out) {
  while (static_cast<int>(idle_.size()) > options_.max_idle_connections) {
    Connection* oldest = idle_.front();
    idle_.erase(idle_.begin());
    out.push_back(take(*oldest, Reason::closed_idle));
  }
}

// A link that broke says that those opened before it broke too: the server was restarted.
void Pool::retire_older_than(SteadyTime opened, std::vector<Owned>& out) {
  const auto older = [opened](const Connection* c) { return c->opened_at <= opened; };
  for (Connection* connection : idle_) {
    if (older(connection)) out.push_back(take(*connection, Reason::closed_broken));
  }
  std::erase_if(idle_, [&out](const Connection* c) {
    return std::any_of(out.begin(), out.end(), [c](const Owned& o) { return o.get() == c; });
  });
}

Pool::Owned Pool::take(const Connection& connection, Reason reason) {
  switch (reason) {
    case Reason::closed_broken:
      ++stats_.closed_broken;
      break;
    case Reason::closed_idle:
      ++stats_.closed_idle;
      break;
    case Reason::closed_idle_time:
      ++stats_.closed_idle_time;
      break;
    case Reason::closed_lifetime:
      ++stats_.closed_lifetime;
      break;
    default:
      break;
  }
  const auto it = std::find_if(connections_.begin(), connections_.end(),
                               [&](const Owned& o) { return o.get() == &connection; });
  Owned owned = std::move(*it);
  owned->closed_as = reason;
  connections_.erase(it);
  return owned;
}

}  // namespace lockstep::detail
