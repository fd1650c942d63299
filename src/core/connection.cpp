// SPDX-License-Identifier: BSL-1.0
#include "core/connection.hpp"

#include <algorithm>

#include "core/describe_error.hpp"
#include "core/query_error.hpp"

namespace lockstep::detail {
namespace {

bool commits_implicitly(const LexedSql& lexed) {
  return lexed.kind == StatementKind::ddl && !lexed.temporary;
}

// "RETURNING id": one column by its name, which is the one that the last insert id answers.
bool returns_one_column(const LexedSql& lexed) {
  if (!lexed.returning || lexed.returning_columns != 1) return false;
  std::string_view clause = std::string_view(lexed.text).substr(*lexed.returning);
  clause.remove_prefix(std::string_view("RETURNING").size());
  constexpr std::string_view blanks = " \t\r\n";
  const auto begin = clause.find_first_not_of(blanks);
  const auto end = clause.find_last_not_of(blanks);
  if (begin == std::string_view::npos) return false;
  clause = clause.substr(begin, end - begin + 1);
  if (clause.size() > 2 && clause.front() == '"' && clause.back() == '"') {
    clause = clause.substr(1, clause.size() - 2);
  }
  return std::all_of(clause.begin(), clause.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

// The caller's rows in native order.
class BoundRows final : public ArgumentRows {
 public:
  BoundRows(Prepared& prepared, const Query& query, RowSource& rows)
      : prepared_(prepared), query_(query), rows_(rows) {}
  std::span<const Value> next() override {
    const Arguments* const arguments = rows_.next();
    if (arguments == nullptr) return {};
    return bind_arguments(prepared_.lexed, *arguments, query_, prepared_.places);
  }

 private:
  Prepared& prepared_;
  const Query& query_;
  RowSource& rows_;
};

Fetch fetch_of(Verb verb) {
  return verb == Verb::fetch_all ? Fetch::at_once
         : verb == Verb::stream  ? Fetch::streamed
                                 : Fetch::buffered;
}

// What a statement cache is for: text that runs again and again.
bool worth_keeping(const LexedSql& lexed) {
  switch (lexed.kind) {
    case StatementKind::select:
    case StatementKind::insert:
    case StatementKind::update:
    case StatementKind::erase:
      return true;
    default:
      return false;
  }
}

}  // namespace

Connection::Connection(const Dialect& dialect, std::unique_ptr<Session> session,
                       std::size_t cache_size, Telemetry& telemetry)
    : dialect_(dialect),
      session_(std::move(session)),
      telemetry_(telemetry),
      cache_(cache_size, telemetry.cache),
      capabilities_(session_->capabilities()) {}

Connection::~Connection() {
  cache_.clear();
  session_.reset();
  telemetry_.pool(closed_as, telemetry_.now() - opened_at);
}

void Connection::begin_to_watch(const Query& query, Execution& seen) noexcept {
  seen = Execution();
  seen.name = query.name();
  seen.at = query.location();
  seen.wait = std::exchange(waited, {});
  seen.began = telemetry_.now();
}

// To be called once per execution; later calls for the same one do nothing.
void Connection::tell(Execution& seen) noexcept {
  if (seen.name.empty()) return;
  const SteadyTime now = telemetry_.now();
  if (seen.executed == SteadyTime()) seen.executed = now;
  telemetry_.statement({.name = std::exchange(seen.name, {}),
                        .engine = dialect_.engine,
                        .at = seen.at,
                        .wait = seen.wait,
                        .execute = seen.executed - seen.began,
                        .fetch = now - seen.executed,
                        .rows = seen.rows,
                        .error = seen.error});
}

Prepared& Connection::start(const Query& query, const Arguments& arguments, Verb verb,
                            const Limits& limits) {
  require_free(query);
  Prepared& prepared = prepare(query, verb);
  watch(query, prepared.seen);
  try {
    const auto bound = bind_arguments(prepared.lexed, arguments, query, prepared.places);
    if (prepared.emulated && !arguments.integer_result) {
      raise_about(query, ErrorKind::unsupported,
                  "without RETURNING only an integer identity column can be returned");
    }
    apply(limits, query);
    launch(prepared, bound, fetch_of(verb));
  } catch (...) {
    fail(prepared, query);
  }
  if (!prepared.seen.name.empty()) prepared.seen.executed = telemetry_.now();
  return prepared;
}

std::uint64_t Connection::run_all(const Query& query, RowSource& rows, const Limits& limits) {
  require_free(query);
  Prepared& prepared = prepare(query, Verb::execute);
  std::uint64_t count = 0;
  watch(query, prepared.seen);
  try {
    if (prepared.lexed.arguments == 0) {
      raise_about(query, ErrorKind::invalid_argument, "takes no arguments, so no rows of them");
    }
    apply(limits, query);
    if (prepared.statement == nullptr) {
      prepared.statement = session_->prepare(prepared.lexed.text);
    }
    prepared.busy = true;
    BoundRows bound(prepared, query, rows);
    count = prepared.statement->execute_all(bound);
  } catch (...) {
    fail(prepared, query);
  }
  prepared.seen.rows = count;
  finish(prepared);
  return count;
}

// To be called where an exception is handled: ends the execution that threw it, and throws it as an
// Error.
void Connection::fail(Prepared& prepared, const Query& query) {
  try {
    throw;
  } catch (const NativeError& e) {
    ErrorInfo info = translate(e, query, &prepared.lexed);
    prepared.seen.error = info.kind;
    finish(prepared);
    raise(std::move(info));
  } catch (const Error& e) {
    prepared.seen.error = e.kind();
    finish(prepared);
    throw;
  } catch (...) {
    finish(prepared);
    throw;
  }
}

// A plan can go stale when the schema changes: outside a transaction it is prepared once more.
[[gnu::always_inline]] inline void Connection::launch(Prepared& prepared,
                                                      std::span<const Value> arguments,
                                                      Fetch fetch) {
  try {
    if (prepared.statement == nullptr) prepared.statement = session_->prepare(prepared.lexed.text);
    prepared.busy = true;
    prepared.statement->execute(arguments, fetch);
  } catch (const NativeError& e) {
    if (!prepared.cached || level_ > 0 || dialect_.classify(e) != ErrorKind::stale_plan) throw;
    prepared.shape = nullptr;
    prepared.statement = nullptr;
    prepared.statement = session_->prepare(prepared.lexed.text);
    prepared.statement->execute(arguments, fetch);
  }
}

Prepared& Connection::prepare_anew(const Query& query, const StatementKey& key) {
  auto prepared = std::make_unique<Prepared>();
  prepared->lexed = lex(query, key.emulated);
  prepared->emulated = key.emulated;
  return worth_keeping(prepared->lexed) ? cache_.insert(key, std::move(prepared))
                                        : cache_.insert_stray(std::move(prepared));
}

LexedSql Connection::lex(const Query& query, bool emulate) const {
  LexedSql lexed;
  try {
    lexed = lex_sql(query.text(dialect_.engine), dialect_.lexical);
  } catch (const Error& e) {
    raise_about(query, e.kind(), e.what());
  }
  require_allowed(lexed, query);
  if (!emulate) return lexed;
  if (!returns_one_column(lexed)) {
    raise_about(query, ErrorKind::unsupported,
                "without RETURNING only one identity column can be returned");
  }
  lexed.text.resize(*lexed.returning);
  return lexed;
}

void Connection::require_allowed(const LexedSql& lexed, const Query& query) const {
  if (lexed.kind == StatementKind::transaction) {
    raise_about(query, ErrorKind::logic_error,
                "transactions are begun and ended by begin(), commit(), rollback() and nested()");
  }
  if (level_ > 0 && !capabilities_.transactional_ddl && commits_implicitly(lexed)) {
    raise_about(query, ErrorKind::unsupported,
                "this engine commits at DDL: not inside a transaction");
  }
}

void Connection::fail_next(const NativeError& e, Prepared& prepared, const Query& query) {
  ErrorInfo info = translate(e, query, &prepared.lexed);
  prepared.seen.error = info.kind;
  raise(std::move(info));
}

void Connection::finish(Prepared& prepared) noexcept {
  if (prepared.statement != nullptr && prepared.busy) {
    prepared.last_rows = prepared.seen.rows;
    const bool told = !prepared.seen.name.empty();
    if (told && prepared.seen.rows == 0 && !prepared.seen.error) {
      prepared.seen.rows = prepared.statement->rows_affected();
    }
    prepared.statement->reset();
  }
  prepared.busy = false;
  clear_limits();
  tell(prepared.seen);
  if (!prepared.cached || prepared.statement == nullptr) cache_.forget(prepared);
}

void Connection::run(const Query& query, const Limits& limits) {
  run_native(query.text(dialect_.engine), query, limits);
}

void Connection::run_native(std::string_view text, const Query& query, const Limits& limits) {
  require_free(query);
  send(query, limits, [&] { session_->run(text); });
}

void Connection::send(const Query& query, const Limits& limits,
                      const std::function<void()>& command, const Amend& amend) {
  apply(limits, query);
  Execution seen;
  watch(query, seen);
  try {
    command();
  } catch (const NativeError& e) {
    ErrorInfo info = translate(e, query, nullptr);
    if (amend) amend(e, info);
    seen.error = info.kind;
    clear_limits();
    tell(seen);
    raise(std::move(info));
  }
  clear_limits();
  tell(seen);
}

void Connection::poison() noexcept {
  if (level_ == 0) return;
  const TransactionState state = session_->transaction_state();
  const bool ended = state == TransactionState::none || state == TransactionState::unknown;
  const int from = ended ? 1 : level_;
  if (aborted_from_ == 0 || from < aborted_from_) aborted_from_ = from;
}

ErrorInfo Connection::translate(const NativeError& e, const Query& query, const LexedSql* lexed) {
  if (e.link_lost) broken_ = true;
  poison();
  return describe_error(dialect_, e, query, lexed);
}

}  // namespace lockstep::detail
