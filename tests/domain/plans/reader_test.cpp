// SPDX-License-Identifier: BSL-1.0
// What the reading of plans sees, and what it does not complain about.
#include "support/plan_check.hpp"
#include "support/target.hpp"

namespace lockstep::tests {
namespace {

constexpr Sql create{"test.create",
                     "CREATE TABLE planned (id VARCHAR(64) NOT NULL PRIMARY KEY, "
                     "other VARCHAR(64) NOT NULL, place INTEGER NOT NULL)"};
constexpr Sql create_index{"test.create_index",
                           "CREATE INDEX idx_planned_place ON planned (place)"};
constexpr Sql insert{"test.insert", "INSERT INTO planned (id, other, place) VALUES (?, ?, ?)"};

// A table `planned` with keys, a column without an index and one with an index.
class Planned {
 public:
  Planned() : fixture_({"lockstep"}, target_url()) {
    Database& db = fixture_.db();
    db.execute(create);
    db.execute(create_index);
    db.insert_all(insert, plan_table([](int n) {
                    return std::tuple<std::string, std::string, int>(plan_key(n), plan_key(n), n);
                  }));
    analyze(db, "planned");
  }

  Plan plan(std::string_view statement, std::vector<Value> values = {}) {
    return fixture_.db().transaction(
        [&](Transaction& tx) { return explain(tx, statement, {std::move(values)}); });
  }

 private:
  testing::TestDatabase fixture_;
};

constexpr std::array whole{
    "SELECT id, other FROM planned",
    "SELECT id FROM planned ORDER BY id",
    "SELECT DISTINCT place FROM planned",
    "SELECT COUNT(*) FROM planned",
    "SELECT COUNT(*) FROM planned LIMIT 1",
    "SELECT DISTINCT place FROM planned UNION ALL SELECT place FROM planned WHERE place = 8",
    // a condition that no index answers, alone or beside one that has an index
    "SELECT id FROM planned WHERE other = 'x'",
    "SELECT p.id FROM planned p WHERE p.place + 1 = 7",
    "SELECT id FROM planned WHERE id = 'x' OR other = 'x'",
    "SELECT id FROM planned WHERE id = 'x' UNION SELECT id FROM planned WHERE other = 'x'",
    "SELECT id FROM planned p WHERE place < 10"
    " AND NOT EXISTS (SELECT 1 FROM planned q WHERE q.other = p.id)",
    // LIMIT that comes too late
    "SELECT id, other FROM planned ORDER BY other LIMIT 3",
    "SELECT id FROM planned WHERE other <> 'x' ORDER BY place LIMIT 3",
    "SELECT other, COUNT(*) FROM planned GROUP BY other ORDER BY other LIMIT 3",
    // a join without an index
    "SELECT a.id FROM planned a JOIN planned b ON b.other = a.other WHERE a.id = 'row-000007'",
    "SELECT a.id FROM planned a JOIN planned b ON b.other = a.other WHERE a.place < 100",
    "SELECT a.id FROM planned a JOIN planned b ON b.other = a.other ORDER BY a.place LIMIT 3",
    // statements that write
    "UPDATE planned SET place = 1",
    "UPDATE planned SET place = 1 WHERE other = 'x'",
    "DELETE FROM planned WHERE other = 'x'",
    "INSERT INTO planned (id, other, place) SELECT other, id, place FROM planned",
};

constexpr std::array found_by_index{
    "SELECT other FROM planned WHERE id = 'row-000007'",
    "SELECT other FROM planned WHERE id IN ('row-000007', 'row-000008')",
    "SELECT other FROM planned WHERE id = 'row-000007' OR place = 8",
    "SELECT other FROM planned WHERE id = 'x' UNION SELECT other FROM planned WHERE place = 8",
    "SELECT id FROM planned p WHERE place < 10"
    " AND NOT EXISTS (SELECT 1 FROM planned q WHERE q.id = p.other)",
    "SELECT MAX(place) FROM planned",
    "SELECT place FROM planned WHERE place >= 2000",
    // a condition limits what is sorted or grouped
    "SELECT id, other FROM planned WHERE place < 10 ORDER BY other",
    "SELECT COUNT(*) FROM planned WHERE place < 10",
    // LIMIT ends the reading
    "SELECT id, other FROM planned ORDER BY place LIMIT 3",
    "SELECT id, other FROM planned ORDER BY place DESC LIMIT 3 OFFSET 6",
    "SELECT id FROM planned ORDER BY place, id LIMIT 3",
    "SELECT a.id FROM planned a JOIN planned b ON b.id = a.other ORDER BY a.place LIMIT 3",
    // what is scanned is no table
    "SELECT n FROM (SELECT COUNT(*) AS n FROM planned WHERE place < 10 GROUP BY place) AS few",
    "WITH RECURSIVE few (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM few WHERE n < 9)"
    " SELECT n FROM few",
    // joins and statements that write
    "SELECT b.id FROM planned a JOIN planned b ON b.place = a.place WHERE a.id = 'row-000007'",
    "UPDATE planned SET other = 'x' WHERE id = 'row-000007'",
    "DELETE FROM planned WHERE place = 8",
    "INSERT INTO planned (id, other, place) VALUES ('x', 'y', 1)",
    "INSERT INTO planned (id, other, place) SELECT 'x', id, 1 FROM planned WHERE place = 8",
};

TEST_CASE_FIXTURE(Planned, "plan: it reads a whole table") {
  for (const std::string_view statement : whole) {
    CAPTURE(statement);
    const Plan found = plan(statement);
    CAPTURE(found.text);
    CHECK_FALSE(found.whole_reads.empty());
  }
}

TEST_CASE_FIXTURE(Planned, "plan: it finds its rows by an index") {
  for (const std::string_view statement : found_by_index) {
    CAPTURE(statement);
    const Plan found = plan(statement);
    CAPTURE(found.text);
    CHECK(found.whole_reads.empty());
  }
}

TEST_CASE_FIXTURE(Planned, "plan: of a statement that matches nothing, the plan or that it does") {
  const Plan found =
      plan("SELECT a.id FROM planned a JOIN planned b ON b.other = a.other WHERE a.id = 'x'");
  CAPTURE(found.text);
  CHECK(found.whole_reads.empty() == found.matches_nothing);
}

TEST_CASE_FIXTURE(Planned, "plan: it is that of the arguments") {
  const std::string key = plan_key(7);
  CHECK(plan("SELECT other FROM planned WHERE id = ?", {Value::text(key)}).whole_reads.empty());
  CHECK(plan("DELETE FROM planned WHERE id = ?", {Value::text(key)}).whole_reads.empty());
  CHECK_FALSE(plan("DELETE FROM planned WHERE other = ?", {Value::text(key)}).whole_reads.empty());
}

}  // namespace
}  // namespace lockstep::tests
