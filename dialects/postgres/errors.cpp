// SPDX-License-Identifier: BSL-1.0
// Failures: the table of codes, and what libpq tells of one. Codes:
// https://www.postgresql.org/docs/15/errcodes-appendix.html
#include <libpq-fe.h>

#include <algorithm>
#include <charconv>

#include "dialects/postgres/postgres.hpp"

namespace lockstep::detail {

constexpr std::array<ErrorCode, pg_error_count> pg_error_codes{{
    {0, "23505", ErrorKind::duplicate, ""},
    {0, "23P01", ErrorKind::duplicate, "EXCLUDE constraint"},
    {0, "23503", ErrorKind::foreign_key, ""},
    {0, "23001", ErrorKind::foreign_key, "RESTRICT"},
    {0, "23502", ErrorKind::not_null, ""},
    {0, "23514", ErrorKind::check, ""},
    {0, "40001", ErrorKind::serialization, ""},
    {0, "40P01", ErrorKind::deadlock, ""},
    {0, "55P03", ErrorKind::busy, "lock_timeout or NOWAIT"},
    {0, "57014", ErrorKind::timeout, "our deadline, or the server's statement_timeout"},
    {0, "57014", ErrorKind::cancelled, "our cancel or stop token"},
    {0, "08", ErrorKind::connection_lost, "the whole class, and a link that broke without a code"},
    {0, "57P01", ErrorKind::connection_lost, "ended by an administrator"},
    {0, "57P02", ErrorKind::connection_lost, "the server crashed"},
    {0, "57P03", ErrorKind::connection_lost, "the server starts or stops"},
    {0, "25P02", ErrorKind::transaction_aborted, ""},
    {0, "28", ErrorKind::unauthenticated, "the whole class; by text while connecting"},
    {0, "42501", ErrorKind::permission_denied, ""},
    {0, "25006", ErrorKind::read_only, ""},
    {0, "42601", ErrorKind::syntax, ""},
    {0, "42P01", ErrorKind::undefined_object, "table"},
    {0, "42703", ErrorKind::undefined_object, "column"},
    {0, "42883", ErrorKind::undefined_object, "function or operator"},
    {0, "42704", ErrorKind::undefined_object, "type, index, constraint or other object"},
    {0, "3F000", ErrorKind::undefined_object, "schema"},
    {0, "3D000", ErrorKind::undefined_object, "database; by text while connecting"},
    {0, "42P07", ErrorKind::already_exists, "table or index"},
    {0, "42701", ErrorKind::already_exists, "column"},
    {0, "42710", ErrorKind::already_exists, "constraint or other object"},
    {0, "42723", ErrorKind::already_exists, "function"},
    {0, "42P06", ErrorKind::already_exists, "schema"},
    {0, "42P04", ErrorKind::already_exists, "database"},
    {0, "22003", ErrorKind::out_of_range, "number"},
    {0, "22008", ErrorKind::out_of_range, "date or time"},
    {0, "22001", ErrorKind::too_long, ""},
    {0, "54000", ErrorKind::too_long, ""},
    {0, "22P02", ErrorKind::invalid_text, ""},
    {0, "22007", ErrorKind::invalid_text, "date or time"},
    {0, "22021", ErrorKind::invalid_text, "encoding"},
    {0, "22P05", ErrorKind::invalid_text, "a character that the database's encoding lacks"},
    {0, "42804", ErrorKind::type_mismatch, ""},
    {0, "22012", ErrorKind::division_by_zero, ""},
    {0, "21000", ErrorKind::cardinality, ""},
    {0, "53100", ErrorKind::disk_full, ""},
    {0, "XX001", ErrorKind::corrupt, ""},
    {0, "XX002", ErrorKind::corrupt, "index"},
    {0, "58030", ErrorKind::io_error, ""},
    {0, "53300", ErrorKind::too_many_connections, "by text while connecting"},
    {0, "0A000", ErrorKind::stale_plan, "raised by the check of a cached plan; else unsupported"},
    {0, "26000", ErrorKind::stale_plan, "unknown prepared statement"},
    {0, "42P05", ErrorKind::stale_plan, "prepared statement exists"},
    {0, "P0001", ErrorKind::user_raised, "RAISE"},
    {0, "F0000", ErrorKind::configuration, "no TLS as the DSN asks; by text while connecting"},
}};
static_assert(!pg_error_codes.back().sqlstate.empty());

namespace {

// What servers and libpq say while connecting, with quoted names taken out. In this order.
struct Phrase {
  std::string_view text;
  std::string_view sqlstate;
};
constexpr Phrase connect_phrases[] = {
    {"password authentication failed", "28P01"},
    {"no password supplied", "28P01"},
    {"authentication failed", "28000"},
    {"no pg_hba.conf entry", "28000"},
    {"pg_hba.conf rejects", "28000"},
    {"role \"\" does not exist", "28000"},
    {"is not permitted to log in", "28000"},
    {"no such user", "28000"},
    {"database \"\" does not exist", "3D000"},
    {"no such database", "3D000"},
    {"permission denied for database", "42501"},
    {"too many connections", "53300"},
    {"too many clients", "53300"},
    {"connection slots are reserved", "53300"},
    {"no more connections allowed", "53300"},
    {"the database system is", "57P03"},
    {"does not support SSL", "F0000"},
    {"certificate verify failed", "F0000"},
    {"root certificate file", "F0000"},
    {"server certificate for", "F0000"},
};

std::string first_line(std::string_view text) {
  return std::string(text.substr(0, text.find('\n')));
}

std::string field(const pg_result* result, int code) {
  const char* const value = PQresultErrorField(result, code);
  return value != nullptr ? value : "";
}

// Where in the statement, in characters from 0.
std::optional<std::size_t> position(const pg_result* result) {
  const std::string text = field(result, PG_DIAG_STATEMENT_POSITION);
  std::size_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value > 0 ? std::optional(value - 1) : std::nullopt;
}

// `name`, or "na""me" without its quotes.
std::string unquoted(std::string_view name) {
  if (name.size() < 2 || name.front() != '"' || name.back() != '"') return std::string(name);
  std::string out;
  for (std::size_t i = 1; i + 1 < name.size(); ++i) {
    out += name[i];
    if (name[i] == '"') ++i;
  }
  return out;
}

bool names_key(std::string_view sqlstate) {
  return sqlstate == "23505" || sqlstate == "23503" || sqlstate == "23P01" || sqlstate == "23001";
}

}  // namespace

ErrorKind classify_pg(const NativeError& error) noexcept {
  if (error.interruption == NativeError::Interruption::deadline) return ErrorKind::timeout;
  if (error.interruption == NativeError::Interruption::cancel) return ErrorKind::cancelled;
  const std::string_view state = error.sqlstate;
  if (state == "0A000" && !error.stale_plan) return ErrorKind::unsupported;
  const auto kind_of = [](std::string_view code) {
    const auto it = std::find_if(pg_error_codes.begin(), pg_error_codes.end(),
                                 [code](const ErrorCode& row) { return row.sqlstate == code; });
    return it != pg_error_codes.end() ? it->kind : ErrorKind::unknown;
  };
  const ErrorKind exact = kind_of(state);
  if (exact != ErrorKind::unknown || state.size() < 2) {
    return exact == ErrorKind::unknown && error.link_lost ? ErrorKind::connection_lost : exact;
  }
  const ErrorKind by_class = kind_of(state.substr(0, 2));
  return by_class == ErrorKind::unknown && error.link_lost ? ErrorKind::connection_lost : by_class;
}

std::vector<std::string> pg_key_columns(std::string_view detail) {
  std::vector<std::string> columns;
  const auto open = detail.find('(');
  if (open == std::string_view::npos) return columns;
  std::size_t begin = open + 1;
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = begin; i < detail.size(); ++i) {
    const char c = detail[i];
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '(') ++depth;
    const bool ends = depth == 0 && (c == ')' || c == ',');
    if (c == ')') --depth;
    if (!ends) continue;
    columns.push_back(unquoted(detail.substr(begin, i - begin)));
    if (c == ')') return columns;
    begin = i + 2;  // the blank behind the comma
  }
  return {};
}

