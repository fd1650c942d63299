// SPDX-License-Identifier: BSL-1.0
// insert_returning with the engine's RETURNING, and emulated where it is switched off.
#include "support/samples.hpp"

using namespace lockstep;
using namespace lockstep::tests;

namespace {

struct EventId {
  std::int64_t id = 0;
  static constexpr void columns(auto&& column) { column("id", &EventId::id); }
};

constexpr Sql insert_two_columns{"test.insert_two_columns",
                                 "INSERT INTO sample_events (sample_id, place, level) VALUES ('a', "
                                 "?, 'info') RETURNING id, place"};

// A database of its own in which no connection uses RETURNING.
class WithoutReturning {
 public:
  WithoutReturning() {
    create_samples(db);
    db.execute(sample_insert, Sample{.id = "a"});
  }

 private:
  static DatabaseOptions options() {
    DatabaseOptions options;
    options.allowed.returning_insert = false;
    return options;
  }
  testing::TestDatabase fixture_{{}, target_url(), options()};

 public:
  Database& db = fixture_.db();
};

}  // namespace

TEST_CASE_FIXTURE(Samples, "insert_returning: the id of the row, on both executors") {
  base.on_both([&](Executor& on) {
    insert(on, "a");
    const auto first = on.insert_returning<std::int64_t>(event_insert, "a", 1, "info");
    const auto second = on.insert_returning<EventId>(event_insert, "a", 2, "info").id;
    CHECK(second > first);
    CHECK(on.fetch_value<std::int32_t>("SELECT place FROM sample_events WHERE id = ?", second) ==
          2);
    CHECK(on.fetch_value<std::int64_t>(event_count) == 2);  // each inserted once
  });
}

TEST_CASE_FIXTURE(Samples, "insert_returning: a duplicate is told, and nothing is stored") {
  base.on_both([&](Executor& on) {
    insert(on, "a");
    (void)on.insert_returning<std::int64_t>(event_insert, "a", 1, "info");
    const auto error = caught<Duplicate>(on, [](Executor& one) {
      (void)one.insert_returning<std::int64_t>(event_insert, "a", 1, "info");
    });
    CHECK(error.constraint() == "uq_sample_events_sample_id_place");
    CHECK(on.fetch_value<std::int64_t>(event_count) == 1);
  });
}

TEST_CASE_FIXTURE(WithoutReturning, "insert_returning: emulated where it is switched off") {
  CHECK_FALSE(db.capabilities().returning_insert);
  const auto first = db.insert_returning<std::int64_t>(event_insert, "a", 1, "info");
  const auto second = db.insert_returning<std::int64_t>(event_insert, "a", 2, "info");
  CHECK(second > first);
  CHECK(db.fetch_value<std::int32_t>("SELECT place FROM sample_events WHERE id = ?", second) == 2);
  db.transaction([&](Transaction& tx) {
    CHECK(tx.insert_returning<std::int64_t>(event_insert, "a", 3, "info") > second);
  });
  CHECK_THROWS_AS((void)db.insert_returning<std::int64_t>(event_insert, "a", 3, "info"), Duplicate);
}

TEST_CASE_FIXTURE(WithoutReturning, "insert_returning: what cannot be emulated is refused unsent") {
  CHECK_THROWS_AS((void)db.insert_returning<std::int64_t>(insert_two_columns, 1), Unsupported);
  CHECK_THROWS_AS((void)db.insert_returning<EventId>(event_insert, "a", 1, "info"), Unsupported);
  CHECK_THROWS_AS((void)db.insert_returning<std::string>(event_insert, "a", 1, "info"),
                  Unsupported);
  CHECK(db.fetch_value<std::int64_t>(event_count) == 0);
}

TEST_CASE_FIXTURE(Samples, "RETURNING on delete and update, where the connection has it") {
  insert(db, "a");
  insert(db, "b");
  if (db.capabilities().returning_update) {
    CHECK(db.fetch_all<std::string>("UPDATE samples SET note = ? RETURNING id", "x").size() == 2);
  }
  if (db.capabilities().returning_delete) {
    CHECK(db.fetch_one<std::string>("DELETE FROM samples WHERE id = ? RETURNING id", "a") == "a");
    CHECK(count(db) == 1);
  }
}
