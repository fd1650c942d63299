// SPDX-License-Identifier: BSL-1.0
// The public fixture of lockstep/testing.hpp.
#include <unistd.h>

#include <filesystem>

#include "rows.hpp"
#include "testing/domains.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::scheduler;

TEST_CASE("TestDatabase: migrated, seeded, emptied and gone") {
  std::string url;
  {
    testing::TestDatabase fixture({"scheduler"}, target_url());
    url = fixture.url();
    Database& db = fixture.db();
    CHECK(get_all_jobs(db).empty());
    fixture.seed();
    const auto jobs = get_all_jobs(db);
    REQUIRE(jobs.size() == 2);
    const Job first = get_job(db, "job-1");
    CHECK(first.name == "Test Job 1");
    CHECK(first.schedule == "0 0 * * *");
    CHECK(first.pod_spec->text.find("\"test:latest\"") != std::string::npos);
    const Job second = get_job(db, "job-2");
    CHECK(second.name == "Test Job 2");
    CHECK(second.schedule == "*/5 * * * *");
    CHECK(second.pod_spec->text.find("\"test2:latest\"") != std::string::npos);
    fixture.reset();
    CHECK(get_all_jobs(db).empty());
    CHECK_NOTHROW(fixture.seed());
    CHECK_THROWS_AS(fixture.seed(), Duplicate);
  }
  if (shareable()) {
    CHECK(url.find(testing::name_prefix) != std::string::npos);
    CHECK_THROWS_AS(
        static_cast<void>(Database::open(url.starts_with("sqlite:") ? url + "?mode=rw" : url)),
        Error);
  }
}

TEST_CASE("TestDatabase: lockstep's own tables come with every domain") {
  for (const std::vector<std::string>& domains :
       {std::vector<std::string>{"scheduler"}, {"lockstep"}, {}}) {
    testing::TestDatabase fixture(domains);
    CHECK(fixture.db().transaction("token", [](Transaction&) {}));
    fixture.reset();
    CHECK(fixture.db().transaction("token", [](Transaction&) {}));
  }
}

TEST_CASE("TestDatabase: without a URL it is in memory") {
  testing::TestDatabase fixture({"scheduler"});
  CHECK(fixture.url() == "sqlite::memory:");
  fixture.seed();
  CHECK(get_all_jobs(fixture.db()).size() == 2);
}

TEST_CASE("TestDatabase: two are two databases") {
  testing::TestDatabase one({"scheduler"}, target_url());
  testing::TestDatabase two({"scheduler"}, target_url());
  one.seed();
  CHECK(get_all_jobs(one.db()).size() == 2);
  CHECK(get_all_jobs(two.db()).empty());
}

TEST_CASE("TestDatabase: a name that is taken is passed over") {
  if (!shareable()) return;
  const testing::TestDatabase before({"scheduler"}, target_url());
  // The next fixture would be given the number after this one's.
  const std::size_t digits = before.url().find(testing::name_prefix) + testing::name_prefix.size();
  const std::size_t number = before.url().find('_', digits) + 1;
  const std::string taken =
      before.url().substr(0, number) + std::to_string(std::stoi(before.url().substr(number)) + 1);
  const std::string name = taken.substr(digits - testing::name_prefix.size());
  const bool file = taken.starts_with("sqlite:");
  if (file) {
    Database::open(taken + ".db").ping();
  } else {
    Database::open(target_url()).execute("CREATE DATABASE " + name);
  }
  {
    testing::TestDatabase after({"scheduler"}, target_url());
    CHECK(after.url().find(name) == std::string::npos);
    CHECK(get_all_jobs(after.db()).empty());
  }
  if (file) {
    const std::string path = taken.substr(std::string_view("sqlite:").size()) + ".db";
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path + suffix);
  } else {
    Database::open(target_url()).execute("DROP DATABASE " + name);
  }
}

TEST_CASE("TestDatabase: an unknown domain is InvalidArgument") {
  CHECK_THROWS_AS(testing::TestDatabase({"schedular"}, target_url()), InvalidArgument);
}

TEST_CASE("new_test_db: in memory, with every domain; another is another database") {
  Database one = testing::new_test_db();
  Database two = testing::new_test_db();
  testing::seed_test_data(one);
  CHECK(get_all_jobs(one).size() == 2);
  CHECK(get_all_jobs(two).empty());
  testing::reset_db(one);
  CHECK(get_all_jobs(one).empty());
}

