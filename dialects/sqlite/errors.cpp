// SPDX-License-Identifier: BSL-1.0
// From SQLite's extended result codes to kinds of errors. https://sqlite.org/rescode.html
#include <sqlite3.h>

#include <algorithm>
#include <utility>

#include "dialects/sqlite/sqlite.hpp"

namespace lockstep::detail {

namespace {

using Interruption = NativeError::Interruption;

// A line of the code table and, where the code alone does not decide, the rest of the condition.
// SQLite has one code, 1, for everything that is wrong with a text: there the message decides. It
// is not translated.
struct Rule {
  ErrorCode line;
  bool (*applies)(const NativeError& error) = nullptr;
};

constexpr Rule rule(int code, ErrorKind kind, std::string_view note = {},
                    bool (*applies)(const NativeError&) = nullptr) {
  return {{code, {}, kind, note}, applies};
}

bool says(const NativeError& error, std::string_view words) {
  return error.message.find(words) != std::string::npos;
}

bool is_deadline(const NativeError& e) { return e.interruption == Interruption::deadline; }
bool is_cancel(const NativeError& e) { return e.interruption == Interruption::cancel; }
bool is_foreign_key_text(const NativeError& e) {
  return e.message == "FOREIGN KEY constraint failed";
}
bool is_length_check(const NativeError& e) { return e.constraint.ends_with("_len"); }

bool is_syntax(const NativeError& e) {
  return e.message.ends_with("syntax error") || e.message == "incomplete input" ||
         e.message.starts_with("unrecognized token");
}

// "error in view v: no such table: t" is one, too.
bool is_undefined(const NativeError& e) {
  return e.message.starts_with("no such ") || says(e, ": no such ") ||
         says(e, " has no column named ") || e.message.starts_with("unknown database ") ||
         e.message.starts_with("foreign key mismatch") ||
         e.message.ends_with(" - column not present in both tables");
}

bool is_existing(const NativeError& e) {
  return says(e, " already exists") || e.message.starts_with("there is already ") ||
         e.message.starts_with("duplicate column name");
}

bool is_overflow(const NativeError& e) { return says(e, "integer overflow"); }
bool is_newer_format(const NativeError& e) { return e.message == "unsupported file format"; }
bool is_malformed_json(const NativeError& e) { return says(e, "malformed JSON"); }

// The first line that fits decides.
constexpr Rule rules[] = {
    rule(SQLITE_CONSTRAINT_PRIMARYKEY, ErrorKind::duplicate),
    rule(SQLITE_CONSTRAINT_UNIQUE, ErrorKind::duplicate),
    rule(SQLITE_CONSTRAINT_ROWID, ErrorKind::duplicate),
    rule(SQLITE_CONSTRAINT_FOREIGNKEY, ErrorKind::foreign_key),
    rule(SQLITE_CONSTRAINT_TRIGGER, ErrorKind::foreign_key, "with the foreign-key text (RESTRICT)",
         is_foreign_key_text),
    rule(SQLITE_CONSTRAINT_TRIGGER, ErrorKind::user_raised, "by RAISE"),
    rule(SQLITE_CONSTRAINT_NOTNULL, ErrorKind::not_null),
    rule(SQLITE_CONSTRAINT_CHECK, ErrorKind::too_long, "of a constraint named *_len",
         is_length_check),
    rule(SQLITE_CONSTRAINT_CHECK, ErrorKind::check),
    rule(SQLITE_CONSTRAINT_DATATYPE, ErrorKind::type_mismatch),
    rule(SQLITE_BUSY_SNAPSHOT, ErrorKind::serialization),
    rule(SQLITE_BUSY, ErrorKind::busy),
    rule(SQLITE_BUSY_RECOVERY, ErrorKind::busy),
    rule(SQLITE_LOCKED, ErrorKind::busy),
    rule(SQLITE_LOCKED_SHAREDCACHE, ErrorKind::busy),
    rule(SQLITE_INTERRUPT, ErrorKind::timeout, "the deadline had passed", is_deadline),
    rule(SQLITE_INTERRUPT, ErrorKind::cancelled, "it was asked for", is_cancel),
    rule(SQLITE_AUTH, ErrorKind::unauthenticated),
    rule(SQLITE_PERM, ErrorKind::permission_denied),
    rule(SQLITE_READONLY, ErrorKind::read_only),
    rule(SQLITE_ERROR, ErrorKind::syntax,
         "\"... syntax error\", \"incomplete input\", \"unrecognized token ...\"", is_syntax),
    rule(SQLITE_ERROR, ErrorKind::undefined_object,
         "\"no such ...\", \"... has no column named ...\", \"unknown database ...\", "
         "\"foreign key mismatch ...\", \"... column not present in both tables\"",
         is_undefined),
    rule(SQLITE_ERROR, ErrorKind::already_exists,
         "\"... already exists\", \"there is already ...\", \"duplicate column name ...\"",
         is_existing),
    rule(SQLITE_ERROR, ErrorKind::out_of_range, "\"integer overflow\"", is_overflow),
    rule(SQLITE_ERROR, ErrorKind::corrupt, "\"unsupported file format\"", is_newer_format),
    rule(SQLITE_ERROR, ErrorKind::invalid_text, "\"malformed JSON\"", is_malformed_json),
    rule(SQLITE_TOOBIG, ErrorKind::too_long),
    rule(SQLITE_MISMATCH, ErrorKind::type_mismatch),
    rule(SQLITE_FULL, ErrorKind::disk_full),
    rule(SQLITE_CORRUPT, ErrorKind::corrupt),
    rule(SQLITE_NOTADB, ErrorKind::corrupt),
    rule(SQLITE_IOERR, ErrorKind::io_error),
    rule(SQLITE_CANTOPEN, ErrorKind::cannot_open),
    rule(SQLITE_SCHEMA, ErrorKind::stale_plan),
};

template <std::size_t N>
constexpr std::array<ErrorCode, N> lines_of(const Rule (&from)[N]) {
  std::array<ErrorCode, N> lines{};
  for (std::size_t i = 0; i < N; ++i) lines[i] = from[i].line;
  return lines;
}

const Rule* find_rule(int code, const NativeError& error) noexcept {
  for (const Rule& candidate : rules) {
    if (candidate.line.code == code && (!candidate.applies || candidate.applies(error))) {
      return &candidate;
    }
  }
  return nullptr;
}

// "t.a, t.b", or "index 'ux'" for an index on an expression.
void read_columns(std::string_view list, NativeError& error) {
  constexpr std::string_view index = "index '";
  if (list.starts_with(index)) {
    list.remove_prefix(index.size());
    error.constraint = list.substr(0, list.rfind('\''));
    return;
  }
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(", "), list.size());
    const std::string_view name = list.substr(0, end);
    const std::size_t dot = name.find('.');
    if (dot == std::string_view::npos) return;
    error.table = name.substr(0, dot);
    error.columns.emplace_back(name.substr(dot + 1));
    list.remove_prefix(std::min(end + 2, list.size()));
  }
}

