// SPDX-License-Identifier: BSL-1.0
#include "core/pool.hpp"

#include <algorithm>
#include <atomic>
#include <ctime>

namespace lockstep::detail {
namespace {

using std::chrono::milliseconds;

// A connection that was idle for longer is asked whether it lives before it is lent; for a shorter
// time it is enough that the peer has not closed it.
constexpr milliseconds trusted_idle_time{1000};

// For ever; a later point of the steady clock might not be representable.
constexpr milliseconds longest_duration = std::chrono::hours(24 * 365 * 100);

// Of a pool's own random numbers, which spread what would else happen at once. The device is asked once:
// on a virtual machine that takes as long as to open a database in memory.
std::uint32_t new_seed() {
  static std::atomic<std::uint32_t> next{std::random_device()()};
  return next.fetch_add(0x9e3779b9U, std::memory_order_relaxed);
}

// Zero means the default, so that a configuration file may leave a key out.
DatabaseOptions with_defaults(DatabaseOptions options) {
  const DatabaseOptions defaults;
  const auto settle = []<class T>(T& value, const T& standard, std::string_view name) {
    if (value < T{}) {
      raise(ErrorKind::invalid_argument, std::string(name) + " must not be negative");
    }
    if (value == T{}) value = standard;
    if constexpr (std::is_same_v<T, milliseconds>) value = std::min(value, longest_duration);
  };
  settle(options.max_open_connections, defaults.max_open_connections, "max_open_connections");
  settle(options.max_idle_connections, defaults.max_idle_connections, "max_idle_connections");
  settle(options.max_lifetime, defaults.max_lifetime, "max_lifetime");
  settle(options.max_idle_time, defaults.max_idle_time, "max_idle_time");
  settle(options.acquire_timeout, defaults.acquire_timeout, "acquire_timeout");
  settle(options.connect_timeout, defaults.connect_timeout, "connect_timeout");
  settle(options.busy_timeout, defaults.busy_timeout, "busy_timeout");
  settle(options.statement_cache_size, defaults.statement_cache_size, "statement_cache_size");
  if (!options.clock) {
    options.clock = [] {
      return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
    };
  }
  if (!options.steady_clock) options.steady_clock = [] { return std::chrono::steady_clock::now(); };
  return options;
}

}  // namespace

Pool::Pool(Source source, DatabaseOptions options)
    : source_(std::move(source)),
      exact_(options.steady_clock || options.observer != nullptr),
      options_(with_defaults(std::move(options))),
      telemetry_(source_.dialect->engine, options_),
      random_(new_seed()) {
  stats_.max_open_connections = options_.max_open_connections;
}

Pool::~Pool() { close(); }

SteadyTime Pool::steady_now() const { return options_.steady_clock(); }

SteadyTime Pool::rough_now() const {
#ifdef CLOCK_MONOTONIC_COARSE
  std::timespec time{};
  if (!exact_ && clock_gettime(CLOCK_MONOTONIC_COARSE, &time) == 0) {
    return SteadyTime(std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
  }
#endif
  return steady_now();
}

Timestamp Pool::now() const { return options_.clock(); }

int Pool::capacity() const noexcept {
  return source_.target.single_connection ? 1 : options_.max_open_connections;
}

std::int64_t Pool::random_below(std::int64_t limit) {
  if (limit <= 0) return 0;
  const std::lock_guard lock(mutex_);
  return std::uniform_int_distribution<std::int64_t>(0, limit - 1)(random_);
}

Capabilities Pool::capabilities() const {
  const std::lock_guard lock(mutex_);
  return capabilities_.value_or(dialect().capabilities);
}

PoolStats Pool::stats() const {
  const std::lock_guard lock(mutex_);
  PoolStats stats = stats_;
  stats.open = static_cast<int>(connections_.size());
  stats.idle = static_cast<int>(idle_.size());
  stats.in_use = stats.open - stats.idle;
  stats.cache_hits = telemetry_.cache.hits.load(std::memory_order_relaxed);
  stats.cache_misses = telemetry_.cache.misses.load(std::memory_order_relaxed);
  stats.cache_evictions = telemetry_.cache.evictions.load(std::memory_order_relaxed);
  return stats;
}

// What opening meets leaves as an Error, so that it cannot end the connector thread.
std::unique_ptr<Session> Pool::open_session() {
  ErrorInfo info;
  info.engine = dialect().name;
  try {
    return source_.open();
  } catch (const NativeError& e) {
    info.kind = dialect().classify(e);
    info.what = "cannot connect to " + redacted() + ": " + std::string(phrase(info.kind));
    info.native_code = e.code;
    info.sqlstate = e.sqlstate;
    info.server_message = e.message;
  } catch (const Error&) {
    throw;
  } catch (const std::exception& e) {
    info.what = "cannot connect to " + redacted();
    info.server_message = e.what();
  }
  raise(std::move(info));
}

Pool::Owned Pool::open_connection() {
  const SteadyTime began = steady_now();
  std::unique_ptr<Session> session;
  try {
    session = open_session();
  } catch (const Error& e) {
    telemetry_.pool(PoolEvent::Kind::open_failed, steady_now() - began, e.what());
    throw;
  }
  const SteadyTime now = steady_now();
  auto connection = std::make_unique<Connection>(
      dialect(), std::move(session), static_cast<std::size_t>(options_.statement_cache_size),
      telemetry_);
  // A tenth of spread, so that connections opened together do not retire together.
  const auto spread = milliseconds(random_below(options_.max_lifetime.count() / 10 + 1));
  connection->opened_at = now;
  connection->last_used = now;
  connection->retire_at = now + options_.max_lifetime - spread;
  telemetry_.pool(PoolEvent::Kind::opened, now - began);
  return connection;
}

void Pool::open_first() {
  Owned connection = open_connection();
  const std::lock_guard lock(mutex_);
  ++stats_.opened;
  capabilities_ = connection->session().capabilities();
  idle_.push_back(connection.get());
  connections_.push_back(std::move(connection));
}

void Pool::require_open(const SourceLocation& at) const {
  if (closed_) raise(ErrorKind::closed, "database " + redacted() + " is closed", at);
}

Lease Pool::acquire(Purpose purpose, const Limits& limits, const SourceLocation& at) {
  return {shared_from_this(), acquire_watched(purpose, limits, at)};
}

Lease Pool::acquire_within_call(const Limits& limits, const SourceLocation& at) {
  std::shared_ptr<Pool> unowned(std::shared_ptr<Pool>(), this);
  return {std::move(unowned), acquire_watched(Purpose::statement, limits, at)};
}

Connection& Pool::acquire_watched(Purpose purpose, const Limits& limits, const SourceLocation& at) {
  if (!telemetry_.watches_statements()) return acquire_connection(purpose, limits, at);
  const SteadyTime began = steady_now();
  try {
    Connection& connection = acquire_connection(purpose, limits, at);
    connection.waited = steady_now() - began;
    telemetry_.pool(PoolEvent::Kind::acquired, connection.waited);
    return connection;
  } catch (const Error& e) {
    telemetry_.pool(PoolEvent::Kind::acquire_failed, steady_now() - began, e.what());
    throw;
  }
}

Connection& Pool::acquire_connection(Purpose purpose, const Limits& limits,
                                     const SourceLocation& at) {
  std::unique_lock lock(mutex_);
  require_open(at);
  refuse_second_lease(false, at);
  SteadyTime now;
  Connection* const idle = waiters_.empty() ? take_idle(lock, now, limits, at) : nullptr;
  if (idle != nullptr) {
    lend(*idle, purpose, std::this_thread::get_id(), at, now);
    return *idle;
  }
  Waiter waiter(purpose, at);
  return *wait_for_connection(lock, waiter, limits);
}

// The idle connection that was used last, if it can be trusted. Unlocks while it asks the engine,
// so the pool may be closed when it returns null. `now`: when it looked.
Connection* Pool::take_idle(std::unique_lock<std::mutex>& lock, SteadyTime& now,
                            const Limits& limits, const SourceLocation& at) {
  while (!idle_.empty()) {
    Connection* connection = idle_.back();
    idle_.pop_back();
    now = rough_now();
    if (const auto reason = why_retire(*connection, now)) {
      Owned retired = take(*connection, *reason);
      lock.unlock();
      retired.reset();
      lock.lock();
      continue;
    }
    const bool rested = now - connection->last_used > trusted_idle_time;
    if (!rested && connection->looks_alive()) return connection;
    if (prove(lock, *connection, limits, at)) return connection;
  }
  return nullptr;
}

void Pool::lend(Connection& connection, Purpose purpose, std::thread::id thread,
                const SourceLocation& at, SteadyTime now) {
  ++stats_.acquired;
  connection.holder.at = at;
  connection.holder.purpose = purpose;
  connection.holder.since = now;
  connection.holder.thread.store(thread, std::memory_order_relaxed);
}

// Hands a free connection to the caller that has waited longest, or makes it idle.
void Pool::give(Connection& connection) {
  if (waiters_.empty()) {
    idle_.push_back(&connection);
    return;
  }
  Waiter* waiter = waiters_.front();
  waiters_.pop_front();
  lend(connection, waiter->purpose, waiter->thread, waiter->at, rough_now());
  waiter->connection = &connection;
  waiter->wake.notify_one();
}

void Pool::release(Connection& connection) noexcept {
  const bool usable = connection.clean();
  std::vector<Owned> retired;
  std::unique_lock lock(mutex_);
  const SteadyTime now = rough_now();
  const auto lent = now - connection.holder.since;
  connection.holder.thread.store(std::thread::id(), std::memory_order_relaxed);
  connection.last_used = now;
  if (closed_) {
    retired.push_back(take(connection, Reason::closed_with_pool));
  } else if (!usable) {
    if (connection.broken()) retire_older_than(connection.opened_at, retired);
    retired.push_back(take(connection, Reason::closed_broken));
    if (!waiters_.empty()) want_connection();
  } else if (const auto reason = why_retire(connection, now)) {
    retired.push_back(take(connection, *reason));
    if (!waiters_.empty()) want_connection();
  } else {
    give(connection);
    retire_surplus(retired);
  }
  lock.unlock();
  telemetry_.pool(PoolEvent::Kind::released, lent);
}

void Pool::close() noexcept {
  std::vector<Owned> retired;
  std::thread connector_thread;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    for (Connection* connection : idle_)
      retired.push_back(take(*connection, Reason::closed_with_pool));
    idle_.clear();
    for (Waiter* waiter : waiters_) {
      ErrorInfo info;
      info.kind = ErrorKind::closed;
      info.location = waiter->at;
      waiter->error = std::make_exception_ptr(Closed(std::move(info)));
      waiter->wake.notify_one();
    }
    waiters_.clear();
    connector_thread.swap(connector_thread_);
    connector_wake_.notify_one();
  }
  if (connector_thread.joinable()) connector_thread.join();
}

}  // namespace lockstep::detail
