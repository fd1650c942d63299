// SPDX-License-Identifier: BSL-1.0
// A link to a server that breaks: while it is idle, in a statement, in a transaction, at COMMIT.
// SQLite has no link.
#include <future>

#include "support/fake_session.hpp"
#include "support/faults.hpp"
#include "support/relay.hpp"
#include "support/samples.hpp"
#include "support/server.hpp"

using namespace lockstep;
using namespace lockstep::tests;
using Commit = Relay::Commit;

namespace {

// The fixture's database, reached through a relay.
Database open_through(const Relay& relay) {
  ServerUrl url = server_url();
  url.port = relay.port();
  return Database::open(url.text());
}

}  // namespace

TEST_CASE_FIXTURE(Samples, "ConnectionLost: a session that is ended in the middle of a statement") {
  if (!has_server()) return;
  Database other = open_again();
  auto victim = std::async(std::launch::async, [&] {
    return poisons<ConnectionLost>(db, [](Executor& tx) { tx.execute(endless); });
  });
  end_session(other, await_endless(db));
  check_told(victim.get(), db, "test.endless");
}

TEST_CASE_FIXTURE(Samples, "ConnectionLost: a session that is ended within a transaction") {
  if (!has_server()) return;
  Database other = open_again();
  const auto e = poisons<ConnectionLost>(db, [&](Executor& tx) {
    insert(tx, "a");
    end_session(other, tx.fetch_value<std::int64_t>(own_session));
    insert(tx, "b");
  });
  check_told(e, db, "test.sample_insert");
  CHECK(count(db) == 0);
}

TEST_CASE_FIXTURE(Samples, "ConnectionLost: within a closure that may be retried it runs again") {
  if (!has_server()) return;
  Database other = open_again();
  int runs = 0;
  db.transaction(
      [&](Transaction& tx) {
        insert(tx, "a");
        if (++runs == 1) end_session(other, tx.fetch_value<std::int64_t>(own_session));
        insert(tx, "b");
      },
      {.retries = 1});
  CHECK(runs == 2);
  CHECK(count(db) == 2);
}

TEST_CASE_FIXTURE(Samples, "ConnectionLost: a lease stays lost, the next one is alive") {
  if (!has_server()) return;
  Database own = open_again();
  {
    Leased connection = own.lease();
    end_session(db, connection.fetch_value<std::int64_t>(own_session));
    CHECK_THROWS_AS(insert(connection, "a"), ConnectionLost);
    CHECK_THROWS_AS(insert(connection, "a"), ConnectionLost);
    CHECK_THROWS_AS(connection.begin(), ConnectionLost);
  }
  CHECK(own.stats().closed_broken == 1);
  insert(own, "a");
  CHECK(count(own) == 1);
}

TEST_CASE_FIXTURE(Samples, "a session that is ended while it rests is replaced unnoticed") {
  if (!has_server()) return;
  FakeClock time;
  Database own = open_again({.steady_clock = time.function()});
  end_session(db, own.fetch_value<std::int64_t>(own_session));
  SUBCASE("at once") {}
  SUBCASE("after a while") { time.advance(std::chrono::minutes(1)); }
  insert(own, "a");
  CHECK(count(own) == 1);
  CHECK(own.stats().closed_broken == 1);
}

TEST_CASE_FIXTURE(Samples, "CommitUnknown: the answer to COMMIT is lost, the row is there") {
  if (!has_server()) return;
  Relay relay(server_url().port);
  Database through = open_through(relay);
  relay.next_commit(Commit::is_silent);
  Transaction tx = through.begin();
  insert(tx, "a");
  const auto e = caught<CommitUnknown>(through, [&](Executor&) { tx.commit(); });
  check_told(e, through, "commit");
  CHECK_FALSE(e.retryable());
  CHECK_THROWS_AS(tx.commit(), LogicError);
  CHECK(count(db) == 1);
  CHECK(count(through) == 1);
}

TEST_CASE_FIXTURE(Samples, "CommitUnknown: COMMIT itself is lost, the row is not there") {
  if (!has_server()) return;
  Relay relay(server_url().port);
  Database through = open_through(relay);
  relay.next_commit(Commit::is_lost);
  Transaction tx = through.begin();
  insert(tx, "a");
  const auto e = caught<CommitUnknown>(through, [&](Executor&) { tx.commit(); });
  check_told(e, through, "commit");
  CHECK(count(db) == 0);
  insert(through, "a");  // waits for the end of what was left behind
  CHECK(count(db) == 1);
}

TEST_CASE_FIXTURE(Samples, "CommitUnknown: never run again without a token") {
  if (!has_server()) return;
  Relay relay(server_url().port);
  Database through = open_through(relay);
  for (const Commit commit : {Commit::is_silent, Commit::is_lost}) {
    relay.next_commit(commit);
    int runs = 0;
    CHECK_THROWS_AS(through.transaction([&](Transaction&) { ++runs; }, {.retries = 5}),
                    CommitUnknown);
    CHECK(runs == 1);
  }
}

TEST_CASE_FIXTURE(Samples, "token: an unknown commit is settled, and the work done exactly once") {
  if (!has_server()) return;
  Relay relay(server_url().port);
  Database through = open_through(relay);
  int runs = 0;
  const auto work = [&](Transaction& tx) {
    insert(tx, "a");
    return ++runs;
  };
  SUBCASE("the answer to COMMIT is lost: it is found done") {
    relay.next_commit(Commit::is_silent);
    CHECK(through.transaction("request-1", work) == 1);
    CHECK(runs == 1);
  }
  SUBCASE("COMMIT is lost: it is done again") {
    relay.next_commit(Commit::is_lost);
    CHECK(through.transaction("request-1", work) == 2);
    CHECK(runs == 2);
  }
  CHECK(count(db) == 1);
  CHECK_FALSE(through.transaction("request-1", work));
}
