// SPDX-License-Identifier: BSL-1.0
// How a pool lets callers wait, and what it tells those that waited in vain.
#include <algorithm>

#include "core/pool.hpp"
#include "core/query_error.hpp"

namespace lockstep::detail {

namespace {

using std::chrono::milliseconds;

}  // namespace

// A thread inside a transaction that leases a second connection would work outside its transaction,
// one that has leased a connection outside of its session, or they would wait for themselves; one that
// holds all connections certainly would.
void Pool::refuse_second_lease(bool would_wait, const SourceLocation& at) const {
  const auto self = std::this_thread::get_id();
  if (connections_.size() == idle_.size()) return;
  const auto is_mine = [self](const Owned& connection) {
    return connection->holder.thread.load(std::memory_order_relaxed) == self;
  };
  const bool all_mine =
      would_wait && std::all_of(connections_.begin(), connections_.end(), is_mine);
  for (const Owned& connection : connections_) {
    const Holder& holder = connection->holder;
    if (!is_mine(connection)) continue;
    const bool in_transaction = holder.purpose == Purpose::transaction;
    if (!in_transaction && holder.purpose != Purpose::lease && !all_mine) continue;
    const std::string since =
        std::string(holder.at.file) + ":" + std::to_string(holder.at.line);
    raise(ErrorKind::logic_error,
          in_transaction
              ? "this thread is inside a transaction of the same database, begun at " + since +
                    ": use the transaction"
              : "this thread holds a connection of the same database, since " + since +
                    ": use that, or finish it first",
          at);
  }
}

Connection* Pool::wait_for_connection(std::unique_lock<std::mutex>& lock, Waiter& waiter,
                                      const Limits& limits) {
  require_open(waiter.at);
  refuse_second_lease(static_cast<int>(connections_.size()) >= capacity(), waiter.at);
  const auto began = std::chrono::steady_clock::now();
  auto until = began + options_.acquire_timeout;
  if (limits.deadline && *limits.deadline < until) until = *limits.deadline;
  want_connection();  // first, since starting a thread may throw
  waiters_.push_back(&waiter);
  ++stats_.wait_count;
  lock.unlock();
  {
    const std::stop_callback on_stop(limits.stop, [this, &waiter] {
      const std::lock_guard guard(mutex_);
      waiter.stopped = true;
      waiter.wake.notify_one();
    });
    lock.lock();
    waiter.wake.wait_until(lock, until, [&waiter] {
      return waiter.connection != nullptr || waiter.error != nullptr || waiter.stopped;
    });
    lock.unlock();  // the callback's destructor may wait for a call that needs the lock
  }
  lock.lock();
  stats_.wait_time += std::chrono::steady_clock::now() - began;
  std::erase(waiters_, &waiter);
  if (waiter.connection == nullptr) fail_wait(waiter, limits);
  return waiter.connection;
}

void Pool::fail_wait(const Waiter& waiter, const Limits& limits) {
  if (waiter.error != nullptr) {
    blame(waiter.at, [&waiter] { std::rethrow_exception(waiter.error); });
  }
  ErrorInfo info;
  info.statement = "acquire";
  info.location = waiter.at;
  if (waiter.stopped) {
    info.kind = ErrorKind::cancelled;
  } else if (limits.deadline && *limits.deadline <= std::chrono::steady_clock::now()) {
    info.kind = ErrorKind::timeout;
    info.what = "deadline passed while waiting for a connection: " + describe_holders();
  } else {
    ++stats_.timeouts;
    info.kind = ErrorKind::acquire_timeout;
    info.what = "no connection within " + std::to_string(options_.acquire_timeout.count()) +
                " ms: " + describe_holders();
  }
  raise(std::move(info));
}

std::string Pool::describe_holders() const {
  const SteadyTime now = steady_now();
  std::string text = std::to_string(connections_.size() - idle_.size()) + " of " +
                     std::to_string(capacity()) + " in use";
  std::string_view separator = ": ";
  for (const Owned& connection : connections_) {
    const Holder& holder = connection->holder;
    if (holder.thread.load(std::memory_order_relaxed) == std::thread::id()) continue;
    const auto age = std::chrono::duration_cast<milliseconds>(now - holder.since);
    text += separator;
    text += std::string(holder.at.file) + ":" + std::to_string(holder.at.line) + " for " +
            std::to_string(age.count()) + " ms";
    separator = ", ";
  }
  if (!last_open_error_.empty()) text += "; last attempt to connect: " + last_open_error_;
  return text;
}

}  // namespace lockstep::detail
