// SPDX-License-Identifier: BSL-1.0
// The database that a test program runs on, chosen by LOCKSTEP_TEST_TARGET: sqlite-memory (also if
// it is not set), sqlite-file, postgres, mysql. The servers' URLs are in LOCKSTEP_TEST_POSTGRES_URL
// and LOCKSTEP_TEST_MYSQL_URL; a target without its URL fails every test, none is skipped.
#pragma once

#include <doctest/doctest.h>

#include <atomic>
#include <stdexcept>

#include "lockstep/testing.hpp"

namespace lockstep::tests {

// The value of an environment variable that tests/servers sets. Throws std::runtime_error without.
[[nodiscard]] std::string variable(const char* name);

// What a fixture on the target is opened with: see lockstep::testing::TestDatabase. Throws
// std::runtime_error for an unknown target or a missing URL.
[[nodiscard]] std::string target_url();

// The clock of database(): it stands still, at `start` when a test begins, until a test moves it.
class Clock {
 public:
  static constexpr Timestamp start =
      std::chrono::sys_days(std::chrono::year(2024) / 3 / 10) + std::chrono::microseconds(123'456);

  [[nodiscard]] Timestamp now() const noexcept {
    return start + std::chrono::microseconds(after_start_.load());
  }
  void set(Timestamp time) noexcept { after_start_ = (time - start).count(); }
  void advance(std::chrono::microseconds by) noexcept { after_start_ += by.count(); }

 private:
  std::atomic<std::int64_t> after_start_{0};
};

[[nodiscard]] Clock& clock() noexcept;

// The target's database with all migrations applied. In memory it is new for each test case; else
// it is one for the process, emptied before each test case.
[[nodiscard]] Database& database();

// Its URL, which may hold a password. To open it a second time: not with one in memory.
[[nodiscard]] const std::string& database_url();

// Whether database() can be opened a second time: not if it is in memory.
[[nodiscard]] bool shareable();

// A second way into database(), with options of its own, where it is shareable.
[[nodiscard]] Database open_again(DatabaseOptions options = {});

// Fixture of a test case: an empty, migrated database and its clock.
class Migrated {
 public:
  Migrated();

  Database& db;
  Clock& clock;

  // Runs body(Executor&) on the database and, when doctest enters the test case again, on a
  // transaction that is then committed.
  template <class F>
  void on_both(F&& body) {
    SUBCASE("on a database") { body(db); }
    SUBCASE("on a transaction") {
      db.transaction([&](Transaction& tx) { body(tx); });
    }
  }
};

// Runs f(Executor&) and returns the E that it throws; in a transaction inside a savepoint, so that
// the transaction stays usable. The test fails if nothing is thrown, or something else.
template <class E, class F>
E caught(Executor& db, F&& f) {
  try {
    if (auto* tx = dynamic_cast<Transaction*>(&db)) {
      tx->nested([&](Transaction& inner) { f(inner); });
    } else {
      f(db);
    }
  } catch (const E& error) {
    return error;
  }
  FAIL("nothing was thrown");
  throw std::logic_error("not reached");
}

}  // namespace lockstep::tests
