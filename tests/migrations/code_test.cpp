// SPDX-License-Identifier: BSL-1.0
// Migrations that are code.
#include <stdexcept>

#include "lockstep/migration_history.hpp"
#include "migrations/empty.hpp"

namespace lockstep::tests {
namespace {

using Strings = std::vector<std::string>;

Strings names(const std::vector<MigrationStep>& steps) {
  Strings out;
  for (const MigrationStep& step : steps) {
    const bool up = step.direction == MigrationDirection::up;
    out.push_back((up ? "+" : "-") + step.version + (step.code ? " code" : ""));
  }
  return out;
}

std::int64_t count(Database& db, const std::string& table) {
  return db.fetch_value<std::int64_t>("SELECT COUNT(*) FROM " + table);
}

void fill(Executor& db) {
  const std::vector<std::int64_t> ids{1, 2, 3};
  db.insert_all("INSERT INTO a (id) VALUES (?)", ids);
  db.atomically([](Transaction& tx) { tx.execute("INSERT INTO a (id) VALUES (?)", 4); });
}

CodeMigration filling() {
  return {.domain = "shop",
          .version = "2",
          .name = "fill",
          .id = "first",
          .up = fill,
          .down = [](Executor& db) { db.execute("DELETE FROM a"); }};
}

// Files 1 and 3 of the domain shop, and code between them.
MigrationSet with_files(Database& db, std::vector<CodeMigration> code) {
  Files files;
  files.add("shop", "1_a.up.sql", create("a")).add("shop", "1_a.down.sql", "DROP TABLE a");
  files.add("shop", "3_b.up.sql", create("b")).add("shop", "3_b.down.sql", "DROP TABLE b");
  return MigrationSet::union_of(
      {files.set(db), MigrationSet::code(db.dialect().engine, std::move(code))});
}

template <class E, class F>
std::string refusal(F&& run) {
  try {
    run();
  } catch (const E& error) {
    return error.what();
  }
  return "nothing was thrown";
}

MigrationStatus second(Migrator migrator) { return migrator.status().at(1); }

TEST_CASE("code: it runs between files, up and down, and is told") {
  Empty fixture;
  Database& db = fixture.db;
  Migrator migrator(db, with_files(db, {filling()}));
  CHECK(names(migrator.plan()) == Strings{"+1", "+2 code", "+3"});
  CHECK(migrator.plan()[1].file == "2_fill (code)");
  CHECK(second(migrator).kind == "code");
  CHECK(names(migrator.up()) == Strings{"+1", "+2 code", "+3"});
  CHECK(count(db, "a") == 4);
  const MigrationStatus status = second(migrator);
  CHECK(status.kind == "code");
  CHECK(status.state == MigrationState::applied);
  CHECK(status.statements_total == 1);
  CHECK(status.statements_done == 1);
  CHECK(MigrationHistory(db, with_files(db, {filling()})).verify().empty());
  CHECK(names(migrator.down(2)) == Strings{"-3", "-2 code"});
  CHECK(count(db, "a") == 0);
  CHECK(names(migrator.redo(1)) == Strings{"-1", "+1"});
  CHECK(names(migrator.up()) == Strings{"+2 code", "+3"});
}

TEST_CASE("code: where the engine can undo DDL, a failure leaves nothing") {
  Empty fixture;
  Database& db = fixture.db;
  if (!db.capabilities().transactional_ddl) return;
  CodeMigration code = filling();
  code.up = [](Executor& on) {
    fill(on);
    on.execute(create("made"));
    throw std::runtime_error("no more");
  };
  Migrator migrator(db, with_files(db, {code}));
  CHECK(refusal<MigrationFailed>([&] { migrator.up(); }) ==
        "migration shop/2: 2_fill (code), database unchanged: no more");
  CHECK(count(db, "a") == 0);
  CHECK_FALSE(has_table(db, "made"));
  CHECK(second(migrator).state == MigrationState::pending);
}

TEST_CASE("code: an error of the engine that it keeps to itself fails it all the same") {
  Empty fixture;
  Database& db = fixture.db;
  if (!db.capabilities().transactional_ddl) return;
  CodeMigration code = filling();
  code.up = [](Executor& on) {
    on.execute("INSERT INTO a (id) VALUES (?)", 1);
    CHECK_THROWS_AS(on.execute("INSERT INTO a (id) VALUES (?)", 1), Duplicate);
    CHECK_THROWS_AS(on.execute("INSERT INTO a (id) VALUES (?)", 2), TransactionAborted);
  };
  Migrator migrator(db, with_files(db, {code}));
  CHECK_THROWS_AS(migrator.up(), MigrationFailed);
  CHECK(count(db, "a") == 0);
}

TEST_CASE("code: what it undoes in a savepoint is undone, and the rest stays") {
  Empty fixture;
  Database& db = fixture.db;
  CodeMigration code = filling();
  code.up = [](Executor& on) {
    on.execute("INSERT INTO a (id) VALUES (?)", 1);
    CHECK_THROWS_AS(on.atomically([](Transaction& tx) {
      tx.execute("INSERT INTO a (id) VALUES (?)", 2);
      tx.execute("INSERT INTO a (id) VALUES (?)", 1);
    }),
                    Duplicate);
  };
  Migrator(db, with_files(db, {code})).up();
  CHECK(count(db, "a") == 1);
}

// As on engines that cannot undo DDL, on all of them.
CodeMigration failing(bool& fails) {
  CodeMigration code = filling();
  code.transactional = false;
  code.up = [&fails](Executor& db) {
    db.execute("DELETE FROM a");
    db.execute("INSERT INTO a (id) VALUES (?)", 1);
    if (fails) throw std::runtime_error("no more");
  };
  return code;
}

TEST_CASE("code: without a transaction a failure is kept, and only what is idempotent goes on") {
  Empty fixture;
  Database& db = fixture.db;
  bool fails = true;
  CodeMigration code = failing(fails);
  Migrator migrator(db, with_files(db, {code}));
  CHECK(refusal<MigrationFailed>([&] { migrator.up(); }) ==
        "migration shop/2: 2_fill (code), which runs without a transaction and may have taken "
        "effect in part: no more");
  CHECK(second(migrator).state == MigrationState::failed);
  CHECK(second(migrator).error == "2_fill (code): no more");
  CHECK(count(db, "a") == 1);
  CHECK(refusal<InvalidState>([&] { migrator.up(); }) ==
        "migration shop/2: it failed at its code, statements done: 0; next: lockstep migrate "
        "resume");
  fails = false;
  CHECK(refusal<InvalidState>([&] { migrator.resume(); }).find("that is not idempotent") !=
        std::string::npos);
  code.idempotent = true;
  Migrator again(db, with_files(db, {code}));
  CHECK(names(again.resume()) == Strings{"+2 code"});
  CHECK(count(db, "a") == 1);
  CHECK(second(again).state == MigrationState::applied);
  CHECK(names(again.up()) == Strings{"+3"});
}

TEST_CASE("code: of one that was cut off nobody says that it was not done") {
  Empty fixture;
  Database& db = fixture.db;
  CodeMigration code = filling();
  code.transactional = false;
  code.up = [](Executor& on) {
    on.execute("INSERT INTO a (id) VALUES (?)", 1);
    throw 1;  // no error that anybody looks after: as the end of the program
  };
  Migrator migrator(db, with_files(db, {code}));
  CHECK_THROWS_AS(migrator.up(), int);
  CHECK(second(migrator).state == MigrationState::running);
  const std::string refused = refusal<InvalidState>([&] { migrator.up(); });
  CHECK(refused.find("and not finished: its code may have taken effect") != std::string::npos);
  CHECK_THROWS_AS(migrator.resume(), InvalidState);
  MigrationHistory(db, with_files(db, {code})).mark_pending("shop/2", "took it back");
  CHECK(second(migrator).state == MigrationState::pending);
}

TEST_CASE("code: one that is not idempotent is marked by hand") {
  Empty fixture;
  Database& db = fixture.db;
  bool fails = true;
  const auto set = with_files(db, {failing(fails)});
  CHECK_THROWS_AS(Migrator(db, set).up(), MigrationFailed);
  MigrationHistory(db, set).mark_applied("shop/2", "looked at it");
  CHECK(second({db, set}).state == MigrationState::applied);
  CHECK(second({db, set}).kind == "code");
  CHECK(names(Migrator(db, set).up()) == Strings{"+3"});
}

TEST_CASE("code: a dry run undoes it, or shows it") {
  Empty fixture;
  Database& db = fixture.db;
  MigratorOptions options;
  options.dry_run = true;
  CHECK(names(Migrator(db, with_files(db, {filling()}), options).up()) ==
        Strings{"+1", "+2 code", "+3"});
  CHECK(catalog(db).empty());
}

TEST_CASE("code: its id is its checksum") {
  Empty fixture;
  Database& db = fixture.db;
  Migrator(db, with_files(db, {filling()})).up();
  CodeMigration changed = filling();
  changed.id = "second";
  const auto set = with_files(db, {changed});
  const std::string why =
      "migration shop/2: 2_fill (code) has another id than the one that was applied";
  CHECK(second({db, set}).changed);
  CHECK(refusal<InvalidState>([&] { Migrator(db, set).up(); }) == why);
  CHECK(refusal<InvalidState>([&] { Migrator(db, set).down(2); }) == why);
  const auto findings = MigrationHistory(db, set).verify();
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].kind == MigrationFindingKind::changed);
  CHECK(findings[0].what == why);
  MigrationHistory(db, set).rehash("shop/2");
  CHECK(MigrationHistory(db, set).verify().empty());
  CHECK(names(Migrator(db, set).down(2)) == Strings{"-3", "-2 code"});
}

