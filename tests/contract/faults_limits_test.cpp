// SPDX-License-Identifier: BSL-1.0
// Statements that are ended while they run, and values beyond what an engine can hold.
#include <future>

#include "support/faults.hpp"
#include "support/samples.hpp"
#include "support/server.hpp"

using namespace lockstep;
using namespace lockstep::tests;
using namespace std::chrono_literals;

namespace {

constexpr Sql counter_count{"test.counter_count", "SELECT COUNT(*) FROM counters"};

constexpr Sql thousand_million{
    "test.thousand_million",
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) "
    "SELECT a.i FROM n AS a, n AS b, n AS c"};

}  // namespace

TEST_CASE_FIXTURE(Samples, "Cancelled: a statement that runs; it leaves nothing") {
  std::stop_source source;
  Executor* const on = &db;
  auto victim = std::async(std::launch::async, [&] {
    auto stopped = on->with({.stop = source.get_token()});
    return caught<Cancelled>(stopped, [](Executor& bounded) { bounded.execute(endless); });
  });
  await_endless(db);
  source.request_stop();
  const auto e = victim.get();
  CHECK(e.statement() == "test.endless");
  if (shareable()) check_told(e, db, "test.endless");  // in memory it may not have begun
  CHECK(db.fetch_value<int>(counter_count) == 0);
}

TEST_CASE_FIXTURE(Samples, "Cancelled: a statement that runs in a transaction") {
  std::stop_source source;
  auto victim = std::async(std::launch::async, [&] {
    return poisons<Cancelled>(db, [&](Transaction& tx) {
      insert(tx, "a");
      tx.with({.stop = source.get_token()}).execute(endless);
    });
  });
  await_endless(db);
  source.request_stop();
  CHECK(victim.get().statement() == "test.endless");
  CHECK(count(db) == 0);
}

TEST_CASE_FIXTURE(Samples, "Cancelled: between two rows of a stream") {
  std::stop_source source;
  auto stopped = db.with({.stop = source.get_token()});
  std::int64_t rows = 0;
  const auto e = caught<Cancelled>(stopped, [&](Executor& on) {
    for ([[maybe_unused]] const auto i : on.stream<std::int64_t>(thousand_million)) {
      if (++rows == 1) source.request_stop();
    }
  });
  CHECK(e.statement() == "test.thousand_million");
  CHECK(rows < 1'000'000'000);
  CHECK(count(db) == 0);
}

TEST_CASE_FIXTURE(Samples, "Timeout: in a transaction, whose connection stays") {
  const auto broken = db.stats().closed_broken;
  const auto e = poisons<Timeout>(db, [&](Transaction& tx) {
    insert(tx, "a");
    tx.with({.deadline = 30ms}).execute(endless);
  });
  check_told(e, db, "test.endless");
  CHECK(count(db) == 0);
  CHECK(db.stats().closed_broken == broken);
}

TEST_CASE_FIXTURE(Samples, "TooLong: a value that is larger than the engine can make") {
  static constexpr Sql huge{"test.huge",
                            "SELECT length(zeroblob(2000000000))",
                            {.postgres = "SELECT length(repeat('x', 2000000000))"}};
  if (db.dialect().engine == Engine::mysql) return;  // answers NULL
  check_told(poisons<TooLong>(db, [](Executor& tx) { (void)tx.fetch_value<std::int64_t>(huge); }),
             db, "test.huge");
}

TEST_CASE_FIXTURE(Samples, "TooLong: above MySQL's max_allowed_packet, refused before it is sent") {
  if (db.dialect().engine != Engine::mysql) return;  // the others have no such limit
  Database own = open_again({.max_open_connections = 1});
  const auto session = own.fetch_value<std::int64_t>(own_session);
  const auto limit = own.fetch_value<std::int64_t>("SELECT @@max_allowed_packet");
  const std::string note(static_cast<std::size_t>(limit), 'x');
  const auto alone =
      caught<TooLong>(own, [&](Executor& on) { on.execute(sample_rename, note, "a"); });
  check_told(alone, own, "test.sample_rename");
  poisons<TooLong>(own, [&](Transaction& tx) { tx.execute(sample_rename, note, "a"); });
  CHECK(own.fetch_value<std::int64_t>(own_session) == session);
}
