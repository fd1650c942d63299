// SPDX-License-Identifier: BSL-1.0
// The pool over a real engine.
#include <thread>

#include "support/samples.hpp"

using namespace lockstep;
using namespace lockstep::tests;

TEST_SUITE_BEGIN("pool");

TEST_CASE_FIXTURE(Samples, "eight threads insert and read through one database") {
  constexpr int threads = 8;
  constexpr int rows = 50;
  std::vector<std::thread> workers;
  std::atomic<int> wrong{0};
  for (int t = 0; t < threads; ++t) {
    workers.emplace_back([&, t] {
      for (int i = 0; i < rows; ++i) {
        const std::string id = std::to_string(t) + "-" + std::to_string(i);
        try {
          db.execute(sample_insert, Sample{.id = id, .number = i});
          if (db.fetch_one<Sample>(sample_by_id, id).number != i) ++wrong;
        } catch (const Error&) {
          ++wrong;
        }
      }
    });
  }
  for (std::thread& worker : workers) worker.join();
  CHECK(wrong == 0);
  CHECK(count(db) == threads * rows);
  const PoolStats stats = db.stats();
  CHECK(stats.in_use == 0);
  CHECK(stats.open <= stats.max_open_connections);
}

TEST_CASE_FIXTURE(Samples, "transactions of many threads keep a counter exact") {
  constexpr int threads = 4;
  constexpr int rounds = 25;
  db.execute("INSERT INTO counters (id, amount) VALUES (1, 0)");
  std::vector<std::thread> workers;
  std::atomic<int> failed{0};
  for (int t = 0; t < threads; ++t) {
    workers.emplace_back([&] {
      for (int i = 0; i < rounds; ++i) {
        try {
          db.transaction(
              [](Transaction& tx) {
                tx.execute_one("UPDATE counters SET amount = amount + 1 WHERE id = 1");
              },
              {.retries = 20});
        } catch (const Error&) {
          ++failed;
        }
      }
    });
  }
  for (std::thread& worker : workers) worker.join();
  CHECK(failed == 0);
  CHECK(db.fetch_value<int>("SELECT amount FROM counters") == threads * rounds);
}

TEST_CASE("memory: one database for the whole pool, and none of another's") {
  Database first = Database::open("sqlite::memory:");
  Database second = Database::open("sqlite::memory:");
  first.execute("CREATE TABLE t (id INTEGER)");
  std::thread([&] { first.execute("INSERT INTO t (id) VALUES (1)"); }).join();
  CHECK(first.fetch_value<int>("SELECT COUNT(*) FROM t") == 1);
  CHECK_THROWS_AS((void)second.fetch_value<int>("SELECT COUNT(*) FROM t"), UndefinedObject);
  CHECK(first.stats().open == 1);
}

TEST_CASE_FIXTURE(Samples, "a connection comes back clean: an open transaction is undone") {
  {
    Transaction tx = db.begin();
    insert(tx, "a");
  }
  CHECK(count(db) == 0);
  insert(db, "b");
  CHECK(count(db) == 1);
}

TEST_CASE_FIXTURE(Samples, "acquire: a full pool names who holds its connections") {
  if (!shareable()) return;
  Database small =
      open_again({.max_open_connections = 1, .acquire_timeout = std::chrono::milliseconds(1)});
  Transaction holder = small.begin();
  std::string what;
  std::thread([&] {
    try {
      small.ping();
    } catch (const AcquireTimeout& e) {
      what = e.what();
    }
  }).join();
  CHECK(what.find("pool_test.cpp:") != std::string::npos);
  CHECK(small.stats().timeouts == 1);
  holder.rollback();
  small.ping();
}

TEST_CASE_FIXTURE(Samples, "close: later calls are Closed, a second close is nothing") {
  testing::TestDatabase own({}, target_url());
  own.db().ping();
  own.db().close();
  own.db().close();
  CHECK_THROWS_AS(own.db().ping(), Closed);
  CHECK_THROWS_AS((void)own.db().begin(), Closed);
}

TEST_CASE_FIXTURE(Samples, "close: a transaction that is still open ends with its connection") {
  if (!shareable()) return;
  std::optional<Database> other(open_again());
  Transaction tx = other->begin();
  insert(tx, "a");
  other.reset();
  tx.commit();
  CHECK(count(db) == 1);
}

TEST_SUITE_END();
