// SPDX-License-Identifier: BSL-1.0
#include "core/connection.hpp"

#include <algorithm>

#include "core/bind.hpp"
#include "core/describe_error.hpp"
#include "core/query_error.hpp"

namespace lockstep::detail {
namespace {

// What the facade itself asks of an engine must be answered within this time, or the connection is
// dropped.
constexpr std::chrono::seconds upkeep_limit{5};

// Names of what the facade itself runs, for errors.
constexpr Sql begin_sql{"begin", "BEGIN"};
constexpr Sql savepoint_sql{"savepoint", "SAVEPOINT"};
constexpr Sql release_sql{"release savepoint", "RELEASE SAVEPOINT"};
constexpr Sql commit_sql{"commit", "COMMIT"};
constexpr Sql ping_sql{"ping", "SELECT 1"};

std::string savepoint_name(int level) { return "lockstep_" + std::to_string(level); }

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
    bind_arguments(prepared_.lexed, *arguments, query_, prepared_.bound);
    return prepared_.bound;
  }

 private:
  Prepared& prepared_;
  const Query& query_;
  RowSource& rows_;
};

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

Limits limits_of(std::optional<std::chrono::nanoseconds> deadline, std::stop_token stop) {
  Limits limits;
  limits.stop = std::move(stop);
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

Connection::Connection(const Dialect& dialect, std::unique_ptr<Session> session,
                       std::size_t cache_size)
    : dialect_(dialect),
      session_(std::move(session)),
      cache_(cache_size),
      capabilities_(session_->capabilities()) {}

Connection::~Connection() { cache_.clear(); }

Prepared& Connection::start(const Query& query, const Arguments& arguments, Verb verb, Fetch fetch,
                            const Limits& limits) {
  require_no_stream(query);
  Prepared& prepared = prepare(query, verb);
  try {
    bind_arguments(prepared.lexed, arguments, query, prepared.bound);
    if (prepared.emulated && !arguments.integer_result) {
      raise_about(query, ErrorKind::unsupported,
                  "without RETURNING only an integer identity column can be returned");
    }
    apply(limits, query);
    execute(prepared, fetch);
    return prepared;
  } catch (const NativeError& e) {
    ErrorInfo info = translate(e, query, &prepared.lexed);
    finish(prepared);
    raise(std::move(info));
  } catch (...) {
    finish(prepared);
    throw;
  }
}

std::uint64_t Connection::run_all(const Query& query, RowSource& rows, const Limits& limits) {
  require_no_stream(query);
  Prepared& prepared = prepare(query, Verb::execute);
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
    const std::uint64_t count = prepared.statement->execute_all(bound);
    finish(prepared);
    return count;
  } catch (const NativeError& e) {
    ErrorInfo info = translate(e, query, &prepared.lexed);
    finish(prepared);
    raise(std::move(info));
  } catch (...) {
    poison();  // some of the rows may have been sent
    finish(prepared);
    throw;
  }
}

// A plan can go stale when the schema changes: outside a transaction it is prepared once more.
void Connection::execute(Prepared& prepared, Fetch fetch) {
  try {
    execute_once(prepared, fetch);
  } catch (const NativeError& e) {
    if (!prepared.cached || level_ > 0 || dialect_.classify(e) != ErrorKind::stale_plan) throw;
    prepared.statement = nullptr;
    prepared.shape = nullptr;
    execute_once(prepared, fetch);
  }
}

void Connection::execute_once(Prepared& prepared, Fetch fetch) {
  if (prepared.statement == nullptr) prepared.statement = session_->prepare(prepared.lexed.text);
  prepared.busy = true;
  prepared.statement->execute(prepared.bound, fetch);
}

