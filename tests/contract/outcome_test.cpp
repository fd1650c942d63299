// SPDX-License-Identifier: BSL-1.0
// Transactions with a token: committed at most once.
#include "lockstep/outcome.hpp"

#include <atomic>
#include <latch>
#include <thread>

#include "support/samples.hpp"

using namespace lockstep;
using namespace lockstep::tests;
using namespace std::chrono_literals;

TEST_SUITE_BEGIN("transactions");

namespace {

struct Refusal {};

std::int64_t tokens(Executor& db) {
  return db.fetch_value<std::int64_t>("SELECT COUNT(*) FROM lockstep_outcomes");
}

}  // namespace

TEST_CASE_FIXTURE(Samples, "token: the first call commits, the second changes nothing") {
  int runs = 0;
  const auto work = [&](Transaction& tx) {
    ++runs;
    insert(tx, "a");
    return std::string("done");
  };
  CHECK(db.transaction("request-1", work) == "done");
  CHECK(count(db) == 1);
  CHECK_FALSE(db.transaction("request-1", work));
  CHECK(runs == 1);
  CHECK(count(db) == 1);
  CHECK(tokens(db) == 1);
  CHECK(db.stats().in_use == 0);
  CHECK(db.fetch_value<Timestamp>("SELECT created_at FROM lockstep_outcomes WHERE token = ?",
                                  "request-1") == Clock::start);
}

TEST_CASE_FIXTURE(Samples, "token: work without a result answers whether it was committed") {
  CHECK(db.transaction("request-1", [&](Transaction& tx) { insert(tx, "a"); }));
  CHECK_FALSE(db.transaction("request-1", [&](Transaction& tx) { insert(tx, "b"); }));
  CHECK(db.transaction("request-2", [&](Transaction& tx) { insert(tx, "c"); }));
  CHECK(count(db) == 2);
}

TEST_CASE_FIXTURE(Samples, "token: compared by its bytes") {
  for (const char* token : {"a", "A", "\xC3\xA4", "a b", "%", "a'"}) {
    CAPTURE(token);
    CHECK(db.transaction(token, [](Transaction&) {}));
    CHECK_FALSE(db.transaction(token, [](Transaction&) {}));
  }
  CHECK(db.transaction(std::string(255, 't'), [](Transaction&) {}));
  CHECK_FALSE(db.transaction(std::string(255, 't'), [](Transaction&) {}));
}

TEST_CASE_FIXTURE(Samples, "token: what fails takes its token with it") {
  CHECK_THROWS_AS(db.transaction("request-1",
                                 [&](Transaction& tx) {
                                   insert(tx, "a");
                                   throw Refusal{};
                                 }),
                  Refusal);
  CHECK_THROWS_AS(db.transaction("request-1",
                                 [&](Transaction& tx) {
                                   insert(tx, "a");
                                   insert(tx, "a");
                                 }),
                  Duplicate);
  CHECK(tokens(db) == 0);
  CHECK(count(db) == 0);
  CHECK(db.transaction("request-1", [&](Transaction& tx) { insert(tx, "a"); }));
  CHECK(count(db) == 1);
}

TEST_CASE_FIXTURE(Samples, "token: every isolation finds it") {
  for (const Isolation isolation : {Isolation::engine_default, Isolation::read_committed,
                                    Isolation::repeatable_read, Isolation::serializable}) {
    const std::string token = "request-" + std::to_string(static_cast<int>(isolation));
    CHECK(db.transaction(token, [](Transaction&) {}, {.isolation = isolation}));
    CHECK_FALSE(db.transaction(token, [](Transaction&) {}, {.isolation = isolation}));
  }
}

TEST_CASE_FIXTURE(Samples, "token: one that is malformed is InvalidArgument") {
  for (const std::string& token : {std::string(), std::string(" a"), std::string("\xFF"),
                                   std::string("a\0b", 3), std::string(256, 't')}) {
    CHECK_THROWS_AS(db.transaction(token, [](Transaction&) {}), InvalidArgument);
  }
  CHECK_THROWS_AS(db.transaction("request-1", [](Transaction&) {}, {.read_only = true}),
                  InvalidArgument);
}

TEST_CASE("token: without its table the error names the remedy") {
  testing::TestDatabase own({}, target_url());
  Database& db = own.db();
  db.execute("DROP TABLE lockstep_outcomes");
  bool ran = false;
  const auto check = [](const Configuration& error, std::string_view statement) {
    CHECK(std::string_view(error.what()).find("lockstep migrate up") != std::string_view::npos);
    CHECK(error.statement() == statement);
    CHECK(std::string_view(error.location().file).ends_with("outcome_test.cpp"));
  };
  try {
    db.transaction("request-1", [&](Transaction&) { ran = true; });
    FAIL("nothing was thrown");
  } catch (const Configuration& error) {
    check(error, "lockstep.create_outcome");
  }
  CHECK_FALSE(ran);
  CHECK_THROWS_AS(purge_outcomes(db, db.now()), Configuration);
}

TEST_CASE_FIXTURE(Samples, "purge_outcomes: deletes what is older, and no more") {
  const auto nothing = [](Transaction&) {};
  for (const char* token : {"a", "b", "c"}) {
    CHECK(db.transaction(token, nothing));
    base.clock.advance(1h);
  }
  CHECK(purge_outcomes(db, Clock::start) == 0);
  CHECK(purge_outcomes(db, Clock::start + 1h) == 1);
  CHECK(purge_outcomes(db, Clock::start + 1h) == 0);
  CHECK(db.transaction("a", nothing));  // forgotten
  CHECK_FALSE(db.transaction("b", nothing));
  CHECK(db.transaction([&](Transaction& tx) { return purge_outcomes(tx, db.now() + 1us); }) == 3);
  CHECK(tokens(db) == 0);
}

TEST_CASE_FIXTURE(Samples, "token: of two threads with the same, exactly one wins") {
  constexpr int rounds = 20;
  for (int round = 0; round < rounds; ++round) {
    const std::string token = "request-" + std::to_string(round);
    std::latch start(2);
    std::atomic<int> won{0};
    std::atomic<int> lost{0};
    const auto race = [&] {
      start.arrive_and_wait();
      const auto value = db.transaction(
          token,
          [&](Transaction& tx) {
            insert(tx, token);
            return 1;
          },
          {.retries = 20});
      ++(value ? won : lost);
    };
    std::thread other(race);
    race();
    other.join();
    CHECK(won == 1);
    CHECK(lost == 1);
  }
  CHECK(count(db) == rounds);
  CHECK(tokens(db) == rounds);
}

TEST_CASE_FIXTURE(Samples, "token: one that waits for another gets its work if that fails") {
  if (!db.capabilities().concurrent_writers) return;
  std::latch claimed(1);
  std::optional<int> second;
  std::thread other;
  CHECK_THROWS_AS(db.transaction("request-1",
                                 [&](Transaction&) {
                                   other = std::thread([&] {
                                     claimed.count_down();
                                     second = db.transaction(
                                         "request-1", [](Transaction&) { return 2; },
                                         {.retries = 20});
                                   });
                                   claimed.wait();
                                   throw Refusal{};
                                 }),
                  Refusal);
  other.join();
  CHECK(second == 2);
  CHECK(tokens(db) == 1);
}

TEST_SUITE_END();
