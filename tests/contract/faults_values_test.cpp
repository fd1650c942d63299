// SPDX-License-Identifier: BSL-1.0
// Values that a column does not take, and statements that no longer fit their tables.
#include "support/faults.hpp"
#include "support/samples.hpp"

using namespace lockstep;
using namespace lockstep::tests;

TEST_CASE_FIXTURE(Samples, "InvalidText: a text that is not JSON, or no instant") {
  static constexpr Sql not_json{"test.not_json",
                                "SELECT json_extract(?, '$') AS v",
                                {.postgres = "SELECT CAST(CAST(? AS text) AS json) AS v",
                                 .mysql = "INSERT INTO samples (id, at) VALUES ('a', ?)"}};
  base.on_both([&](Executor& on) {
    const auto e = caught<InvalidText>(on, [](Executor& one) { one.execute(not_json, "{"); });
    check_told(e, on, "test.not_json");
  });
}

TEST_CASE_FIXTURE(Samples, "InvalidText: a text where a number belongs") {
  if (!db.capabilities().strict_values) return;
  static constexpr Sql many{"test.many", "INSERT INTO counters (id, amount) VALUES (1, ?)"};
  base.on_both([&](Executor& on) {
    const auto e = caught<InvalidText>(on, [](Executor& one) { one.execute(many, "many"); });
    check_told(e, on, "test.many");
  });
}

TEST_CASE_FIXTURE(Samples, "TypeMismatch: a value of a type that the column does not take") {
  if (!tells(db, ErrorKind::type_mismatch)) return;
  static constexpr Sql strict{"test.strict",
                              "CREATE TEMP TABLE strict_counters (amount INTEGER) STRICT",
                              {.postgres = "CREATE TEMP TABLE strict_counters (amount INTEGER)"}};
  static constexpr Sql wrong{"test.wrong",
                             "INSERT INTO strict_counters (amount) VALUES ('many')",
                             {.postgres = "INSERT INTO strict_counters (amount) VALUES (TRUE)"}};
  db.transaction([&](Transaction& tx) {
    tx.execute(strict);
    const auto e = caught<TypeMismatch>(tx, [](Executor& on) { on.execute(wrong); });
    check_told(e, tx, "test.wrong");
  });
}

TEST_CASE_FIXTURE(Samples, "StalePlan: in a transaction it is told, where the engine tells it") {
  if (!shareable()) return;
  static constexpr Sql everything{"test.stale", "SELECT * FROM counters"};
  db.execute("INSERT INTO counters (id, amount) VALUES (1, 5)");
  Database own = open_again({.max_open_connections = 1});
  CHECK(own.fetch_one<std::tuple<int, int>>(everything) == std::tuple(1, 5));
  db.execute("ALTER TABLE counters ADD COLUMN extra INTEGER");
  using Three = std::tuple<int, int, std::optional<int>>;
  if (db.capabilities().concurrent_writers) {
    const auto e =
        poisons<StalePlan>(own, [](Transaction& tx) { (void)tx.fetch_one<Three>(everything); });
    check_told(e, own, "test.stale");
  }
  CHECK(own.fetch_one<Three>(everything) == Three(1, 5, std::nullopt));
}
