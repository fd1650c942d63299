// SPDX-License-Identifier: BSL-1.0
// The kinds of PostgreSQL's errors, and what is read from its texts where there is nothing else.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "lockstep/dialect.hpp"

namespace lockstep::detail {

// From dialects/postgres/postgres.hpp.
std::vector<std::string> pg_key_columns(std::string_view detail);
NativeError pg_connect_error(std::string text);

}  // namespace lockstep::detail

namespace {

using lockstep::ErrorCode;
using lockstep::ErrorKind;
using lockstep::NativeError;
using Interruption = lockstep::NativeError::Interruption;
using Columns = std::vector<std::string>;

const lockstep::Dialect& postgres() { return lockstep::dialect(lockstep::Engine::postgres); }

struct Case {
  std::string_view sqlstate;
  ErrorKind kind;
  Interruption interruption = Interruption::none;
  bool stale_plan = false;
  bool link_lost = false;
};

// Written from the server's list of codes, not from the engine's. Every line of its table is here.
constexpr Case cases[] = {
    {"23505", ErrorKind::duplicate},
    {"23P01", ErrorKind::duplicate},
    {"23503", ErrorKind::foreign_key},
    {"23001", ErrorKind::foreign_key},
    {"23502", ErrorKind::not_null},
    {"23514", ErrorKind::check},
    {"40001", ErrorKind::serialization},
    {"40P01", ErrorKind::deadlock},
    {"55P03", ErrorKind::busy},
    {"57014", ErrorKind::timeout},
    {"57014", ErrorKind::timeout, Interruption::deadline},
    {"57014", ErrorKind::cancelled, Interruption::cancel},
    {"08006", ErrorKind::timeout, Interruption::deadline, false, true},
    {"08006", ErrorKind::cancelled, Interruption::cancel, false, true},
    {"08000", ErrorKind::connection_lost},
    {"08001", ErrorKind::connection_lost},
    {"08003", ErrorKind::connection_lost},
    {"08006", ErrorKind::connection_lost},
    {"08P01", ErrorKind::connection_lost},
    {"57P01", ErrorKind::connection_lost},
    {"57P02", ErrorKind::connection_lost},
    {"57P03", ErrorKind::connection_lost},
    {"25P03", ErrorKind::connection_lost, Interruption::none, false, true},
    {"", ErrorKind::connection_lost, Interruption::none, false, true},
    {"25P02", ErrorKind::transaction_aborted},
    {"28000", ErrorKind::unauthenticated},
    {"F0000", ErrorKind::configuration},
    {"28P01", ErrorKind::unauthenticated},
    {"42501", ErrorKind::permission_denied},
    {"25006", ErrorKind::read_only},
    {"42601", ErrorKind::syntax},
    {"42P01", ErrorKind::undefined_object},
    {"42703", ErrorKind::undefined_object},
    {"42883", ErrorKind::undefined_object},
    {"42704", ErrorKind::undefined_object},
    {"3F000", ErrorKind::undefined_object},
    {"3D000", ErrorKind::undefined_object},
    {"42P07", ErrorKind::already_exists},
    {"42701", ErrorKind::already_exists},
    {"42710", ErrorKind::already_exists},
    {"42723", ErrorKind::already_exists},
    {"42P06", ErrorKind::already_exists},
    {"42P04", ErrorKind::already_exists},
    {"22003", ErrorKind::out_of_range},
    {"22008", ErrorKind::out_of_range},
    {"22001", ErrorKind::too_long},
    {"54000", ErrorKind::too_long},
    {"22P02", ErrorKind::invalid_text},
    {"22007", ErrorKind::invalid_text},
    {"22021", ErrorKind::invalid_text},
    {"22P05", ErrorKind::invalid_text},
    {"42804", ErrorKind::type_mismatch},
    {"22012", ErrorKind::division_by_zero},
    {"21000", ErrorKind::cardinality},
    {"53100", ErrorKind::disk_full},
    {"XX001", ErrorKind::corrupt},
    {"XX002", ErrorKind::corrupt},
    {"58030", ErrorKind::io_error},
    {"53300", ErrorKind::too_many_connections},
    {"0A000", ErrorKind::stale_plan, Interruption::none, true},
    {"0A000", ErrorKind::unsupported},
    {"26000", ErrorKind::stale_plan},
    {"42P05", ErrorKind::stale_plan},
    {"P0001", ErrorKind::user_raised},
    {"42P02", ErrorKind::unknown},
    {"99999", ErrorKind::unknown},
    {"", ErrorKind::unknown},
};

bool covers(const Case& c, const ErrorCode& row) {
  return c.kind == row.kind && c.sqlstate.starts_with(row.sqlstate);
}

}  // namespace

