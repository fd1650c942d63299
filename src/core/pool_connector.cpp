// SPDX-License-Identifier: BSL-1.0
// The connector thread of a pool: opens connections for those who wait, and closes those that have
// been idle for too long.
#include <algorithm>

#include "core/pool.hpp"

namespace lockstep::detail {
namespace {

using std::chrono::milliseconds;

// Pause after a failed attempt to connect: doubled each time between these, with jitter. A server
// that is back is found within the longest.
constexpr milliseconds first_pause{20};
constexpr milliseconds longest_pause{500};

// Whether the same attempt may succeed a little later.
bool may_pass(ErrorKind kind) noexcept {
  return kind == ErrorKind::connection_lost || kind == ErrorKind::too_many_connections ||
         kind == ErrorKind::timeout || kind == ErrorKind::busy;
}

}  // namespace

// Called with the lock held.
void Pool::want_connection() {
  if (!connector_running_ && !closed_) {
    connector_thread_ = std::thread([this] { connector(); });
    connector_running_ = true;
  }
  connector_wake_.notify_one();
}

void Pool::connector() {
  std::unique_lock lock(mutex_);
  while (!closed_) {
    connect_for_waiters(lock);
    if (closed_) return;
    reap(lock);
    if (closed_) return;
    const bool room = static_cast<int>(connections_.size()) < capacity();
    if (!waiters_.empty() && room) continue;
    connector_wake_.wait_for(lock, std::max(milliseconds(1000), options_.max_idle_time / 2));
  }
}

// Opens connections, one after another, as long as somebody waits and there is room.
void Pool::connect_for_waiters(std::unique_lock<std::mutex>& lock) {
  int failures = 0;
  while (!closed_ && !waiters_.empty() && static_cast<int>(connections_.size()) < capacity()) {
    lock.unlock();
    try {
      std::vector<Owned> unwanted;
      Owned connection = open_connection();
      lock.lock();
      failures = 0;
      last_open_error_.clear();
      ++stats_.opened;
      if (closed_) {
        unwanted.push_back(std::move(connection));
      } else {
        capabilities_ = connection->session().capabilities();
        Connection& opened = *connection;
        connections_.push_back(std::move(connection));
        give(opened);
        retire_surplus(unwanted);
      }
      lock.unlock();
      unwanted.clear();
      lock.lock();
    } catch (const Error& error) {
      lock.lock();
      open_failed(lock, error, failures);
    }
  }
}

// What cannot get better is told to everybody who waits; the rest is tried again after a pause, and
// they wait on until their time is up.
void Pool::open_failed(std::unique_lock<std::mutex>& lock, const Error& error, int& failures) {
  ++stats_.open_failures;
  last_open_error_ = error.what();
  lock.unlock();
  telemetry_.warn(error.what());
  lock.lock();
  if (!may_pass(error.kind())) {
    for (Waiter* waiter : waiters_) {
      waiter->error = std::current_exception();
      waiter->wake.notify_one();
    }
    waiters_.clear();
    return;
  }
  const auto ceiling = std::min(longest_pause, first_pause * (1 << std::min(failures, 10)));
  ++failures;
  std::uniform_int_distribution<milliseconds::rep> jitter(ceiling.count() / 2, ceiling.count());
  const milliseconds pause(jitter(random_));
  connector_wake_.wait_for(lock, pause, [this] { return closed_ || waiters_.empty(); });
}

// Closes idle connections whose time is over.
void Pool::reap(std::unique_lock<std::mutex>& lock) {
  std::vector<Owned> retired;
  const SteadyTime now = steady_now();
  for (std::size_t i = idle_.size(); i-- > 0;) {
    const auto reason = why_retire(*idle_[i], now);
    if (!reason) continue;
    retired.push_back(take(*idle_[i], *reason));
    idle_.erase(idle_.begin() + static_cast<std::ptrdiff_t>(i));
  }
  if (retired.empty()) return;
  lock.unlock();
  retired.clear();
  lock.lock();
}

}  // namespace lockstep::detail
