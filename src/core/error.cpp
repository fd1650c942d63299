// SPDX-License-Identifier: BSL-1.0
#include "lockstep/error.hpp"

#include <array>

namespace lockstep {
namespace {

struct KindText {
  std::string_view name;
  std::string_view phrase;
};

// In the order of ErrorKind.
constexpr std::array<KindText, static_cast<std::size_t>(ErrorKind::unknown) + 1> kind_texts{{
    {"not_found", "no row found"},
    {"too_many_rows", "more than one row"},
    {"duplicate", "duplicate key"},
    {"foreign_key", "foreign key violation"},
    {"not_null", "null in a column that must have a value"},
    {"check", "check constraint violation"},
    {"serialization", "conflict with a concurrent transaction"},
    {"deadlock", "deadlock with a concurrent transaction"},
    {"busy", "wait for a lock ended"},
    {"timeout", "deadline passed"},
    {"cancelled", "cancelled"},
    {"connection_lost", "connection lost"},
    {"commit_unknown", "connection lost during commit: outcome unknown"},
    {"transaction_aborted", "transaction aborted by an earlier error"},
    {"unauthenticated", "authentication refused"},
    {"permission_denied", "permission denied"},
    {"read_only", "write in a read-only transaction or database"},
    {"syntax", "syntax error"},
    {"undefined_object", "no such database, table, column or function"},
    {"already_exists", "object already exists"},
    {"out_of_range", "number or time out of range"},
    {"too_long", "value too long"},
    {"invalid_text", "text is not a value of the type"},
    {"type_mismatch", "type mismatch"},
    {"division_by_zero", "division by zero"},
    {"cardinality", "wrong number of rows or columns in a subquery"},
    {"disk_full", "disk full"},
    {"corrupt", "database is corrupt or not a database"},
    {"io_error", "input/output error"},
    {"cannot_open", "cannot open the database"},
    {"too_many_connections", "server has too many connections"},
    {"stale_plan", "prepared statement is stale"},
    {"user_raised", "raised by the database's own code"},
    {"acquire_timeout", "no connection became free in time"},
    {"closed", "database is closed"},
    {"invalid_argument", "invalid argument"},
    {"invalid_state", "database is not in the state that the call needs"},
    {"logic_error", "wrong use"},
    {"unsupported", "not supported by this engine"},
    {"configuration", "wrong configuration"},
    {"mapping_error", "result does not fit the type"},
    {"invalid_data", "invalid data"},
    {"corrupt_data", "stored value cannot be read"},
    {"index_stale", "index is stale"},
    {"unavailable", "service unavailable"},
    {"migration_failed", "migration failed"},
    {"migration_locked", "another migrator holds the lock"},
    {"unknown", "unknown error"},
}};

constexpr const KindText& text_of(ErrorKind kind) noexcept {
  return kind_texts[static_cast<std::size_t>(kind)];
}

constexpr std::size_t max_what_bytes = 1024;

void append_object(std::string& out, const ErrorInfo& info) {
  if (info.table.empty() && info.constraint.empty()) return;
  out += " on ";
  out += info.table.empty() ? info.constraint : info.table;
  if (info.table.empty() || info.columns.empty()) return;
  std::string_view separator = " (";
  for (const std::string& column : info.columns) {
    out += separator;
    out += column;
    separator = ", ";
  }
  out += ')';
}

void append_code(std::string& out, const ErrorInfo& info) {
  if (info.engine.empty()) return;
  out += " [";
  out += info.engine;
  if (info.native_code != 0) {
    out += ' ';
    out += std::to_string(info.native_code);
  } else if (!info.sqlstate.empty()) {
    out += ' ';
    out += info.sqlstate;
  }
  out += ']';
}

// Cuts at a character border, so that the text stays valid UTF-8.
void limit_size(std::string& text) {
  if (text.size() <= max_what_bytes) return;
  std::size_t end = max_what_bytes - 3;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  text.resize(end);
  text += "...";
}

std::string compose(const ErrorInfo& info) {
  std::string out;
  if (!info.statement.empty()) {
    out += info.statement;
    out += ": ";
  }
  out += info.what.empty() ? phrase(info.kind) : std::string_view(info.what);
  append_object(out, info);
  append_code(out, info);
  limit_size(out);
  return out;
}

template <std::size_t... I>
[[noreturn]] void raise_kind(ErrorInfo info, std::index_sequence<I...>) {
  using Thrower = void (*)(ErrorInfo&&);
  static constexpr std::array<Thrower, sizeof...(I)> throwers{
      [](ErrorInfo&& i) { throw ErrorOf<static_cast<ErrorKind>(I)>(std::move(i)); }...};
  throwers[static_cast<std::size_t>(info.kind)](std::move(info));
  __builtin_unreachable();
}

}  // namespace

std::string_view to_string(ErrorKind kind) noexcept { return text_of(kind).name; }

std::string_view phrase(ErrorKind kind) noexcept { return text_of(kind).phrase; }

bool retryable(ErrorKind kind) noexcept {
  return kind == ErrorKind::serialization || kind == ErrorKind::deadlock || kind == ErrorKind::busy;
}

Error::Error(ErrorInfo info)
    : std::runtime_error(compose(info)),
      info_(std::make_shared<const ErrorInfo>(std::move(info))) {}

Error::~Error() = default;

void raise(ErrorInfo info) {
  raise_kind(std::move(info), std::make_index_sequence<kind_texts.size()>());
}

void raise(ErrorKind kind, std::string what, SourceLocation at) {
  ErrorInfo info;
  info.kind = kind;
  info.what = std::move(what);
  info.location = at;
  raise(std::move(info));
}

bool is_kind(const std::exception& e, ErrorKind kind) noexcept {
  const auto* error = dynamic_cast<const Error*>(&e);
  return error != nullptr && error->kind() == kind;
}

bool is_not_found(const std::exception& e) noexcept { return is_kind(e, ErrorKind::not_found); }

bool is_duplicate(const std::exception& e) noexcept { return is_kind(e, ErrorKind::duplicate); }

bool is_foreign_key(const std::exception& e) noexcept { return is_kind(e, ErrorKind::foreign_key); }

bool is_retryable(const std::exception& e) noexcept {
  const auto* error = dynamic_cast<const Error*>(&e);
  return error != nullptr && error->retryable();
}

}  // namespace lockstep
