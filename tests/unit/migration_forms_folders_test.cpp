// SPDX-License-Identifier: BSL-1.0
// A folder per version, and Flyway's names.
#include "migration_forms.hpp"

namespace lockstep::tests {
namespace {

TEST_CASE("folders: up.sql and down.sql of a version") {
  const Tree tree{
      {"2024-01-02-030405_users/up.sql", "SELECT 1;"},
      {"2024-01-02-030405_users/down.sql", "SELECT 2;"},
      {"00000000000000_initial/up.sql", "SELECT 0;"},
      {"00000000000000_initial/notes.md", "not SQL"},
      {"2024-01-03-000000_index/up.sql", "SELECT 3;"},
      {"2024-01-03-000000_index/metadata.toml", "# alone\nrun_in_transaction = false # it must\n"}};
  CHECK(shape(folder(tree)) ==
        Strings{"00000000000000 initial 00000000000000_initial/up.sql:1 SELECT 0",
                "20240102030405 users 2024-01-02-030405_users/up.sql:1 SELECT 1 / "
                "2024-01-02-030405_users/down.sql:1 SELECT 2",
                "20240103000000 index 2024-01-03-000000_index/up.sql:1* SELECT 3"});
}

TEST_CASE("folders: refused") {
  CHECK(refusal({{"users/up.sql", "SELECT 1"}}) ==
        "migration default/users/up.sql: the name of its folder does not begin with a version");
  CHECK(refusal({{"1_a/down.sql", "SELECT 1"}}) ==
        "migration default/1_a/down.sql: there is a down, but no up");
  CHECK(
      refusal({{"1_a/up.sql", "SELECT 1"}, {"1_a/metadata.toml", "\nother = 1"}}) ==
      "migration default/1_a/metadata.toml:2: unknown setting; there is run_in_transaction = true "
      "or false");
  CHECK(refusal({{"1_a/up.sql", "SELECT 1"}, {"2_b.up.sql", "SELECT 1"}})
            .find("folders: 2_b.up.sql is not in a folder of its own") != std::string::npos);
}

TEST_CASE("flyway: versions, undo and repeatable scripts") {
  const Tree tree{{"V2__b.sql", "SELECT 2"},
                  {"V1_10__ten.sql", "SELECT 10"},
                  {"V1.9__nine.sql", "SELECT 9"},
                  {"U2__b.sql", "SELECT -2"},
                  {"R__views.sql", "SELECT 'view'"},
                  {"R__a_first.sql", "SELECT 'first'"},
                  {"later/V3__c.sql", "SELECT 3"},
                  {"V2__b.sql.conf", "# alone\nexecuteInTransaction=false\n"}};
  const MigrationSet set = folder(tree);
  CHECK(shape(set) == Strings{"1.9 nine V1.9__nine.sql:1 SELECT 9",
                              "1.10 ten V1_10__ten.sql:1 SELECT 10",
                              "2 b V2__b.sql:1* SELECT 2 / U2__b.sql:1 SELECT -2",
                              "3 c later/V3__c.sql:1 SELECT 3",
                              "R__a_first a_first R__a_first.sql:1 SELECT 'first'",
                              "R__views views R__views.sql:1 SELECT 'view'"});
  CHECK(set.migrations()[5].repeatable);
  CHECK_FALSE(set.migrations()[3].repeatable);
  CHECK(set.find("default", "R__views") == &set.migrations()[5]);
}

TEST_CASE("flyway: what runs alone needs no mark") {
  const std::string alone = "CREATE INDEX CONCURRENTLY i ON t (a)";
  CHECK(shape(folder({{"V1__a.sql", alone}}, Engine::postgres)) ==
        Strings{"1 a V1__a.sql:1* " + alone});
  CHECK(refusal({{"V1__a.sql", "BEGIN; SELECT 1; COMMIT"}}, Engine::postgres) ==
        "migration default/V1__a.sql:1: begins or ends a transaction, but a file runs in one, with "
        "its ledger row: take it out, or mark the file with `-- lockstep:notransaction`");
}

TEST_CASE("flyway: refused") {
  CHECK(refusal({{"V1__a.sql", "SELECT 1"}, {"B2__base.sql", "SELECT 1"}}) ==
        "migration default/B2__base.sql: a baseline of Flyway is not run; begin with V files, or "
        "name it in .lockstepignore");
  CHECK(
      refusal({{"V1__a.sql", "SELECT 1"}, {"V1__a.sql.conf", "encoding=UTF-8"}}) ==
      "migration default/V1__a.sql.conf:1: unknown setting; there is executeInTransaction=true or "
      "false");
  CHECK(refusal({{"U1__a.sql", "SELECT 1"}}) ==
        "migration default/U1__a.sql: there is a down, but no up");
  for (const std::string_view name :
       {"afterMigrate.sql", "V1_a.sql", "V__a.sql", "V1__.sql", "v1__a.sql", "Vx__a.sql"}) {
    CAPTURE(name);
    CHECK(refusal({{"V1__a.sql", "SELECT 1"}, {name, "SELECT 1"}})
              .find("flyway: " + std::string(name) + " is not named") != std::string::npos);
  }
}

}  // namespace
}  // namespace lockstep::tests
