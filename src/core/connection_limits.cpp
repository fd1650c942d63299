// SPDX-License-Identifier: BSL-1.0
// How long a statement may take, and what happens when its time is over before it began.
#include "core/connection.hpp"
#include "core/query_error.hpp"

namespace lockstep::detail {

Limits real_limits_of(const std::optional<std::chrono::nanoseconds>& deadline,
                      const std::stop_token& stop) {
  Limits limits;
  limits.stop = stop;
  if (!deadline) return limits;
  if (*deadline <= std::chrono::nanoseconds(0)) {
    raise(ErrorKind::invalid_argument, "deadline must be more than zero");
  }
  const auto now = std::chrono::steady_clock::now();
  limits.deadline = *deadline < SteadyTime::max() - now ? now + *deadline : SteadyTime::max();
  return limits;
}

Limits combine(const Limits& outer, Limits inner) {
  if (outer.deadline && (!inner.deadline || *outer.deadline < *inner.deadline)) {
    inner.deadline = outer.deadline;
  }
  if (!inner.stop.stop_possible()) inner.stop = outer.stop;
  return inner;
}

// A deadline that has passed counts as one that ended the statement: it poisons.
void Connection::set_limits(const Limits& limits, const Query& query) {
  if (limits.stop.stop_requested()) {
    poison();
    raise_about(query, ErrorKind::cancelled);
  }
  if (limits.deadline && *limits.deadline <= std::chrono::steady_clock::now()) {
    poison();
    raise_about(query, ErrorKind::timeout);
  }
  session_->limit(limits);
  limited_ = true;
}

void Connection::lift_limits() noexcept {
  limited_ = false;
  try {
    session_->limit({});
  } catch (const NativeError&) {
    broken_ = true;
  }
}

}  // namespace lockstep::detail
