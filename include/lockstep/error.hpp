// SPDX-License-Identifier: BSL-1.0
// Errors: one base class, one kind per failure, the same kind on every engine.
//
//     try {
//       scheduler::create_job(db, job);
//     } catch (const lockstep::Duplicate& e) {
//       log(e.what());        // scheduler.create_job: duplicate key on jobs (id) [sqlite 1555]
//       use(e.constraint());  // pk_jobs
//     }
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "lockstep/source_location.hpp"

namespace lockstep {

// What failed. The native codes behind each kind are in docs/errors.md.
enum class ErrorKind : std::uint8_t {
  not_found, too_many_rows,
  duplicate, foreign_key, not_null, check,
  serialization, deadlock, busy,
  timeout, cancelled, connection_lost, commit_unknown, transaction_aborted,
  unauthenticated, permission_denied, read_only,
  syntax, undefined_object, already_exists,
  out_of_range, too_long, invalid_text, type_mismatch, division_by_zero, cardinality,
  disk_full, corrupt, io_error, cannot_open, too_many_connections, stale_plan, user_raised,
  acquire_timeout, closed, invalid_argument, invalid_state, logic_error, unsupported,
  configuration, mapping_error, invalid_data, corrupt_data, index_stale, unavailable,
  migration_failed, migration_locked,
  unknown,
};

// The kind's name as it is written in logs and documents: "not_found".
[[nodiscard]] std::string_view to_string(ErrorKind kind) noexcept;

// The kind in words, as what() begins: "duplicate key".
[[nodiscard]] std::string_view phrase(ErrorKind kind) noexcept;

// Whether running the whole transaction again may succeed: serialization, deadlock and busy.
[[nodiscard]] bool retryable(ErrorKind kind) noexcept;

// Everything known about a failure. Fields that the engine does not tell are empty.
struct ErrorInfo {
  ErrorKind kind = ErrorKind::unknown;
  std::string what;            // what went wrong, in lower case; empty: the words of `kind`
  std::string_view engine;     // "sqlite", "postgres", "mysql"; empty: raised by lockstep itself
  int native_code = 0;         // SQLite's extended code, MySQL's errno; 0 on PostgreSQL
  std::string sqlstate;        // PostgreSQL and MySQL
  std::string constraint;      // name of the violated constraint
  std::string table;           // table of the violated constraint
  std::vector<std::string> columns;  // columns of the violated constraint
  std::string statement;       // name of the statement, or of the operation
  std::string server_message;  // the engine's own text; may hold users' data
  SourceLocation location = SourceLocation::current();  // the caller's line
  // Of execute_all: the element that failed; of a pipeline: the statement; from 0.
  std::optional<std::size_t> row = {};
  // Of a migration's statement: where in its text, in bytes, the engine points.
  std::optional<std::size_t> offset = {};
};

// Base of everything that lockstep throws. Copying never throws. what() says what was tried and
// what went wrong in at most 1 KiB, and never holds a bound value, a password or a row.
class Error : public std::runtime_error {
 public:
  explicit Error(ErrorInfo info);
  Error(const Error&) noexcept = default;
  Error& operator=(const Error&) noexcept = default;
  ~Error() override;

  [[nodiscard]] ErrorKind kind() const noexcept { return info_->kind; }
  [[nodiscard]] std::string_view engine() const noexcept { return info_->engine; }
  [[nodiscard]] int native_code() const noexcept { return info_->native_code; }
  [[nodiscard]] const std::string& sqlstate() const noexcept { return info_->sqlstate; }
  [[nodiscard]] const std::string& constraint() const noexcept { return info_->constraint; }
  [[nodiscard]] const std::string& table() const noexcept { return info_->table; }
  [[nodiscard]] const std::vector<std::string>& columns() const noexcept { return info_->columns; }
  [[nodiscard]] const std::string& statement() const noexcept { return info_->statement; }
  [[nodiscard]] const SourceLocation& location() const noexcept { return info_->location; }
  // Of execute_all and insert_all: index of the element that failed, where the engine tells it. Of
  // a pipeline: index of the statement.
  [[nodiscard]] std::optional<std::size_t> row() const noexcept { return info_->row; }
  // The engine's own message. It can quote values: show it to operators, not to users.
  [[nodiscard]] const std::string& server_message() const noexcept { return info_->server_message; }
  [[nodiscard]] bool retryable() const noexcept { return lockstep::retryable(info_->kind); }
  // Everything at once: to raise another error from this one.
  [[nodiscard]] const ErrorInfo& info() const noexcept { return *info_; }