Prepared& Connection::prepare(const Query& query, Verb verb) {
  const bool emulate = verb == Verb::insert_returning && !capabilities_.returning_insert;
  const StatementKey key{query.text(dialect_.engine), query.sql() != nullptr, emulate};
  if (Prepared* known = cache_.find(key)) return *known;
  auto prepared = std::make_unique<Prepared>();
  prepared->lexed = lex(query, emulate);
  prepared->emulated = emulate;
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

bool Connection::next(Prepared& prepared, const Query& query) {
  try {
    return prepared.statement->next();
  } catch (const NativeError& e) {
    raise(translate(e, query, &prepared.lexed));
  }
}

void Connection::finish(Prepared& prepared) noexcept {
  if (prepared.statement != nullptr && prepared.busy) prepared.statement->reset();
  prepared.busy = false;
  clear_limits();
  if (!prepared.cached || prepared.statement == nullptr) cache_.forget(prepared);
}

void Connection::run(const Query& query, const Limits& limits) {
  run_native(query.text(dialect_.engine), query, limits);
}

void Connection::run_native(std::string_view text, const Query& query, const Limits& limits) {
  require_no_stream(query);
  apply(limits, query);
  try {
    session_->run(text);
  } catch (const NativeError& e) {
    ErrorInfo info = translate(e, query, nullptr);
    clear_limits();
    raise(std::move(info));
  }
  clear_limits();
}

void Connection::require_no_stream(const Query& query) const {
  if (stream_ == nullptr) return;
  raise_about(query, ErrorKind::logic_error,
              "a stream of rows is open on this connection: read it to its end, or drop it");
}

void Connection::end_stream() noexcept {
  if (stream_ == nullptr) return;
  Cursor* const cursor = std::exchange(stream_, nullptr);
  finish(*cursor->prepared_);
  cursor->detach();
}

// A deadline that has passed counts as one that ended the statement: it poisons.
void Connection::apply(const Limits& limits, const Query& query) {
  if (limits.stop.stop_requested()) {
    poison();
    raise_about(query, ErrorKind::cancelled);
  }
  if (limits.deadline && *limits.deadline <= std::chrono::steady_clock::now()) {
    poison();
    raise_about(query, ErrorKind::timeout);
  }
  if (!limits.deadline && !limits.stop.stop_possible()) return;
  session_->limit(limits);
  limited_ = true;
}

void Connection::clear_limits() noexcept {
  if (!limited_) return;
  limited_ = false;
  try {
    session_->limit({});
  } catch (const NativeError&) {
    broken_ = true;
  }
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

void Connection::begin(const TransactionOptions& options, const Limits& limits, SourceLocation at) {
  const Query query(begin_sql, at);
  apply(limits, query);
  try {
    session_->begin(options);
  } catch (const NativeError& e) {
    ErrorInfo info = translate(e, query, nullptr);
    clear_limits();
    raise(std::move(info));
  }
  clear_limits();
  level_ = 1;
  aborted_from_ = 0;
}

void Connection::push_savepoint(const Limits& limits, SourceLocation at) {
  run_native("SAVEPOINT " + savepoint_name(level_ + 1), Query(savepoint_sql, at), limits);
  ++level_;
}

void Connection::commit(const Limits& limits, SourceLocation at) {
  if (level_ > 1) {
    run_native("RELEASE SAVEPOINT " + savepoint_name(level_), Query(release_sql, at), limits);
    --level_;
    return;
  }
  const Query query(commit_sql, at);
  require_no_stream(query);
  apply(limits, query);
  try {
    session_->commit();
  } catch (const NativeError& e) {
    ErrorInfo info = translate(e, query, nullptr);
    // The server may have committed before it stopped answering; a transaction that is still open
    // was not committed.
    const bool open = session_->transaction_state() == TransactionState::active;
    const bool interrupted = e.interruption != NativeError::Interruption::none && !open;
    if (e.link_lost || interrupted) info.kind = ErrorKind::commit_unknown;
    clear_limits();
    raise(std::move(info));
  }
  clear_limits();
  level_ = 0;
}

void Connection::rollback() noexcept {
  end_stream();
  const int level = level_--;
  try {
    if (!broken_) undo(level);
    if (aborted_from_ >= level) aborted_from_ = 0;
  } catch (const NativeError&) {
    broken_ = true;
  }
  if (broken_) aborted_from_ = level_ > 0 ? 1 : 0;
  clear_limits();
}

// The engine may have ended the transaction by itself (SQLite on a full disk, MySQL after a
// deadlock): then there is nothing to undo, and the levels around stay poisoned.
void Connection::undo(int level) {
  if (session_->transaction_state() == TransactionState::none) {
    aborted_from_ = 1;
    return;
  }
  Limits limits;
  limits.deadline = std::chrono::steady_clock::now() + upkeep_limit;
  session_->limit(limits);
  limited_ = true;
  if (level == 1) {
    session_->rollback();
    return;
  }
  session_->run("ROLLBACK TO SAVEPOINT " + savepoint_name(level));
  session_->run("RELEASE SAVEPOINT " + savepoint_name(level));
}

bool Connection::clean() noexcept {
  end_stream();
  while (level_ > 0) rollback();
  return !broken_ && session_->reset();
}

bool Connection::validate(const Limits& limits) noexcept {
  Limits upkeep;
  upkeep.deadline = std::chrono::steady_clock::now() + upkeep_limit;
  if (limits.deadline && *limits.deadline < *upkeep.deadline) upkeep.deadline = limits.deadline;
  try {
    session_->limit(upkeep);
    limited_ = true;
    if (!session_->looks_alive() || !session_->ping()) broken_ = true;
  } catch (const NativeError&) {
    broken_ = true;
  }
  clear_limits();
  return !broken_;
}

void Connection::ping(const Limits& limits, SourceLocation at) {
  run(Query(ping_sql, at), limits);
}

}  // namespace lockstep::detail