NativeError pg_error(const pg_conn* connection, const pg_result* result) {
  NativeError error;
  error.sqlstate = field(result, PG_DIAG_SQLSTATE);
  error.message = field(result, PG_DIAG_MESSAGE_PRIMARY);
  if (error.message.empty()) error.message = first_line(PQresultErrorMessage(result));
  if (error.message.empty()) error.message = first_line(PQerrorMessage(connection));
  error.constraint = field(result, PG_DIAG_CONSTRAINT_NAME);
  error.table = field(result, PG_DIAG_TABLE_NAME);
  error.offset = position(result);
  const std::string column = field(result, PG_DIAG_COLUMN_NAME);
  if (!column.empty()) {
    error.columns.push_back(column);
  } else if (names_key(error.sqlstate)) {
    error.columns = pg_key_columns(field(result, PG_DIAG_MESSAGE_DETAIL));
  }
  // The server's severities are translated, except in this field.
  const std::string severity = field(result, PG_DIAG_SEVERITY_NONLOCALIZED);
  const bool broken = PQstatus(connection) == CONNECTION_BAD;
  // A result without a code is libpq's own: it could not make sense of what the server sent.
  const bool garbled = result != nullptr && error.sqlstate.empty();
  if (error.sqlstate.empty() && (broken || garbled)) error.sqlstate = broken ? "08006" : "08P01";
  error.link_lost =
      broken || severity == "FATAL" || severity == "PANIC" || error.sqlstate.starts_with("08");
  // Texts are translated as well; the routine that raised the error is not.
  error.stale_plan = error.sqlstate == "0A000" &&
                     field(result, PG_DIAG_SOURCE_FUNCTION) == "RevalidateCachedQuery";
  return error;
}

std::size_t pg_bytes(std::string_view text, std::size_t characters) {
  std::size_t at = 0;
  const auto goes_on = [&] { return (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U; };
  for (; characters > 0 && at < text.size(); --characters) {
    ++at;
    while (at < text.size() && goes_on()) ++at;
  }
  return at;
}

std::string pg_without_quoted(std::string_view text) {
  std::string out;
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (c == '"' || !quoted) out += c;
  }
  return out;
}

NativeError pg_connect_error(std::string text) {
  constexpr std::string_view soci_prefix = "Cannot establish connection to the database.";
  if (text.starts_with(soci_prefix)) text.erase(0, soci_prefix.size());
  text.erase(0, std::min(text.find_first_not_of(" \n"), text.size()));
  text.erase(text.find_last_not_of(" \n") + 1);
  const std::string plain = pg_without_quoted(text);
  const auto it =
      std::find_if(std::begin(connect_phrases), std::end(connect_phrases),
                   [&plain](const Phrase& p) { return plain.find(p.text) != std::string::npos; });
  NativeError error;
  error.sqlstate = it != std::end(connect_phrases) ? it->sqlstate : "08001";
  error.message = std::move(text);
  error.link_lost = true;
  error.connecting = true;
  return error;
}

}  // namespace lockstep::detail