 private:
  // Shared, because copying an exception object must not throw.
  std::shared_ptr<const ErrorInfo> info_;
};

// The class to catch one kind by type.
template <ErrorKind K>
class ErrorOf final : public Error {
 public:
  explicit ErrorOf(ErrorInfo info) : Error(std::move(info)) {}
};

// Throws the class that belongs to info.kind.
[[noreturn]] void raise(ErrorInfo info);

// Throws an error of lockstep's own: `what` says what went wrong, without values or secrets.
[[noreturn]] void raise(ErrorKind kind, std::string what,
                        SourceLocation at = SourceLocation::current());

using NotFound = ErrorOf<ErrorKind::not_found>;
using TooManyRows = ErrorOf<ErrorKind::too_many_rows>;
using Duplicate = ErrorOf<ErrorKind::duplicate>;
using ForeignKey = ErrorOf<ErrorKind::foreign_key>;
using NotNull = ErrorOf<ErrorKind::not_null>;
using Check = ErrorOf<ErrorKind::check>;
using Serialization = ErrorOf<ErrorKind::serialization>;
using Deadlock = ErrorOf<ErrorKind::deadlock>;
using Busy = ErrorOf<ErrorKind::busy>;
using Timeout = ErrorOf<ErrorKind::timeout>;
using Cancelled = ErrorOf<ErrorKind::cancelled>;
using ConnectionLost = ErrorOf<ErrorKind::connection_lost>;
using CommitUnknown = ErrorOf<ErrorKind::commit_unknown>;
using TransactionAborted = ErrorOf<ErrorKind::transaction_aborted>;
using Unauthenticated = ErrorOf<ErrorKind::unauthenticated>;
using PermissionDenied = ErrorOf<ErrorKind::permission_denied>;
using ReadOnly = ErrorOf<ErrorKind::read_only>;
using SyntaxError = ErrorOf<ErrorKind::syntax>;
using UndefinedObject = ErrorOf<ErrorKind::undefined_object>;
using AlreadyExists = ErrorOf<ErrorKind::already_exists>;
using OutOfRange = ErrorOf<ErrorKind::out_of_range>;
using TooLong = ErrorOf<ErrorKind::too_long>;
using InvalidText = ErrorOf<ErrorKind::invalid_text>;
using TypeMismatch = ErrorOf<ErrorKind::type_mismatch>;
using DivisionByZero = ErrorOf<ErrorKind::division_by_zero>;
using Cardinality = ErrorOf<ErrorKind::cardinality>;
using DiskFull = ErrorOf<ErrorKind::disk_full>;
using Corrupt = ErrorOf<ErrorKind::corrupt>;
using IoError = ErrorOf<ErrorKind::io_error>;
using CannotOpen = ErrorOf<ErrorKind::cannot_open>;
using TooManyConnections = ErrorOf<ErrorKind::too_many_connections>;
using StalePlan = ErrorOf<ErrorKind::stale_plan>;
using UserRaised = ErrorOf<ErrorKind::user_raised>;
using AcquireTimeout = ErrorOf<ErrorKind::acquire_timeout>;
using Closed = ErrorOf<ErrorKind::closed>;
using InvalidArgument = ErrorOf<ErrorKind::invalid_argument>;
using InvalidState = ErrorOf<ErrorKind::invalid_state>;
using LogicError = ErrorOf<ErrorKind::logic_error>;
using Unsupported = ErrorOf<ErrorKind::unsupported>;
using Configuration = ErrorOf<ErrorKind::configuration>;
using MappingError = ErrorOf<ErrorKind::mapping_error>;
using InvalidData = ErrorOf<ErrorKind::invalid_data>;
using CorruptData = ErrorOf<ErrorKind::corrupt_data>;
using IndexStale = ErrorOf<ErrorKind::index_stale>;
using Unavailable = ErrorOf<ErrorKind::unavailable>;
using MigrationFailed = ErrorOf<ErrorKind::migration_failed>;
using MigrationLocked = ErrorOf<ErrorKind::migration_locked>;

// Total predicates: false for every exception that is not a lockstep error of that kind.
[[nodiscard]] bool is_kind(const std::exception& e, ErrorKind kind) noexcept;
[[nodiscard]] bool is_not_found(const std::exception& e) noexcept;
[[nodiscard]] bool is_duplicate(const std::exception& e) noexcept;
[[nodiscard]] bool is_foreign_key(const std::exception& e) noexcept;
[[nodiscard]] bool is_retryable(const std::exception& e) noexcept;

}  // namespace lockstep
