// SPDX-License-Identifier: BSL-1.0
// A connection that its lessee keeps between calls.
#include <thread>

#include "support/samples.hpp"

using namespace lockstep;
using namespace lockstep::tests;

TEST_SUITE_BEGIN("pool");

namespace {

constexpr Sql all_samples{
    "test.all_samples",
    "SELECT id, number, ratio, flag, note, raw, at, doc FROM samples ORDER BY id"};

template <class F>
std::optional<ErrorKind> kind_of(F&& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.kind();
  }
  return std::nullopt;
}

std::vector<Sample> samples_of(int rows) {
  std::vector<Sample> out;
  for (int i = 0; i < rows; ++i) out.push_back({.id = std::to_string(100 + i), .number = i});
  return out;
}

}  // namespace

TEST_CASE_FIXTURE(Samples, "lease: every verb, each call by itself") {
  Leased connection = db.lease();
  CHECK(db.stats().in_use == 1);
  insert(connection, "1");
  CHECK(connection.fetch_one<Sample>(sample_by_id, "1").id == "1");
  CHECK_FALSE(connection.fetch_optional<Sample>(sample_by_id, "2"));
  connection.execute_one(sample_rename, named("note", "n"), named("id", "1"));
  CHECK(kind_of([&] { connection.execute_one(sample_rename, "n", "2"); }) == ErrorKind::not_found);
  CHECK(kind_of([&] { insert(connection, "1"); }) == ErrorKind::duplicate);
  insert(connection, "2");  // an error poisons nothing: there is no transaction
  CHECK(connection.insert_returning<std::int64_t>(event_insert, "1", 1, "info") > 0);
  CHECK(connection.insert_all(sample_insert, samples_of(30)) == 30);
  int seen = 0;
  for (const Sample& row : connection.stream<Sample>(all_samples)) {
    if (!row.id.empty()) ++seen;
  }
  CHECK(seen == 32);
  CHECK(connection.fetch_all<Sample>(all_samples).size() == 32);
  CHECK(connection.driver() == connection.dialect().driver);
  CHECK(connection.now() == base.clock.now());
}

TEST_CASE_FIXTURE(Samples, "lease: what is committed call by call stays, also after an error") {
  {
    Leased connection = db.lease();
    insert(connection, "1");
    const std::vector rows{Sample{.id = "2"}, Sample{.id = "1"}};
    CHECK(kind_of([&] { connection.insert_all(sample_insert, rows); }) == ErrorKind::duplicate);
  }
  CHECK(db.stats().in_use == 0);
  CHECK(count(db) == 1);  // insert_all is all or nothing
}

TEST_CASE_FIXTURE(Samples, "lease: the session is the lessee's alone, and ends with the lease") {
  {
    Leased connection = db.lease();
    connection.execute("CREATE TEMPORARY TABLE picked (id VARCHAR(36) PRIMARY KEY)");
    connection.insert_all("INSERT INTO picked (id) VALUES (?)", std::vector<std::string>{"1", "3"});
    connection.insert_all(sample_insert, std::vector{Sample{.id = "1"}, Sample{.id = "2"}});
    CHECK(connection.fetch_value<std::string>(
              "SELECT id FROM samples WHERE id IN (SELECT id FROM picked)") == "1");
  }
  CHECK(kind_of([&] { db.execute("SELECT id FROM picked"); }) == ErrorKind::undefined_object);
}

TEST_CASE_FIXTURE(Samples, "lease: transactions on its connection") {
  Leased connection = db.lease();
  {
    Transaction tx = connection.begin();
    insert(tx, "1");
    CHECK(kind_of([&] { insert(connection, "2"); }) == ErrorKind::logic_error);
    CHECK(kind_of([&] { static_cast<void>(connection.begin()); }) == ErrorKind::logic_error);
    tx.commit();
  }
  insert(connection, "2");
  CHECK(count(connection) == 2);
}

TEST_CASE_FIXTURE(Samples, "lease: a transaction that is left undoes its work") {
  Leased connection = db.lease();
  {
    Transaction tx = connection.begin();
    insert(tx, "1");
  }
  CHECK(count(connection) == 0);
  connection.atomically([&](Transaction& tx) { insert(tx, "2"); });
  CHECK(count(connection) == 1);
}

TEST_CASE_FIXTURE(Samples, "lease: the thread that has it cannot use the database beside it") {
  std::optional<Leased> connection = db.lease();
  const auto error = [&]() -> std::optional<std::string> {
    try {
      insert(db, "1");
    } catch (const LogicError& refused) {
      return refused.what();
    }
    return std::nullopt;
  }();
  REQUIRE(error);
  CHECK(error->find("lease_test.cpp:") != std::string::npos);
  CHECK(kind_of([&] { static_cast<void>(db.lease()); }) == ErrorKind::logic_error);
  CHECK(kind_of([&] { static_cast<void>(db.begin()); }) == ErrorKind::logic_error);
  connection.reset();
  insert(db, "1");
  db.transaction([&](Transaction&) {
    CHECK(kind_of([&] { static_cast<void>(db.lease()); }) == ErrorKind::logic_error);
  });
}

TEST_CASE_FIXTURE(Samples, "lease: handed to another thread, and moved from") {
  Leased first = db.lease();
  Leased connection = std::move(first);
  CHECK(kind_of([&] { insert(first, "1"); }) == ErrorKind::logic_error);  // NOLINT: on purpose
  CHECK(first.driver() == connection.driver());                          // NOLINT
  std::thread([&] { insert(connection, "1"); }).join();
  CHECK(count(connection) == 1);
}

TEST_CASE_FIXTURE(Samples, "lease: nothing else runs while it streams") {
  insert(db, "1");
  insert(db, "2");
  Leased connection = db.lease();
  auto rows = connection.stream<Sample>(all_samples);
  auto row = rows.begin();
  CHECK(row->id == "1");
  CHECK(kind_of([&] { insert(connection, "3"); }) == ErrorKind::logic_error);
  ++row;
  ++row;
  CHECK(row == rows.end());
  insert(connection, "3");
  CHECK(count(connection) == 3);
}

TEST_CASE_FIXTURE(Samples, "lease: limits of a call, and of the wait for a connection") {
  if (!shareable()) return;
  Database one = open_again({.max_open_connections = 1});
  Leased connection = one.lease();
  std::stop_source stopped;
  stopped.request_stop();
  Bounded bounded = connection.with({.stop = stopped.get_token()});
  CHECK(kind_of([&] { insert(bounded, "1"); }) == ErrorKind::cancelled);
  insert(connection, "1");
  std::thread([&] {
    CHECK(kind_of([&] { static_cast<void>(one.lease({.stop = stopped.get_token()})); }) ==
          ErrorKind::cancelled);
  }).join();
}

TEST_SUITE_END();
