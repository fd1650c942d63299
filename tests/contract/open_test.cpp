// SPDX-License-Identifier: BSL-1.0
// Opening: what is wrong is told by kind, with the redacted target; what is right is set up the
// same on every connection.
#include "support/samples.hpp"

using namespace lockstep;
using namespace lockstep::tests;

namespace {

std::string port_of(const std::string& url) {
  const auto host = url.find("127.0.0.1:");
  REQUIRE(host != std::string::npos);
  const auto end = url.find('/', host);
  return url.substr(host, end - host);
}

bool is_server() { return target_url().find("127.0.0.1:") != std::string::npos; }

template <class E>
E open_fails(const std::string& url) {
  try {
    (void)Database::open(url, {.connect_timeout = std::chrono::seconds(2)});
  } catch (const E& e) {
    return e;
  }
  FAIL("was opened");
  throw std::logic_error("not reached");
}

}  // namespace

TEST_CASE("open: an unknown driver or a malformed URL is InvalidArgument") {
  for (const char* url :
       {"", "nothing", "oracle://host/db", "sqlite://relative/file.db", "sqlite:x.db?mode=all",
        "sqlite:x.db?colour=red", "postgresql:host/db", "postgresql://h/db?no_such_parameter=1",
        "mysql://h/db?charset=latin1", "mysql://h/db?no-such-parameter=1", "mysql://h:port/db"}) {
    CAPTURE(url);
    CHECK_THROWS_AS((void)Database::open(url), InvalidArgument);
  }
  CHECK_THROWS_AS((void)Database::open("invalid", "dsn"), InvalidArgument);
  try {
    (void)Database::open("invalid", "dsn");
  } catch (const Error& e) {
    CHECK(std::string_view(e.what()).find("unknown driver") != std::string_view::npos);
  }
}

TEST_CASE("open: options out of range are InvalidArgument") {
  CHECK_THROWS_AS((void)Database::open("sqlite::memory:", {.max_open_connections = -1}),
                  InvalidArgument);
  CHECK_THROWS_AS(
      (void)Database::open("sqlite::memory:", {.acquire_timeout = std::chrono::seconds(-1)}),
      InvalidArgument);
}

TEST_CASE("open: the seed's drivers, an empty SQLite DSN, and what driver() echoes") {
  CHECK(Database::open("sqlite3", ":memory:").driver() == "sqlite3");
  Database temporary = Database::open("sqlite3", "");
  temporary.execute("CREATE TABLE t (id INTEGER)");
  CHECK(temporary.fetch_all<int>("SELECT id FROM t").empty());
  CHECK(Database::open("sqlite::memory:", {.max_open_connections = 10})
            .stats()
            .max_open_connections == 10);
}

TEST_CASE("open: a SQLite file that is missing is not made under mode=rw and ro") {
  const std::string file = "/nonexistent-folder/x.db";
  CHECK(open_fails<CannotOpen>("sqlite:" + file).engine() == "sqlite");
  CHECK_THROWS_AS((void)Database::open("sqlite:surely-missing.db?mode=rw"), CannotOpen);
  CHECK_THROWS_AS((void)Database::open("sqlite:surely-missing.db?mode=ro"), CannotOpen);
}

TEST_CASE("open: an error names the line of the caller") {
  for (const char* url : {"oracle://host/db", "sqlite:/nonexistent-folder/x.db?mode=rw",
                          "sqlite:x.db?mode=all", "postgresql://app@127.0.0.1:1/jobs"}) {
    CAPTURE(url);
    unsigned line = 0;
    try {
      line = __LINE__ + 1;
      (void)Database::open(url, {.connect_timeout = std::chrono::seconds(2)});
      FAIL("was opened");
    } catch (const Error& e) {
      CHECK(e.location().line == line);
      CHECK(std::string_view(e.location().file).ends_with("open_test.cpp"));
    }
  }
}

TEST_CASE("open: an unreachable server is ConnectionLost and names the redacted target") {
  for (const char* url :
       {"postgresql://app:hunter2@127.0.0.1:1/jobs", "mysql://app:hunter2@127.0.0.1:1/jobs"}) {
    CAPTURE(url);
    const auto e = open_fails<ConnectionLost>(url);
    CHECK(std::string_view(e.what()).find("127.0.0.1:1/jobs") != std::string_view::npos);
    CHECK(std::string_view(e.what()).find("hunter2") == std::string_view::npos);
    CHECK(e.server_message().find("hunter2") == std::string::npos);
  }
}

TEST_CASE_FIXTURE(Migrated,
                  "open: a missing database is UndefinedObject, a wrong password refused") {
  if (!is_server()) return;
  const std::string url = target_url();
  const std::string host = port_of(url);
  const std::string scheme = url.substr(0, url.find("://"));
  const std::string missing =
      url.substr(0, url.find('/', url.find(host))) + "/lockstep_test_missing";
  const auto e = open_fails<UndefinedObject>(missing);
  CHECK(std::string_view(e.what()).find("lockstep_test_missing") != std::string_view::npos);
  const auto stranger = open_fails<Unauthenticated>(scheme + "://stranger:wrong-secret@" + host +
                                                    "/no_such_database");
  CHECK(std::string_view(stranger.what()).find("wrong-secret") == std::string_view::npos);
  CHECK(stranger.server_message().find("wrong-secret") == std::string::npos);
}

TEST_CASE_FIXTURE(Samples, "settings: held by two connections at once") {
  if (!shareable()) return;
  static constexpr std::array settings{
      Sql{"test.foreign_keys",
          "SELECT CASE foreign_keys WHEN 1 THEN 'on' ELSE 'off' END AS v "
          "FROM pragma_foreign_keys",
          {.postgres = "SELECT CASE current_setting('TimeZone') WHEN 'UTC' THEN 'on' END AS v",
           .mysql = "SELECT CASE @@time_zone WHEN '+00:00' THEN 'on' END AS v"}},
      Sql{"test.durable",
          "SELECT CASE synchronous WHEN 2 THEN 'on' END AS v FROM pragma_synchronous",
          {.postgres =
               "SELECT CASE current_setting('client_encoding') WHEN 'UTF8' THEN 'on' END AS v",
           .mysql = "SELECT CASE WHEN @@sql_mode LIKE '%STRICT_TRANS_TABLES%' AND "
                    "@@sql_mode LIKE '%ANSI_QUOTES%' THEN 'on' END AS v"}},
      Sql{"test.journal",
          "SELECT CASE journal_mode WHEN 'wal' THEN 'on' END AS v "
          "FROM pragma_journal_mode",
          {.postgres = "SELECT current_setting('standard_conforming_strings') AS v",
           .mysql = "SELECT CASE @@character_set_connection WHEN 'utf8mb4' THEN 'on' END AS v"}}};
  Database second = open_again();
  for (const Sql& setting : settings) {
    CAPTURE(setting.name());
    CHECK(db.fetch_value<std::string>(setting) == "on");
    CHECK(second.fetch_value<std::string>(setting) == "on");
  }
}