TEST_CASE("code: a program that does not have what is applied says so") {
  Empty fixture;
  Database& db = fixture.db;
  Migrator(db, with_files(db, {filling()})).up();
  const auto without = with_files(db, {});
  const std::string why =
      "migration shop/2: it is C++ code (fill), which this program does not have: use the one that "
      "has applied it";
  Files later;
  later.add("shop", "4_c.up.sql", create("c"));
  Migrator migrator(db, MigrationSet::union_of({without, later.set(db)}));
  CHECK(refusal<InvalidState>([&] { migrator.up(); }) == why);
  CHECK(refusal<InvalidState>([&] { migrator.down(2); }) == why);
  MigratorOptions stored;
  stored.stored_down = true;
  CHECK(refusal<InvalidState>([&] { Migrator(db, without, stored).down(2); }) == why);
  const auto findings = MigrationHistory(db, without).verify();
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].error);
  CHECK(findings[0].what == why);
}

TEST_CASE("code: a database that is ahead of the program by code is left alone") {
  Empty fixture;
  Database& db = fixture.db;
  CodeMigration code = filling();
  code.version = "4";
  Migrator(db, with_files(db, {code})).up();
  Migrator older(db, with_files(db, {}));
  CHECK(older.up().empty());
  CHECK(older.status().back().state == MigrationState::ahead);
  CHECK(older.status().back().kind == "code");
}

TEST_CASE("code: what cannot be in the ledger, or be called, is refused") {
  const auto refused = [](const auto& change) {
    CodeMigration code = filling();
    change(code);
    return refusal<InvalidArgument>([&] { (void)MigrationSet::code(Engine::sqlite, {code}); });
  };
  const std::string name = "migration shop/2, which is code: ";
  CHECK(refused([](CodeMigration& code) { code.id.clear(); }) == name + "it has no id");
  CHECK(refused([](CodeMigration& code) { code.up = {}; }) == name + "there is nothing to call");
  CHECK(refused([](CodeMigration& code) { code.name.clear(); }) ==
        name + "its name is empty, or not printable, or has a slash");
  CHECK(refused([](CodeMigration& code) { code.version = "a/b"; }).find("its version is empty") !=
        std::string::npos);
  CHECK(refused([](CodeMigration& code) { code.domain = "a b"; }).find("a migration's domain is") ==
        0);
  CHECK(refused([](CodeMigration& code) { code.domain = "lockstep"; }).find("own tables") !=
        std::string::npos);
  CHECK_THROWS_AS((void)MigrationSet::code(Engine::sqlite, {filling(), filling()}), InvalidData);
}

}  // namespace
}  // namespace lockstep::tests