TEST_CASE("postgres errors: kinds by SQLSTATE") {
  for (const Case& c : cases) {
    CAPTURE(c.sqlstate);
    NativeError error;
    error.sqlstate = c.sqlstate;
    error.interruption = c.interruption;
    error.stale_plan = c.stale_plan;
    error.link_lost = c.link_lost;
    CHECK(postgres().classify(error) == c.kind);
  }
}

TEST_CASE("postgres errors: each line of the table is tested, and stands there once") {
  std::set<std::pair<std::string_view, ErrorKind>> seen;
  for (const ErrorCode& row : postgres().errors) {
    CAPTURE(row.sqlstate);
    CHECK(seen.emplace(row.sqlstate, row.kind).second);
    CHECK(row.code == 0);
    const bool whole = row.sqlstate.size() == 5 || row.sqlstate.size() == 2;
    CHECK(whole);
    CHECK(std::any_of(std::begin(cases), std::end(cases),
                      [&row](const Case& c) { return covers(c, row); }));
  }
}

TEST_CASE("postgres errors: an error of the statement itself is not taken for our cancel") {
  NativeError error;
  error.sqlstate = "23505";
  CHECK(postgres().classify(error) == ErrorKind::duplicate);
}

TEST_CASE("postgres errors: columns of a violated key") {
  struct Detail {
    std::string_view text;
    Columns columns;
  };
  const Detail details[] = {
      {"Key (id)=(1) already exists.", {"id"}},
      {"Key (a, b)=(1, (x)) already exists.", {"a", "b"}},
      {"Key (\"we\"\"ird, (x\", b)=(1, 2) already exists.", {"we\"ird, (x", "b"}},
      {"Key (lower(name), (a + 1))=(x, 2) already exists.", {"lower(name)", "(a + 1)"}},
      {"Schl\xC3\xBCssel (id)=(1) existiert bereits.", {"id"}},
      {"Key (id", {}},
      {"no key here", {}},
      {"", {}},
  };
  for (const Detail& detail : details) {
    CAPTURE(detail.text);
    CHECK(lockstep::detail::pg_key_columns(detail.text) == detail.columns);
  }
}

TEST_CASE("postgres errors: failures to connect, by text") {
  const std::string at = "connection to server at \"db1\" (10.0.0.1), port 5432 failed: ";
  const std::pair<std::string, std::string_view> texts[] = {
      {at + "FATAL:  password authentication failed for user \"app\"", "28P01"},
      {at + "fe_sendauth: no password supplied", "28P01"},
      {at + "FATAL:  Peer authentication failed for user \"app\"", "28000"},
      {at + "FATAL:  no pg_hba.conf entry for host \"10.0.0.2\", user \"a\"", "28000"},
      {at + "FATAL:  role \"app\" does not exist", "28000"},
      {at + "FATAL:  role \"too many clients\" does not exist", "28000"},
      {at + "FATAL:  database \"jobs\" does not exist", "3D000"},
      {at + "FATAL:  sorry, too many clients already", "53300"},
      {at + "FATAL:  too many connections for role \"app\"", "53300"},
      {at + "FATAL:  remaining connection slots are reserved for superusers", "53300"},
      {at + "FATAL:  the database system is starting up", "57P03"},
      {at + "FATAL:  the database system is shutting down", "57P03"},
      {at + "server does not support SSL, but SSL was required", "F0000"},
      {at + "SSL error: certificate verify failed", "F0000"},
      {at + "server certificate for \"db2\" does not match host name \"db1\"", "F0000"},
      {at + "root certificate file \"/a.pem\" does not exist", "F0000"},
      {at + "Connection refused", "08001"},
      {at + "timeout expired", "08001"},
      {"could not translate host name \"database \"\" does not exist\"", "08001"},
      {"", "08001"},
  };
  for (const auto& [text, sqlstate] : texts) {
    const std::string said = text;  // clang 14 captures no structured binding
    CAPTURE(said);
    const NativeError error = lockstep::detail::pg_connect_error(
        "Cannot establish connection to the database.\n" + text + "\n");
    CHECK(error.sqlstate == sqlstate);
    CHECK(error.message == text);
    CHECK(error.connecting);
    CHECK(error.link_lost);
  }
}
