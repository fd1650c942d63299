// SPDX-License-Identifier: BSL-1.0
#include "migrate/pinned.hpp"

#include "core/describe_error.hpp"
#include "lockstep/data_version.hpp"

namespace lockstep::detail {

Pinned::Pinned(Database& db)
    : pool_(db.pool()),
      lease_(pool_.acquire(Purpose::transaction, {}, SourceLocation::current())) {}

void Pinned::run(std::string_view text, const Limits& limits) { lease_->run(text, limits); }

void Pinned::begin() { lease_->begin({}, {}, SourceLocation::current()); }

void Pinned::commit() { lease_->commit({}, SourceLocation::current()); }

void Pinned::rollback() noexcept {
  while (lease_->level() > 0) lease_->rollback();
  if (lease_->broken() || !in_transaction()) return;
  try {
    run("ROLLBACK");
  } catch (const Error&) {
    // The pool finds the transaction still open when the connection comes back, and drops it.
  }
}

bool Pinned::in_transaction() {
  const TransactionState state = lease_->session().transaction_state();
  return state == TransactionState::active || state == TransactionState::failed;
}

std::optional<std::uint32_t> Pinned::data_version() {
  auto* const versioned = dynamic_cast<DataVersion*>(&lease_->session());
  if (versioned == nullptr) return {};
  return versioned->data_version();
}

bool Pinned::try_lock(std::string_view key) {
  try {
    return lease_->session().try_migration_lock(key);
  } catch (const NativeError& error) {
    raise(describe_error(dialect(), error, Query("migration lock"), nullptr));
  }
}

void Pinned::use_settings(SettingsOf whose) {
  try {
    lease_->session().use_settings(whose);
  } catch (const NativeError& error) {
    raise(describe_error(dialect(), error, Query("migration settings"), nullptr));
  }
}

bool Pinned::holds_lock(std::string_view key) {
  try {
    return lease_->session().holds_migration_lock(key);
  } catch (const NativeError& error) {
    raise(describe_error(dialect(), error, Query("migration lock"), nullptr));
  }
}

void Pinned::on_notice(std::function<void(std::string_view)> told) {
  lease_->session().on_notice(std::move(told));
}

void Pinned::unlock(std::string_view key) noexcept { lease_->session().migration_unlock(key); }

bool Pinned::broken() { return lease_->broken(); }

namespace {

// Every statement that comes this way is the ledger's; its text is made for the schema it is in, so
// that it has no name of its own.
template <class F>
decltype(auto) as_ledger(F&& statement) {
  try {
    return statement();
  } catch (const Error& error) {
    if (error.engine().empty()) throw;
    ErrorInfo info = error.info();
    info.what.clear();  // the words of its kind will do
    info.statement = "migration ledger";
    raise(std::move(info));
  }
}

}  // namespace

std::uint64_t Pinned::run(const Query& query, const Arguments& arguments, Verb verb,
                          RowReader* reader, const CallOptions& options) {
  const Limits limits = limits_of(options.deadline, options.stop);
  return as_ledger([&] { return lease_->run(query, arguments, verb, reader, limits); });
}

Cursor Pinned::start(const Query& query, const Arguments& arguments, const CallOptions& options) {
  const Limits limits = limits_of(options.deadline, options.stop);
  Prepared& prepared =
      as_ledger([&]() -> auto& { return lease_->start(query, arguments, Verb::stream, limits); });
  return {Lease(*lease_), prepared, query};
}

std::uint64_t Pinned::run_all(const Query& query, RowSource& /*rows*/,
                              const CallOptions& /*options*/) {
  raise(ErrorKind::logic_error, "the ledger writes one row at a time", query.location());
}

Transaction Pinned::start_atomic(const CallOptions& /*options*/, SourceLocation at) {
  raise(ErrorKind::logic_error, "a pinned connection has its own begin()", at);
}

}  // namespace lockstep::detail