// A CHECK without a name is told by its expression: that is no name.
bool is_name(std::string_view text) noexcept {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
  constexpr std::string_view rest =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
  return !text.empty() && letters.find(text.front()) != std::string_view::npos &&
         text.find_first_not_of(rest) == std::string_view::npos;
}

}  // namespace

static_assert(std::size(rules) == sqlite_error_count);
constinit const std::array<ErrorCode, sqlite_error_count> sqlite_error_codes = lines_of(rules);

ErrorKind classify_sqlite(const NativeError& error) noexcept {
  // Also where a wait for a lock was ended by us, which SQLite tells as 5.
  if (is_deadline(error)) return ErrorKind::timeout;
  if (is_cancel(error)) return ErrorKind::cancelled;
  const Rule* found = find_rule(error.code, error);
  // An extended code that has no line of its own is what its primary code is.
  if (!found) found = find_rule(error.code & 0xff, error);
  return found ? found->line.kind : ErrorKind::unknown;
}

NativeError sqlite_error(int code, std::string message) {
  NativeError error;
  error.code = code;
  error.message = std::move(message);
  if ((code & 0xff) != SQLITE_CONSTRAINT) return error;
  constexpr std::string_view failed = " constraint failed: ";
  const std::string_view text = error.message;
  const std::size_t at = text.find(failed);
  if (at == std::string_view::npos) return error;
  const std::string_view subject = text.substr(at + failed.size());
  if (code == SQLITE_CONSTRAINT_CHECK) {
    if (is_name(subject)) error.constraint = subject;
  } else {
    read_columns(subject, error);
  }
  return error;
}

}  // namespace lockstep::detail
