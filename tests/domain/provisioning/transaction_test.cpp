// SPDX-License-Identifier: BSL-1.0
// The operations of provisioning and transactions.
#include "rows.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::provisioning;

constexpr std::string_view raw_insert =
    "INSERT INTO runs (id, plan_path, status, started_at) VALUES (?, ?, ?, ?)";

TEST_CASE_FIXTURE(Migrated, "provisioning: raw SQL in a transaction, undone and committed") {
  constexpr TransactionOptions options{.isolation = Isolation::serializable};
  Transaction undone = db.begin(options);
  undone.execute(raw_insert, "run-1", "/plans/web", "pending", morning);
  undone.rollback();
  CHECK(list_runs(db).empty());
  Transaction kept = db.begin(options);
  kept.execute(raw_insert, "run-1", "/plans/web", "pending", morning);
  kept.commit();
  const Run run = get_run(db, "run-1");
  CHECK(run.started_at == morning);
  CHECK(run.metadata == Json{"{}"});
  CHECK_FALSE(run.completed_at.has_value());
  CHECK_FALSE(run.error.has_value());
}

TEST_CASE_FIXTURE(Migrated, "provisioning: a transaction that throws leaves nothing") {
  CHECK_THROWS_AS(db.transaction([&](Transaction& tx) {
    create_run(tx, a_run("run-1"));
    create_plan_unit(tx, a_unit("unit-1", "run-1"));
    append_event(tx, an_event("run-1", "unit-1"));
    upsert_resource_state(tx, a_state("state-1", "apache2", "run-1"));
    upsert_fact(tx, a_fact("fact-1", "os_family"));
    create_audit_entry(tx, an_entry("run.created", "system"));
    create_plan_unit(tx, a_unit("unit-2", "nobody"));
  }),
                  ForeignKey);
  for (const std::string_view table : provisioning_tables) {
    CAPTURE(table);
    CHECK(count(db, table) == 0);
  }
}

TEST_CASE_FIXTURE(Migrated, "provisioning: an operation that failed poisons, NotFound does not") {
  create_run(db, a_run("run-1"));
  Transaction tx = db.begin();
  CHECK_THROWS_AS(static_cast<void>(get_run(tx, "nobody")), NotFound);
  CHECK_THROWS_AS(delete_fact(tx, "nobody"), NotFound);
  CHECK_THROWS_AS(create_run(tx, a_run("")), InvalidArgument);
  create_run(tx, a_run("run-2"));
  CHECK_THROWS_AS(create_run(tx, a_run("run-1")), Duplicate);
  CHECK_THROWS_AS(static_cast<void>(get_run(tx, "run-1")), TransactionAborted);
  CHECK_THROWS_AS(tx.commit(), TransactionAborted);
  CHECK(ids(list_runs(db)) == Ids{"run-1"});
}

TEST_CASE_FIXTURE(Migrated, "provisioning: runs through an executor with limits") {
  auto limited = db.with({.deadline = 30s});
  create_run(limited, a_run("run-1"));
  upsert_resource_state(limited, a_state("state-1", "apache2", "run-1"));
  CHECK(get_resource_state(limited, "linux.pkg", "apache2").last_run_id == "run-1");
}

TEST_CASE_FIXTURE(Migrated, "provisioning: errors tell no value") {
  Run secret = a_run("s3cret-run");
  secret.plan_path = "/s3cret/plan";
  create_run(db, secret);
  const auto e = caught<Duplicate>(db, [&](Executor& ex) { create_run(ex, secret); });
  const std::string_view what = e.what();
  CHECK(what.starts_with("provisioning.create_run: duplicate key on runs (id) ["));
  CHECK(what.find("s3cret") == std::string_view::npos);
}

TEST_CASE("provisioning: opened, migrated, used and closed") {
  testing::TestDatabase fixture({"provisioning"}, target_url());
  Database& db = fixture.db();
  CHECK_NOTHROW(db.ping());
  for (const std::string_view table : provisioning_tables) {
    CAPTURE(table);
    CHECK(count(db, table) == 0);
  }
  fixture.seed();
  CHECK(get_run(db, "run-001").plan_path == "/plans/deploy-apache.json");
  CHECK(ids(list_plan_units_by_run(db, "run-001")) == Ids{"pu-001"});
  CHECK(append_event(db, an_event("run-001", "pu-001")).id == 1);
  CHECK(create_audit_entry(db, an_entry("a", "b")).id == 1);
  upsert_resource_state(db, a_state("state-1", "apache2", "run-001"));
  upsert_fact(db, a_fact("fact-1", "os_family"));
  fixture.reset();
  for (const std::string_view table : provisioning_tables) {
    CAPTURE(table);
    CHECK(count(db, table) == 0);
  }
  fixture.seed();
  CHECK(append_event(db, an_event("run-001")).id == 1);
  CHECK(create_audit_entry(db, an_entry("a", "b")).id == 1);
  db.close();
  CHECK_THROWS_AS(db.ping(), Closed);
  CHECK_NOTHROW(db.close());
}

}  // namespace
}  // namespace lockstep::tests
