// SPDX-License-Identifier: BSL-1.0
#include "migration_forms.hpp"

namespace lockstep::tests {
namespace {

TEST_CASE("pairs: up and down files, versions of any kind in natural order") {
  const Tree tree{{"10_ten.up.sql", "SELECT 10"},
                  {"9_nine.up.sql", "SELECT 9"},
                  {"9_nine.down.sql", "SELECT -9"},
                  {"1.10_b.up.sql", "SELECT 2"},
                  {"1.9_a.up.sql", "SELECT 1"},
                  {"20191100000001000000_late.up.sql", "SELECT 20"},
                  {"2020-01-02-0300_dashes.up.sql", "SELECT 15"},
                  {"V3.dots.up.sql", "SELECT 3"},
                  {"README.md", "no SQL"}};
  CHECK(shape(folder(tree)) ==
        Strings{"1.9 a 1.9_a.up.sql:1 SELECT 1", "1.10 b 1.10_b.up.sql:1 SELECT 2",
                "3 dots V3.dots.up.sql:1 SELECT 3",
                "9 nine 9_nine.up.sql:1 SELECT 9 / 9_nine.down.sql:1 SELECT -9",
                "10 ten 10_ten.up.sql:1 SELECT 10",
                "2020-01-02-0300 dashes 2020-01-02-0300_dashes.up.sql:1 "
                "SELECT 15",
                "20191100000001000000 late 20191100000001000000_late.up.sql:1 "
                "SELECT 20"});
}

TEST_CASE("pairs: a file for the engine stands before the general one, in each direction") {
  const Tree tree{{"1_a.up.sql", "SELECT 'any'"},
                  {"1_a.down.sql", "SELECT 'any down'"},
                  {"1_a.postgres.up.sql", "SELECT 'pg'"},
                  {"1_a.mysql.up.sql", "SELECT 'my'"},
                  {"1_a.mysql.down.sql", "SELECT 'my down'"},
                  {"1_a.cockroach.up.sql", "SELECT 'other'"},
                  {"2_b.sqlite3.up.sql", "SELECT 'lite'"},
                  {"2_b.sqlite3.down.sql", ""},
                  {"3_c.postgres.up.sql", "\n"}};
  CHECK(shape(folder(tree, Engine::sqlite)) ==
        Strings{"1 a 1_a.up.sql:1 SELECT 'any' / 1_a.down.sql:1 SELECT 'any down'",
                "2 b 2_b.sqlite3.up.sql:1 SELECT 'lite' / 2_b.sqlite3.down.sql"});
  CHECK(shape(folder(tree, Engine::postgres)) ==
        Strings{"1 a 1_a.postgres.up.sql:1 SELECT 'pg' / 1_a.down.sql:1 SELECT 'any down'",
                "3 c 3_c.postgres.up.sql"});
  CHECK(shape(folder(tree, Engine::mysql)) ==
        Strings{"1 a 1_a.mysql.up.sql:1 SELECT 'my' / 1_a.mysql.down.sql:1 SELECT 'my down'"});
  CHECK(refusal({{"1_a.mysql.up.sql", "SELECT 1"}, {"1_a.mariadb.up.sql", "SELECT 1"}},
                Engine::mysql) ==
        "migration default/1_a.mysql.up.sql: same version as default/1_a.mariadb.up.sql");
}

TEST_CASE("pairs: what is marked runs statement by statement") {
  const Tree tree{{"1_a.notx.up.sql", "SELECT 1"},
                  {"2_b.sqlite.autocommit.up.sql", "SELECT 2"},
                  {"3_c.autocommit.sqlite.up.sql", "SELECT 3"},
                  {"4_d.up.sql", "-- lockstep:notransaction\nSELECT 4"},
                  {"4_d.down.sql", "SELECT -4"}};
  CHECK(shape(folder(tree)) == Strings{"1 a 1_a.notx.up.sql:1* SELECT 1",
                                       "2 b 2_b.sqlite.autocommit.up.sql:1* SELECT 2",
                                       "3 c 3_c.autocommit.sqlite.up.sql:1* SELECT 3",
                                       "4 d 4_d.up.sql:2* SELECT 4 / 4_d.down.sql:1 SELECT -4"});
}

TEST_CASE("pairs: a transaction around all of a file is the file's own") {
  CHECK(shape(folder({{"1_a.up.sql", "-- x\nBEGIN;\nSELECT 1;\nCOMMIT;"}})) ==
        Strings{"1 a 1_a.up.sql:2 (BEGIN); SELECT 1; (COMMIT)"});
  CHECK(shape(folder({{"1_a.up.sql", "START TRANSACTION; SELECT 1; END TRANSACTION"}},
                     Engine::postgres)) ==
        Strings{"1 a 1_a.up.sql:1 (START TRANSACTION); SELECT 1; (END TRANSACTION)"});
  CHECK(shape(folder({{"1_a.up.sql",
                       "PRAGMA foreign_keys=off;\nBEGIN;\nSELECT 1;\nCOMMIT;\nPRAGMA "
                       "foreign_keys=on;"}})) ==
        Strings{"1 a 1_a.up.sql:1 PRAGMA foreign_keys=off; (BEGIN); SELECT 1; (COMMIT); PRAGMA "
                "foreign_keys=on"});
  // Where a file runs statement by statement anyway, all of it is run.
  CHECK(shape(folder({{"1_a.up.sql", "BEGIN; SELECT 1; COMMIT"}}, Engine::mysql)) ==
        Strings{"1 a 1_a.up.sql:1 BEGIN; SELECT 1; COMMIT"});
  const std::string why =
      ": begins or ends a transaction, but a file runs in one, with its ledger row: take it out, "
      "or mark the file with `-- lockstep:notransaction`";
  for (const std::string_view text :
       {"SELECT 0;\nBEGIN;\nSELECT 1;\nCOMMIT;", "BEGIN;\nCOMMIT;\nBEGIN;\nCOMMIT",
        "SELECT 1;\nCOMMIT", "BEGIN ISOLATION LEVEL SERIALIZABLE;\nSELECT 1;\nCOMMIT"}) {
    CAPTURE(text);
    const std::string refused = refusal({{"1_a.up.sql", text}}, Engine::postgres);
    CHECK(refused.starts_with("migration default/1_a.up.sql:"));
    CHECK(refused.ends_with(why));
  }
  CHECK(refusal({{"1_a.up.sql", "SELECT 1;\nCOMMIT"}}).find("1_a.up.sql:2:") != std::string::npos);
}

TEST_CASE(
    "pairs: a statement that cannot run in a transaction runs alone, or is asked to be marked") {
  const std::string alone = "CREATE INDEX CONCURRENTLY i ON t (a)";
  CHECK(shape(folder({{"1_a.up.sql", alone}}, Engine::postgres)) ==
        Strings{"1 a 1_a.up.sql:1* " + alone});
  const std::string two = "SELECT 1;\n" + alone;
  CHECK(refusal({{"1_a.up.sql", two}}, Engine::postgres) ==
        "migration default/1_a.up.sql:2: cannot run in a transaction, in which its file runs: mark "
        "the file with `-- lockstep:notransaction`");
  const std::string marked = "-- lockstep:notransaction\n" + two;
  CHECK(shape(folder({{"1_a.up.sql", marked}}, Engine::postgres)) ==
        Strings{"1 a 1_a.up.sql:2* SELECT 1; " + alone});
}

TEST_CASE("pairs: refused names and neighbours") {
  CHECK(refusal({{"1_a.up.sql", "SELECT 1"}, {"seed.sql", "SELECT 1"}})
            .find("pairs: seed.sql is not named as 0001_name.up.sql or 0001_name.down.sql") !=
        std::string::npos);
  CHECK(refusal({{"1_a.up.sql", "-- +goose Up\nSELECT 1"}, {"2_a.up.sql", "SELECT 1"}})
            .find("pairs: 1_a.up.sql has markers `-- +goose`") != std::string::npos);
  CHECK(refusal({{"1_a.up.sql", "SELECT 1"}, {"01_b.up.sql", "SELECT 1"}}) ==
        "migration default/1_a.up.sql: same version as default/01_b.up.sql");
  CHECK(refusal({{"1_a.down.sql", "SELECT 1"}}) ==
        "migration default/1_a.down.sql: there is a down, but no up");
  CHECK(
      refusal({{"1_a.up.sql", "SELECT 1"}, {"2_b.up.fizz", ""}}) ==
      "migration default/2_b.up.fizz: a migration in fizz cannot be run: write it in SQL, or name "
      "it in .lockstepignore");
  CHECK(refusal({{"1_a.up.SQL", "SELECT 1"}}).find("1_a.up.SQL is not named") != std::string::npos);
  CHECK(shape(folder({{"1_a.up.sql", "SELECT 1"}, {"1_other.down.sql", "SELECT 2"}})) ==
        Strings{"1 a 1_a.up.sql:1 SELECT 1 / 1_other.down.sql:1 SELECT 2"});
  FolderOptions stem;
  stem.stem_is_version = true;
  CHECK_THROWS_AS(folder({{"1_a.up.sql", "SELECT 1"}}, Engine::sqlite, stem), InvalidArgument);
}

TEST_CASE("pairs: a general down goes with the engines that have an up") {
  const Tree tree{
      {"1_a.up.sql", "SELECT 1"}, {"2_b.mysql.up.sql", "SELECT 2"}, {"2_b.down.sql", "SELECT -2"}};
  CHECK(shape(folder(tree)) == Strings{"1 a 1_a.up.sql:1 SELECT 1"});
  CHECK(shape(folder(tree, Engine::mysql)) ==
        Strings{"1 a 1_a.up.sql:1 SELECT 1",
                "2 b 2_b.mysql.up.sql:1 SELECT 2 / 2_b.down.sql:1 SELECT -2"});
  CHECK(refusal({{"1_a.mysql.up.sql", "SELECT 1"}, {"1_a.sqlite.down.sql", "SELECT -1"}}) ==
        "migration default/1_a.sqlite.down.sql: there is a down, but no up");
}

TEST_CASE("pairs: empty files") {
  CHECK(shape(folder({{"1_a.up.sql", ""}, {"2_b.up.sql", " \n"}, {"3_c.up.sql", "\xEF\xBB\xBF"}})) ==
        Strings{"1 a 1_a.up.sql", "2 b 2_b.up.sql", "3 c 3_c.up.sql"});
  CHECK(shape(folder({{"1_a.up.sql", "-- was taken back"}, {"1_a.down.sql", ""}})) ==
        Strings{"1 a 1_a.up.sql / 1_a.down.sql"});
}

TEST_CASE("directives: what they do, and where they stand") {
  const auto set = folder({{"1_a.up.sql", "SELECT 1"},
                           {"2_b.up.sql",
                            "-- lockstep:depends 1 01\n-- lockstep: irreversible\n"
                            "-- lockstep:allow-out-of-order\n"
                            "-- lockstep:allow drop-table nobody reads it\nSELECT 2"},
                           {"2_b.down.sql", "SELECT -2"}});
  const Migration& b = set.migrations()[1];
  CHECK(b.depends == Strings{"1"});
  CHECK(b.irreversible);
  CHECK(b.allow_out_of_order);
  CHECK_FALSE(b.down);
  struct Bad {
    std::string_view text;
    std::string_view why;
  };
  for (const Bad& bad : std::vector<Bad>{
           {"-- lockstep:nothing\nSELECT 1", "1: unknown directive `-- lockstep:nothing`"},
           {"-- lockstep:notransactoin\nSELECT 1",
            "1: unknown directive `-- lockstep:notransactoin`, is it `-- lockstep:notransaction`?"},
           {"SELECT 1;\n-- lockstep:notransaction\nSELECT 2",
            "2: `-- lockstep:notransaction` comes after SQL, but belongs before the first "
            "statement"},
           {"-- lockstep:depends\nSELECT 1", "1: `-- lockstep:depends` names no version"},
           {"-- lockstep:depends 1, 2\nSELECT 1",
            "1: `-- lockstep:depends 1, 2`: versions are separated by blanks, as in `003 005`"},
           {"-- lockstep:depends 9\nSELECT 1", "1: it depends on version 9, which is not there"},
           {"-- lockstep:allow x\nSELECT 1",
            "1: `-- lockstep:allow x`: say which finding, and the reason"},
           {"-- lockstep:notransaction please\nSELECT 1",
            "1: `-- lockstep:notransaction please`: nothing belongs behind notransaction"},
       }) {
    CAPTURE(bad.text);
    CHECK(refusal({{"1_a.up.sql", bad.text}}) ==
          "migration default/1_a.up.sql:" + std::string(bad.why));
  }
  CHECK(refusal(
            {{"1_a.up.sql", "SELECT 1"}, {"1_a.down.sql", "-- lockstep:irreversible\nSELECT 1"}}) ==
        "migration default/1_a.down.sql:1: `-- lockstep:irreversible` belongs to the up, not to "
        "the down");
  for (const std::string_view text :
       {"-- lockstep:foreign-keys off\nSELECT 1", "PRAGMA foreign_keys=OFF; SELECT 1",
        "pragma foreign_keys = 0", "PRAGMA foreign_keys(false)"}) {
    CAPTURE(text);
    CHECK(folder({{"1_a.up.sql", text}}).migrations()[0].up_foreign_keys_off);
  }
  CHECK_FALSE(folder({{"1_a.up.sql", "PRAGMA foreign_keys = ON; SELECT 0"}})
                  .migrations()[0]
                  .up_foreign_keys_off);
  CHECK(refusal({{"1_a.up.sql", "-- lockstep:foreign-keys on\nSELECT 1"}}) ==
        "migration default/1_a.up.sql:1: `-- lockstep:foreign-keys on`: foreign-keys can be off "
        "only");
  // A mark inside a string, or behind SQL, is none.
  CHECK(shape(folder({{"1_a.up.sql", "SELECT '\n-- lockstep:nothing\n' -- lockstep:nothing"}})) ==
        Strings{"1 a 1_a.up.sql:1 SELECT '\n-- lockstep:nothing\n'"});
}

TEST_CASE("directives: how a file runs") {
  using std::chrono::milliseconds;
  const auto set = folder({{"1_a.up.sql",
                            "-- lockstep:lock-timeout 10s\n-- lockstep:timeout 2min\n"
                            "-- lockstep:engine mysql>=8|mariadb>=10.6|sqlite\nSELECT 1"},
                           {"1_a.down.sql", "-- lockstep:lock-timeout 0\nSELECT 1"},
                           {"2_b.up.sql",
                            "-- lockstep:notransaction\n-- lockstep:batch 500\n"
                            "DELETE FROM t WHERE id IN (SELECT id FROM t WHERE old LIMIT 500)"}});
  const Migration& a = set.migrations()[0];
  CHECK(a.up_settings.lock_timeout == milliseconds(10'000));
  CHECK(a.up_settings.timeout == milliseconds(120'000));
  CHECK(a.up_settings.engine == "mysql>=8|mariadb>=10.6|sqlite");
  CHECK(a.down_settings.lock_timeout == milliseconds(0));
  CHECK_FALSE(a.down_settings.timeout);
  CHECK(set.migrations()[1].up_settings.batch == 500);
  const std::string time = "a time is written 500ms, 10s, 5min or 2h, or 0 for none";
  const std::string batch =
      "1: batch belongs to a file that is marked with `-- lockstep:notransaction` and has one "
      "statement, an UPDATE or DELETE with WHERE";
  struct Bad {
    std::string_view text;
    std::string why;
  };
  for (const Bad& bad : std::vector<Bad>{
           {"-- lockstep:lock-timeout\nSELECT 1",
            "1: `-- lockstep:lock-timeout`: one word belongs behind lock-timeout"},
           {"-- lockstep:lock-timeout 3\nSELECT 1", "1: `-- lockstep:lock-timeout 3`: " + time},
           {"\n-- lockstep:timeout 3 s\nSELECT 1",
            "2: `-- lockstep:timeout 3 s`: one word belongs behind timeout"},
           {"-- lockstep:timeout -3s\nSELECT 1", "1: `-- lockstep:timeout -3s`: " + time},
           {"-- lockstep:timeout 3weeks\nSELECT 1", "1: `-- lockstep:timeout 3weeks`: " + time},
           {"-- lockstep:timeout 9999999999s\nSELECT 1",
            "1: `-- lockstep:timeout 9999999999s`: " + time},
           {"-- lockstep:engine oracle\nSELECT 1",
            "1: `-- lockstep:engine oracle`: there is no engine `oracle`; write it as in "
            "`mysql>=8|mariadb`"},
           {"-- lockstep:engine postgre>=12\nSELECT 1",
            "1: `-- lockstep:engine postgre>=12`: there is no engine `postgre`, is it "
            "`postgres`?"},
           {"-- lockstep:engine mysql>=eight\nSELECT 1",
            "1: `-- lockstep:engine mysql>=eight`: `eight` is no version; write it as in "
            "`mysql>=8|mariadb`"},
           {"-- lockstep:engine mysql|\nSELECT 1",
            "1: `-- lockstep:engine mysql|`: write it as in `mysql>=8|mariadb`"},
           {"-- lockstep:batch none\nDELETE FROM t WHERE a",
            "1: `-- lockstep:batch none`: say how many rows at most are changed at a time"},
           {"-- lockstep:batch 0\nDELETE FROM t WHERE a",
            "1: `-- lockstep:batch 0`: say how many rows at most are changed at a time"},
           {"-- lockstep:batch 5\nDELETE FROM t WHERE a", batch},
           {"-- lockstep:batch 5\n-- lockstep:notransaction\nDELETE FROM t", batch},
           {"-- lockstep:batch 5\n-- lockstep:notransaction\nINSERT INTO t SELECT 1", batch},
           {"-- lockstep:batch 5\n-- lockstep:notransaction\nDELETE FROM t WHERE a; SELECT 1",
            batch},
       }) {
    CAPTURE(bad.text);
    CHECK(refusal({{"1_a.up.sql", bad.text}}) == "migration default/1_a.up.sql:" + bad.why);
  }
}

}  // namespace
}  // namespace lockstep::tests
