// SPDX-License-Identifier: BSL-1.0
// The kinds of SQLite's errors: its table of codes, the messages that decide where a code does not,
// and what is read from a message. The last uses a database in memory, so that the messages are
// SQLite's own.
#include <doctest/doctest.h>

#include <algorithm>

#include "lockstep/dialect.hpp"

namespace lockstep {
namespace {

using Interruption = NativeError::Interruption;

const Dialect& sqlite() { return dialect(Engine::sqlite); }

struct Case {
  int code;
  ErrorKind kind;
  std::string_view message = {};
  std::string_view constraint = {};
  Interruption interruption = Interruption::none;
};

constexpr std::string_view foreign_key_text = "FOREIGN KEY constraint failed";

// Written from the documents, not from the code. Every line of the code's table is here.
constexpr Case cases[] = {
    {1555, ErrorKind::duplicate, "UNIQUE constraint failed: jobs.id"},
    {2067, ErrorKind::duplicate, "UNIQUE constraint failed: runs.job_id, runs.place"},
    {2579, ErrorKind::duplicate, "UNIQUE constraint failed: jobs.rowid"},
    {787, ErrorKind::foreign_key, foreign_key_text},
    {1811, ErrorKind::foreign_key, foreign_key_text},
    {1811, ErrorKind::user_raised, "not on a Sunday"},
    {1811, ErrorKind::user_raised, "FOREIGN KEY constraint failed, says a user"},
    {1299, ErrorKind::not_null, "NOT NULL constraint failed: jobs.name"},
    {275, ErrorKind::check, "CHECK constraint failed: ck_jobs_state", "ck_jobs_state"},
    {275, ErrorKind::check, "CHECK constraint failed: length(name) < 9"},
    {275, ErrorKind::too_long, "CHECK constraint failed: ck_jobs_name_len", "ck_jobs_name_len"},
    {517, ErrorKind::serialization, "database is locked"},
    {5, ErrorKind::busy, "database is locked"},
    {261, ErrorKind::busy, "database is locked"},
    {6, ErrorKind::busy, "database table is locked"},
    {262, ErrorKind::busy, "database table is locked"},
    {9, ErrorKind::timeout, "interrupted", {}, Interruption::deadline},
    {9, ErrorKind::cancelled, "interrupted", {}, Interruption::cancel},
    {9, ErrorKind::unknown, "interrupted"},
    {5, ErrorKind::timeout, "database is locked", {}, Interruption::deadline},
    {5, ErrorKind::cancelled, "database is locked", {}, Interruption::cancel},
    {23, ErrorKind::unauthenticated, "authorization denied"},
    {3, ErrorKind::permission_denied, "access permission denied"},
    {8, ErrorKind::read_only, "attempt to write a readonly database"},
    {1, ErrorKind::syntax, "near \"SELEC\": syntax error"},
    {1, ErrorKind::syntax, "near \"no such table: x\": syntax error"},
    {1, ErrorKind::syntax, "incomplete input"},
    {1, ErrorKind::syntax, "unrecognized token: \"@\""},
    {1, ErrorKind::undefined_object, "no such table: jobs"},
    {1, ErrorKind::undefined_object, "no such column: nope"},
    {1, ErrorKind::undefined_object, "no such function: nope"},
    {1, ErrorKind::undefined_object, "error in view v: no such table: main.jobs"},
    {1, ErrorKind::undefined_object, "table jobs has no column named nope"},
    {1, ErrorKind::undefined_object, "unknown database other"},
    {1, ErrorKind::already_exists, "table jobs already exists"},
    {1, ErrorKind::already_exists, "there is already an index named ix_jobs"},
    {1, ErrorKind::already_exists, "duplicate column name: id"},
    {1, ErrorKind::out_of_range, "integer overflow"},
    {1, ErrorKind::undefined_object, "foreign key mismatch - \"child\" referencing \"parent\""},
    {1, ErrorKind::undefined_object,
     "cannot join using column x - column not present in both tables"},
    {1, ErrorKind::corrupt, "unsupported file format"},
    {1, ErrorKind::invalid_text, "malformed JSON"},
    {1, ErrorKind::unknown, "too many SQL variables"},
    {18, ErrorKind::too_long, "string or blob too big"},
    {20, ErrorKind::type_mismatch, "datatype mismatch"},
    {3091, ErrorKind::type_mismatch, "cannot store TEXT value in INTEGER column jobs.n"},
    {13, ErrorKind::disk_full, "database or disk is full"},
    {11, ErrorKind::corrupt, "database disk image is malformed"},
    {26, ErrorKind::corrupt, "file is not a database"},
    {10, ErrorKind::io_error, "disk I/O error"},
    {14, ErrorKind::cannot_open, "unable to open database file"},
    {17, ErrorKind::stale_plan, "database schema has changed"},
    // Extended codes without a line of their own are what their primary code is.
    {266, ErrorKind::io_error, "disk I/O error"},
    {779, ErrorKind::corrupt, "database disk image is malformed"},
    {1550, ErrorKind::cannot_open, "unable to open database file"},
    {264, ErrorKind::read_only, "attempt to write a readonly database"},
    {773, ErrorKind::busy, "database is locked"},
    {257, ErrorKind::undefined_object, "no such collation sequence: fr"},
    // And what is nobody's.
    {0, ErrorKind::unknown, "not an error"},
    {7, ErrorKind::unknown, "out of memory"},
    {19, ErrorKind::unknown, "constraint failed"},
    {25, ErrorKind::unknown, "column index out of range"},
    {99999, ErrorKind::unknown, ""},
};

NativeError error_of(const Case& c) {
  NativeError error;
  error.code = c.code;
  error.message = c.message;
  error.constraint = c.constraint;
  error.interruption = c.interruption;
  return error;
}

// Runs the texts on a new database in memory; what the last one threw.
NativeError error_after(std::initializer_list<std::string_view> texts) {
  const auto session = sqlite().open(sqlite().parse({Engine::sqlite, ":memory:"}), {});
  auto next = texts.begin();
  for (; next + 1 != texts.end(); ++next) session->run(*next);
  try {
    session->run(*next);
  } catch (const NativeError& error) {
    return error;
  }
  FAIL("nothing was thrown by: ", std::string(*next));
  return {};
}

using Names = std::vector<std::string>;

}  // namespace

TEST_SUITE("sqlite errors") {
  TEST_CASE("every code and text has its kind") {
    for (const Case& c : cases) {
      CAPTURE(c.code);
      CAPTURE(c.message);
      CHECK(to_string(sqlite().classify(error_of(c))) == to_string(c.kind));
    }
  }

  TEST_CASE("every line of the table is met by a case") {
    for (const ErrorCode& line : sqlite().errors) {
      CAPTURE(line.code);
      CAPTURE(to_string(line.kind));
      CHECK(line.sqlstate.empty());
      CHECK(std::ranges::any_of(
          cases, [&](const Case& c) { return c.code == line.code && c.kind == line.kind; }));
    }
  }

  TEST_CASE("a line without a note is decided by its code alone") {
    for (const ErrorCode& line : sqlite().errors) {
      const auto same = [&](const ErrorCode& other) { return other.code == line.code; };
      const bool alone = std::ranges::count_if(sqlite().errors, same) == 1;
      if (!line.note.empty() || !alone) continue;
      CAPTURE(line.code);
      NativeError error;
      error.code = line.code;
      error.message = "no such table: a text that must not decide";
      CHECK(sqlite().classify(error) == line.kind);
    }
  }

  TEST_CASE("a duplicate names its table and columns") {
    const auto one = error_after({"CREATE TABLE jobs(id TEXT PRIMARY KEY)",
                                  "INSERT INTO jobs VALUES('a')", "INSERT INTO jobs VALUES('a')"});
    CHECK(one.code == 1555);
    CHECK(one.table == "jobs");
    CHECK(one.columns == Names{"id"});
    CHECK(one.constraint.empty());

    const auto two = error_after({"CREATE TABLE runs(job TEXT, place INTEGER, UNIQUE(job, place))",
                                  "INSERT INTO runs VALUES('a', 1), ('a', 1)"});
    CHECK(two.code == 2067);
    CHECK(two.table == "runs");
    CHECK(two.columns == Names{"job", "place"});

    const auto odd = error_after({R"(CREATE TABLE "odd table"("my column" UNIQUE))",
                                  R"(INSERT INTO "odd table" VALUES(1), (1))"});
    CHECK(odd.table == "odd table");
    CHECK(odd.columns == Names{"my column"});
  }

  TEST_CASE("a duplicate in an index on an expression names the index") {
    const auto error = error_after({"CREATE TABLE users(name TEXT)",
                                    "CREATE UNIQUE INDEX ux_users_name ON users(lower(name))",
                                    "INSERT INTO users VALUES('a'), ('A')"});
    CHECK(error.code == 2067);
    CHECK(error.constraint == "ux_users_name");
    CHECK(error.table.empty());
    CHECK(error.columns.empty());
  }

  TEST_CASE("a missing value names its column") {
    const auto error = error_after(
        {"CREATE TABLE jobs(id TEXT, name TEXT NOT NULL)", "INSERT INTO jobs(id) VALUES('a')"});
    CHECK(error.code == 1299);
    CHECK(error.table == "jobs");
    CHECK(error.columns == Names{"name"});
  }

  TEST_CASE("a check names its constraint; an expression is no name") {
    const std::string_view table =
        "CREATE TABLE jobs(state INTEGER CONSTRAINT ck_jobs_state CHECK(state < 3), "
        "name TEXT CONSTRAINT ck_jobs_name_len CHECK(length(name) <= 3), n INTEGER CHECK(n > 0))";
    const auto named = error_after({table, "INSERT INTO jobs(state) VALUES(7)"});
    CHECK(named.constraint == "ck_jobs_state");
    CHECK(sqlite().classify(named) == ErrorKind::check);
    const auto length = error_after({table, "INSERT INTO jobs(name) VALUES('long')"});
    CHECK(length.constraint == "ck_jobs_name_len");
    CHECK(sqlite().classify(length) == ErrorKind::too_long);
    const auto nameless = error_after({table, "INSERT INTO jobs(n) VALUES(0)"});
    CHECK(nameless.code == 275);
    CHECK(nameless.constraint.empty());
  }

  TEST_CASE("a foreign key names nothing, and RAISE is none") {
    const std::string_view parent = "CREATE TABLE p(id INTEGER PRIMARY KEY)";
    const auto child =
        error_after({parent, "CREATE TABLE c(p REFERENCES p(id))", "INSERT INTO c VALUES(1)"});
    CHECK(child.code == 787);
    CHECK(child.table.empty());
    const auto restricted = error_after(
        {parent, "CREATE TABLE c(p REFERENCES p(id) ON DELETE RESTRICT)", "INSERT INTO p VALUES(1)",
         "INSERT INTO c VALUES(1)", "DELETE FROM p WHERE id = 1"});
    CHECK(restricted.code == 1811);
    CHECK(sqlite().classify(restricted) == ErrorKind::foreign_key);
    const auto raised = error_after(
        {parent, "CREATE TRIGGER t BEFORE INSERT ON p BEGIN SELECT RAISE(ABORT, 'never'); END",
         "INSERT INTO p VALUES(1)"});
    CHECK(raised.code == 1811);
    CHECK(sqlite().classify(raised) == ErrorKind::user_raised);
  }

  TEST_CASE("SQLite's own words for a wrong text are the ones that are looked for") {
    struct Text {
      std::string_view text;
      ErrorKind kind;
    };
    constexpr Text texts[] = {
        {"SELEC 1", ErrorKind::syntax},
        {"SELECT (", ErrorKind::syntax},
        {"SELECT 1; SELECT 2", ErrorKind::syntax},
        {"SELECT @@", ErrorKind::syntax},
        {"SELECT \"a string\"", ErrorKind::undefined_object},
        {"SELECT nope(1)", ErrorKind::undefined_object},
        {"SELECT * FROM nope", ErrorKind::undefined_object},
        {"INSERT INTO jobs(nope) VALUES(1)", ErrorKind::undefined_object},
        {"CREATE TABLE jobs(id)", ErrorKind::already_exists},
        {"CREATE INDEX jobs ON jobs(id)", ErrorKind::already_exists},
        {"ALTER TABLE jobs ADD COLUMN id", ErrorKind::already_exists},
        {"SELECT abs(-9223372036854775808)", ErrorKind::out_of_range},
        {"SELECT json('{')", ErrorKind::invalid_text},
        {"SELECT zeroblob(2000000000)", ErrorKind::too_long},
        {"INSERT INTO jobs VALUES('a')", ErrorKind::type_mismatch},
    };
    for (const Text& t : texts) {
      CAPTURE(t.text);
      const auto error = error_after({"CREATE TABLE jobs(id INTEGER PRIMARY KEY)", t.text});
      CAPTURE(error.message);
      CHECK(to_string(sqlite().classify(error)) == to_string(t.kind));
    }
  }
}

}  // namespace lockstep