TEST_CASE_FIXTURE(Migrated, "reset_db: empties every table, keeps the ledger and the types") {
  create_constraint(db, constraint("one"));
  create_action(db, action("tell"));
  Job given = job("job-1");
  given.constraint_id = "one";
  create_job(db, given);
  create_job_action(db, {.job_id = "job-1",
                         .action_id = "tell",
                         .trigger = Trigger::on_violation,
                         .constraint_id = "one"});
  create_job_run(db, run("job-1", "run-1"));
  create_constraint_violation(db, violation("v-1", "run-1", "one"));
  create_scheduler_stats(db, {.stats_period_id = "p", .start_time = noon, .end_time = noon + 1h});
  create_orchestrator_stats(db, {.run_id = "run-1", .stats_period_id = "p"});
  create_syncer_stats(db, {.stats_period_id = "p", .start_time = noon, .end_time = noon + 1h});
  create_stats_collector_stats(db,
                               {.stats_period_id = "p", .start_time = noon, .end_time = noon + 1h});
  create_webhook_handler_stats(db,
                               {.stats_period_id = "p", .start_time = noon, .end_time = noon + 1h});
  create_action_run(db, action_run("a-1", "run-1"));
  create_webhook_delivery(db, delivery("d-1", "run-1"));
  const auto actions = list_action_types(db);
  const auto constraints = list_constraint_types(db);
  db.execute("INSERT INTO action_types (id, name) VALUES (99, 'mine')");
  const auto domains = testing::detail::find_domains({"scheduler"});
  REQUIRE(domains.front()->tables.size() == 15);
  const auto has_types = [](const auto& table) { return table.name.ends_with("_types"); };
  for (const auto& table : domains.front()->tables) {
    CAPTURE(table.name);
    CHECK((has_types(table) || count(db, table.name) == 1));
  }
  db.transaction("token", [](Transaction&) {});
  CHECK(count(db, "lockstep_outcomes") == 1);
  const std::int64_t applied = count(db, "lockstep_migrations");
  CHECK(applied > 0);
  testing::reset_db(db, {"scheduler"});
  for (const auto& table : domains.front()->tables) {
    CAPTURE(table.name);
    CHECK((has_types(table) || count(db, table.name) == 0));
  }
  CHECK(list_action_types(db) == actions);  // what the migrations have brought is there again
  CHECK(list_constraint_types(db) == constraints);
  CHECK(count(db, "lockstep_outcomes") == 0);
  CHECK(count(db, "lockstep_migrations") == applied);
  CHECK_THROWS_AS(testing::reset_db(db, {"nowhere"}), InvalidArgument);
}

TEST_CASE_FIXTURE(Migrated, "reset_db: identities begin at 1 again") {
  static constexpr Sql create{
      "create",
      "CREATE TABLE counted (id BIGINT AUTO_INCREMENT PRIMARY KEY, text INTEGER)",
      {.sqlite = "CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, "
                 "text INTEGER)",
       .postgres = "CREATE TABLE counted (id BIGINT GENERATED BY DEFAULT AS "
                   "IDENTITY PRIMARY KEY, text INTEGER)"}};
  db.execute(create);
  const testing::detail::Table table{"counted", "id"};
  const auto insert = [&] {
    return db.insert_returning<std::int64_t>("INSERT INTO counted (text) VALUES (7) RETURNING id");
  };
  CHECK(insert() == 1);
  CHECK(insert() == 2);
  db.execute("DELETE FROM counted");
  testing::detail::restart_identity(db, table);
  CHECK(insert() == 1);
  db.execute("DROP TABLE counted");
}

TEST_CASE("reset_db: refuses a database that is not a test's") {
  if (target_url().starts_with("sqlite:")) {
    const auto path =
        std::filesystem::temp_directory_path() / ("not_a_test_" + std::to_string(::getpid()));
    {
      Database db = Database::open("sqlite:" + path.string());
      CHECK_THROWS_AS(testing::reset_db(db), InvalidArgument);
    }
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path.string() + suffix);
  } else {
    Database db = Database::open(target_url());
    CHECK_THROWS_AS(testing::reset_db(db), InvalidArgument);
  }
}

}  // namespace
}  // namespace lockstep::tests
