// SPDX-License-Identifier: BSL-1.0
// Databases for tests: migrated in one line, emptied between tests, gone afterwards.
//
//     lockstep::testing::TestDatabase fixture({"scheduler"});               // SQLite, in memory
//     lockstep::testing::TestDatabase fixture({"scheduler"}, server_url);  // a database of its own
//     lockstep::scheduler::create_job(fixture.db(), job);
//     fixture.reset();
//
// Domains are named as their migrations are: "scheduler"; no name stands for every domain. The
// domain "lockstep" always comes with them. Knows no test framework. Link lockstep::testing.
#pragma once

#include "lockstep/database.hpp"
#include "lockstep/migration_set.hpp"

namespace lockstep::testing {

// Every database that a fixture makes is called lockstep_test_<process>_<number>, and only such a
// database, or one in memory, is ever emptied.
inline constexpr std::string_view name_prefix = "lockstep_test_";

// Owns a database with the migrations of some domains applied. Thread rule: that of its Database
// for db(), one thread for the rest.
class TestDatabase {
 public:
  // "sqlite::memory:" is a database in memory. Any other URL is only the way in: a new database is
  // made beside the one that it names, which is not touched; for SQLite a file in the same folder,
  // on a server with the rights of the URL's user. Throws what opening, CREATE DATABASE and the
  // migrations throw, and leaves nothing then.
  explicit TestDatabase(std::vector<std::string> domains,
                        std::string_view url = "sqlite::memory:", DatabaseOptions options = {});
  TestDatabase(TestDatabase&&) noexcept;
  TestDatabase& operator=(TestDatabase&&) = delete;
  // Closes and removes the database. If that fails it stays, and options.warning is told.
  ~TestDatabase();

  [[nodiscard]] Database& db() noexcept;
  // Of the new database; may hold a password. To open it a second time: not with one in memory.
  [[nodiscard]] const std::string& url() const noexcept;

  // As reset_db and seed_test_data, for the domains of this fixture.
  void reset();
  void seed();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// A migrated SQLite database in memory, to make others from. Thread rule: share it.
class MigratedTemplate {
 public:
  // Runs the migrations. InvalidArgument if they are not for SQLite.
  explicit MigratedTemplate(const MigrationSet& set);
  MigratedTemplate(const MigratedTemplate&) = delete;
  MigratedTemplate& operator=(const MigratedTemplate&) = delete;
  ~MigratedTemplate();

  // A new database in memory, as one that was migrated; it ends with the object. The copy costs
  // less than a migration by far: see ./bench migrate.
  [[nodiscard]] Database clone(DatabaseOptions options = {}) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The template of the set, the same one for every set with this sha256(): made by the first call
// and kept until the program ends.
[[nodiscard]] const MigratedTemplate& migrated_template(const MigrationSet& set);

// A new database in memory, migrated; it ends with the object. Copied from a template, whose ledger
// it has: the migrations are run once in a program.
[[nodiscard]] Database new_test_db(const std::vector<std::string>& domains = {},
                                   DatabaseOptions options = {});

// Empties every table of the domains, children first and all or nothing, and lets their identities
// begin at 1 again; the migrations and their ledger stay. InvalidArgument if the database is not a
// test's (see name_prefix) or a domain is unknown, UndefinedObject if a domain is not migrated.
void reset_db(Database& db, const std::vector<std::string>& domains = {});

// Inserts a few rows, all or nothing. Duplicate if they are there.
//     scheduler     job-1 "Test Job 1" at "0 0 * * *" with the image test:latest, and job-2 "Test
//                   Job 2" at "*/5 * * * *" with the image test2:latest
//     provisioning  run-001 with the plan unit pu-001
//     instances     llama-8b, mistral, and a key for the first
//     agent         task-1, which is overwritten if it is there
//     workflow      execution-1 of data-pipeline with the node execution node-1
void seed_test_data(Executor& db, const std::vector<std::string>& domains = {});

}  // namespace lockstep::testing
