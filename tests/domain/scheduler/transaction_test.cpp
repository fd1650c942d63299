// SPDX-License-Identifier: BSL-1.0
// The scheduler's operations and transactions.
#include "rows.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::scheduler;

TEST_CASE_FIXTURE(Migrated, "transaction: what was done is there after commit") {
  Transaction tx = db.begin();
  create_job(tx, job("job-1"));
  create_job_run(tx, run("job-1", "run-1"));
  tx.commit();
  CHECK(get_job(db, "job-1").id == "job-1");
  CHECK(get_job_run_by_run_id(db, "run-1").job_id == "job-1");
}

TEST_CASE_FIXTURE(Migrated, "transaction: nothing is left after rollback") {
  Transaction tx = db.begin();
  create_job(tx, job("job-1"));
  tx.rollback();
  CHECK(get_all_jobs(db).empty());
}

TEST_CASE_FIXTURE(Migrated, "transaction: nothing is left when it is only dropped") {
  {
    Transaction tx = db.begin();
    create_job(tx, job("job-1"));
  }
  CHECK(get_all_jobs(db).empty());
}

TEST_CASE_FIXTURE(Migrated, "transaction: a closure commits and returns its result") {
  const Job made = db.transaction([&](Transaction& tx) {
    Job inside = create_job(tx, job("job-1"));
    create_job_run(tx, run("job-1", "run-1"));
    return inside;
  });
  CHECK(get_job(db, "job-1") == made);
  CHECK(get_job_runs(db, "job-1").size() == 1);
}

TEST_CASE_FIXTURE(Migrated,
                  "transaction: a closure that throws stores nothing; the same object flies on") {
  struct Stop {
    int number;
  };
  try {
    db.transaction([&](Transaction& tx) {
      create_job(tx, job("job-1"));
      throw Stop{42};
    });
    FAIL("nothing was thrown");
  } catch (const Stop& stop) {
    CHECK(stop.number == 42);
  }
  CHECK(get_all_jobs(db).empty());
}

TEST_CASE_FIXTURE(Migrated, "transaction: begin inside a transaction is LogicError") {
  db.transaction([&](Transaction& tx) {
    create_job(tx, job("job-1"));
    CHECK_THROWS_AS(static_cast<void>(tx.begin()), LogicError);
  });
  CHECK(get_all_jobs(db).size() == 1);
}

TEST_CASE_FIXTURE(Migrated, "transaction: an operation that failed poisons it, NotFound does not") {
  create_job(db, job("job-1"));
  Transaction tx = db.begin();
  CHECK_THROWS_AS(static_cast<void>(get_job(tx, "nobody")), NotFound);
  CHECK_THROWS_AS(delete_constraint(tx, "nobody"), NotFound);
  CHECK_THROWS_AS(static_cast<void>(get_job(tx, "")), InvalidArgument);
  create_job(tx, job("job-2"));
  CHECK_THROWS_AS(create_job(tx, job("job-1")), Duplicate);
  CHECK_THROWS_AS(static_cast<void>(get_job(tx, "job-1")), TransactionAborted);
  CHECK_THROWS_AS(tx.commit(), TransactionAborted);
  CHECK(ids(get_all_jobs(db)) == Ids{"job-1"});
}

TEST_CASE_FIXTURE(Migrated, "transaction: what fails in nested leaves the rest") {
  db.transaction([&](Transaction& tx) {
    create_job(tx, job("job-1"));
    CHECK_THROWS_AS(tx.nested([&](Transaction& inner) {
      create_job(inner, job("job-2"));
      create_job(inner, job("job-1"));
    }),
                    Duplicate);
    create_job(tx, job("job-3"));
  });
  CHECK(ids(get_all_jobs(db)) == Ids{"job-3", "job-1"});
}

TEST_CASE_FIXTURE(Migrated, "operations: run through an executor with limits") {
  auto limited = db.with({.deadline = 30s});
  create_constraint(limited, constraint("one"));
  Job given = job("job-1");
  given.constraint_id = "one";
  create_job(limited, given);
  delete_constraint(limited, "one");
  CHECK_FALSE(get_job(limited, "job-1").constraint_id.has_value());
}

TEST_CASE_FIXTURE(Migrated,
                  "predicates: tell the three kinds apart, and are false for anything else") {
  create_job(db, job("job-1"));
  const auto missing = caught<NotFound>(db, [](Executor& ex) { delete_job(ex, "nobody"); });
  const auto twice = caught<Duplicate>(db, [](Executor& ex) { create_job(ex, job("job-1")); });
  const auto orphan =
      caught<ForeignKey>(db, [](Executor& ex) { create_job_run(ex, run("x", "y")); });
  CHECK((is_not_found(missing) && !is_duplicate(missing) && !is_foreign_key(missing)));
  CHECK((!is_not_found(twice) && is_duplicate(twice) && !is_foreign_key(twice)));
  CHECK((!is_not_found(orphan) && !is_duplicate(orphan) && is_foreign_key(orphan)));
  const std::runtime_error other("not found, duplicate key, foreign key");
  CHECK_FALSE((is_not_found(other) || is_duplicate(other) || is_foreign_key(other)));
}

TEST_CASE_FIXTURE(Migrated, "errors: tell no value") {
  Job secret = job("job-1");
  secret.name = "s3cret-name";
  create_job(db, secret);
  const auto e = caught<Duplicate>(db, [&](Executor& ex) { create_job(ex, secret); });
  const std::string_view what = e.what();
  CHECK(what.starts_with("scheduler.create_job: duplicate key on jobs (id) ["));
  CHECK(what.find("s3cret") == std::string_view::npos);
  CHECK(what.find("job-1") == std::string_view::npos);
}

TEST_CASE_FIXTURE(Migrated, "a job's life: create, read, update, delete") {
  const Job made = create_job(db, job("job-1"));
  CHECK(get_job(db, "job-1") == made);
  clock.advance(1s);
  Job changed = made;
  changed.name = "Renamed";
  changed = update_job(db, changed);
  CHECK(changed.updated_at > changed.created_at);
  CHECK(get_all_jobs(db) == std::vector<Job>{changed});
  delete_job(db, "job-1");
  CHECK(get_all_jobs(db).empty());
}

}  // namespace
}  // namespace lockstep::tests
