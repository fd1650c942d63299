// SPDX-License-Identifier: BSL-1.0
#include "lockstep/database.hpp"

#include <algorithm>
#include <thread>

#include "core/pool.hpp"
#include "core/query_error.hpp"

namespace lockstep {
namespace {

using detail::Lease;
using detail::Purpose;
using std::chrono::milliseconds;

// Longest wait before a closure runs again; the first is up to a millisecond, then it doubles.
constexpr std::int64_t longest_retry_wait_us = 256'000;

// How often an unknown commit is asked about at least, and how many of them one call goes through.
constexpr int least_settling = 10;
constexpr int most_doubts = 10;

detail::Source source_of(const Dsn& dsn, const DatabaseOptions& options) {
  detail::Source source;
  source.dialect = &lockstep::dialect(dsn.engine);
  source.target = source.dialect->parse(dsn);
  SessionOptions session;
  const DatabaseOptions defaults;
  session.connect_timeout = options.connect_timeout > milliseconds(0) ? options.connect_timeout
                                                                      : defaults.connect_timeout;
  session.busy_timeout =
      options.busy_timeout > milliseconds(0) ? options.busy_timeout : defaults.busy_timeout;
  session.allowed = options.allowed;
  if (options.warning) {
    session.warning = [warning = options.warning](std::string_view text) {
      try {
        warning(text);
      } catch (...) {
      }
    };
  }
  source.open = [dialect = source.dialect, target = source.target, session] {
    return dialect->open(target, session);
  };
  return source;
}

Limits transaction_limits(const TransactionOptions& options) {
  return detail::limits_of(options.deadline, {});
}

}  // namespace

Database Database::open(const Dsn& dsn, DatabaseOptions options, SourceLocation at) {
  return detail::blame(at, [&] {
    detail::Source source = source_of(dsn, options);
    auto pool = std::make_shared<detail::Pool>(std::move(source), std::move(options));
    pool->open_first();
    return Database(std::move(pool));
  });
}

Database Database::open(std::string_view url, DatabaseOptions options, SourceLocation at) {
  const Dsn dsn = detail::blame(at, [url] { return Dsn::parse(url); });
  return open(dsn, std::move(options), at);
}

Database Database::open(std::string_view driver, std::string_view dsn, DatabaseOptions options,
                        SourceLocation at) {
  const Dsn parsed = detail::blame(at, [&] { return Dsn::from_driver(driver, dsn); });
  return open(parsed, std::move(options), at);
}

Database::~Database() {
  if (pool_ != nullptr) pool_->close();
}

Database& Database::operator=(Database&& other) noexcept {
  if (this != &other) {
    if (pool_ != nullptr) pool_->close();
    pool_ = std::move(other.pool_);
  }
  return *this;
}

detail::Pool& Database::pool() const {
  if (pool_ == nullptr) raise(ErrorKind::logic_error, "the database was moved from");
  return *pool_;
}

Transaction Database::begin(const TransactionOptions& options, SourceLocation at) {
  const Limits limits = transaction_limits(options);
  Lease lease = pool().acquire(Purpose::transaction, limits, at);
  return {std::move(lease), pool_, options, limits, at};
}

Leased Database::lease(const CallOptions& options, SourceLocation at) {
  const Limits limits = detail::limits_of(options.deadline, options.stop);
  return {pool().acquire(Purpose::lease, limits, at), pool_};
}

void Database::ping(SourceLocation at) {
  const Lease lease = pool().acquire(Purpose::statement, {}, at);
  lease->ping({}, at);
}

PoolStats Database::stats() const { return pool().stats(); }

const std::string& Database::redacted_url() const { return pool().redacted(); }

void Database::close() noexcept {
  if (pool_ != nullptr) pool_->close();
}

const Dialect& Database::dialect() const { return pool().dialect(); }

Capabilities Database::capabilities() { return pool().capabilities(); }

Timestamp Database::now() const { return pool().now(); }

std::uint64_t Database::run(const Query& query, const detail::Arguments& arguments,
                            detail::Verb verb, detail::RowReader* reader,
                            const CallOptions& options) {
  const Limits limits = detail::limits_of(options.deadline, options.stop);
  const Lease lease = pool().acquire_within_call(limits, query.location());
  return lease->run(query, arguments, verb, reader, limits);
}

detail::Cursor Database::start(const Query& query, const detail::Arguments& arguments,
                               const CallOptions& options) {
  const Limits limits = detail::limits_of(options.deadline, options.stop);
  Lease lease = pool().acquire(Purpose::stream, limits, query.location());
  detail::Prepared& prepared = lease->start(query, arguments, detail::Verb::stream, limits);
  return {std::move(lease), prepared, query};
}

std::uint64_t Database::run_all(const Query& query, detail::RowSource& rows,
                                const CallOptions& options) {
  Transaction tx = start_atomic(options, query.location());
  return tx.run_all_and_commit(query, rows);
}

Transaction Database::start_atomic(const CallOptions& options, SourceLocation at) {
  const Limits limits = detail::limits_of(options.deadline, options.stop);
  Lease lease = pool().acquire(Purpose::transaction, limits, at);
  return {std::move(lease), pool_, TransactionOptions{}, limits, at};
}

namespace detail {

Retries::Retries(Pool& pool, const TransactionOptions& options)
    : pool_(&pool), options_(options), deadline_(transaction_limits(options).deadline) {
  if (options.retries < 0) raise(ErrorKind::invalid_argument, "retries must not be negative");
}

TransactionOptions Retries::next() const {
  TransactionOptions options = options_;
  if (deadline_) {
    options.deadline = std::max(*deadline_ - std::chrono::steady_clock::now(),
                                std::chrono::steady_clock::duration(1));
  }
  return options;
}

void Retries::doubt(std::exception_ptr commit_unknown) noexcept {
  settling_ = 0;
  if (++doubts_ <= most_doubts) doubt_ = std::move(commit_unknown);
}

bool Retries::again(const Error& error) {
  if (in_doubt()) {
    const int most = std::max(least_settling, options_.retries);
    if (settling_ < most && wait(settling_++)) return true;
    std::rethrow_exception(doubt_);
  }
  const bool may_help = error.retryable() || error.kind() == ErrorKind::connection_lost;
  return may_help && attempt_ < options_.retries && wait(attempt_++);
}

bool Retries::wait(int attempts) {
  const std::int64_t ceiling =
      std::min<std::int64_t>(longest_retry_wait_us, std::int64_t{1000} << std::min(attempts, 20));
  const std::chrono::microseconds pause(pool_->random_below(ceiling));
  if (deadline_ && std::chrono::steady_clock::now() + pause >= *deadline_) return false;
  std::this_thread::sleep_for(pause);
  return true;
}

}  // namespace detail
}  // namespace lockstep
