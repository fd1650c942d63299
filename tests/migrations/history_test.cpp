// SPDX-License-Identifier: BSL-1.0
// The ledger beside running: what is verified, marked and accepted by hand, and what the log says.
#include "lockstep/migration_history.hpp"

#include <algorithm>

#include "migrations/empty.hpp"
#include "migrations/lock_watch.hpp"

namespace lockstep::tests {
namespace {

using Strings = std::vector<std::string>;

Files three_versions() {
  Files files;
  for (const char* n : {"1", "2", "3"}) {
    files.add("shop", std::string("000") + n + "_table.up.sql", create(std::string("t") + n));
    files.add("shop", std::string("000") + n + "_table.down.sql", std::string("DROP TABLE t") + n);
  }
  return files;
}

Strings names(const std::vector<MigrationStep>& steps) {
  Strings out;
  for (const MigrationStep& step : steps) {
    const bool up = step.direction == MigrationDirection::up;
    out.push_back((up ? "+" : "-") + step.version);
  }
  return out;
}

Strings states(Database& db, const Files& files) {
  Strings out;
  for (const MigrationStatus& status : Migrator(db, files.set(db)).status()) {
    out.push_back(status.version + ' ' + std::string(to_string(status.state)) + ' ' + status.kind +
                  (status.changed ? " changed" : "") + (status.reformatted ? " reformatted" : "") +
                  (status.out_of_order ? " late" : ""));
  }
  return out;
}

Strings findings(MigrationHistory history) {
  Strings out;
  for (const MigrationFinding& each : history.verify()) {
    out.push_back(each.version + ' ' + std::string(to_string(each.kind)) + (each.error ? "!" : ""));
  }
  return out;
}

// "event version detail"
Strings events(MigrationHistory history, std::string_view domain = {}, std::size_t latest = 100) {
  Strings out;
  for (const MigrationLogEntry& each : history.events(domain, latest)) {
    out.push_back(each.event + ' ' + each.version + ' ' + each.detail);
  }
  return out;
}

template <class E, class F>
std::string refusal(F&& f) {
  try {
    f();
  } catch (const E& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST_CASE("history: a layout edit of an applied file is a note, and up goes on") {
  Empty fixture;
  Database& db = fixture.db;
  Migrator(db, three_versions().set(db)).up_to("1");
  Files files;
  files.add("shop", "0001_table.up.sql", "-- the first\n" + create("t1") + "\n\n");
  files.add("shop", "0001_table.down.sql", "DROP TABLE t1");
  files.add("shop", "0002_table.up.sql", create("t2"));
  CHECK(states(db, files) ==
        Strings{"0001 applied versioned reformatted", "0002 pending versioned"});
  CHECK(findings({db, files.set(db)}) == Strings{"0001 reformatted"});
  CHECK(names(Migrator(db, files.set(db)).up()) == Strings{"+0002"});
}

TEST_CASE("history: rehash accepts the texts that a version has now, and says so in the log") {
  Empty fixture;
  Database& db = fixture.db;
  Migrator(db, three_versions().set(db)).up_to("1");
  Files files;
  files.add("shop", "0001_table.up.sql", create("t1") + "SELECT 1;");
  files.add("shop", "0001_table.down.sql", "DROP TABLE IF EXISTS t1");
  CHECK(findings({db, files.set(db)}) == Strings{"0001 changed!", "0001 down_changed!"});
  CHECK_THROWS_AS(Migrator(db, files.set(db)).up(), InvalidState);
  MigrationHistory history(db, files.set(db), {.applied_by = "ann", .host = "desk"});
  history.rehash("1");
  CHECK(findings(history).empty());
  CHECK(states(db, files) == Strings{"0001 applied versioned"});
  const auto log = history.events();
  CHECK(log.back().event == "rehash");
  CHECK(log.back().version == "0001");
  CHECK(log.back().applied_by == "ann");
  CHECK(log.back().host == "desk");
  CHECK(log.back().detail.starts_with("text "));
  CHECK(refusal<InvalidState>([&] { history.rehash("1"); }).find("nothing to accept") !=
        std::string::npos);
  CHECK_THROWS_AS(history.rehash("7"), InvalidArgument);
  CHECK(names(Migrator(db, files.set(db)).down()) == Strings{"-0001"});
  CHECK(refusal<InvalidState>([&] { history.rehash("1"); }) ==
        "migration shop/0001: it is not applied");
}

TEST_CASE("history: a ledger of the first layout knows texts only, until it is accepted") {
  Empty fixture;
  Database& db = fixture.db;
  Migrator(db, three_versions().set(db)).up_to("1");
  db.execute("UPDATE lockstep_migrations SET meaning_sha = NULL");
  Files files;
  files.add("shop", "0001_table.up.sql", create("t1") + "-- note");
  files.add("shop", "0001_table.down.sql", "DROP TABLE t1");
  CHECK(findings({db, files.set(db)}) == Strings{"0001 changed!"});
  CHECK_THROWS_AS(Migrator(db, files.set(db)).up(), InvalidState);
  MigrationHistory(db, files.set(db)).rehash("0001");
  CHECK(findings({db, files.set(db)}).empty());
}

TEST_CASE("history: a baseline takes what is there as applied") {
  Empty fixture;
  Database& db = fixture.db;
  db.execute(create("t1"));
  db.execute(create("t2"));
  const Files files = three_versions();
  MigrationHistory history(db, files.set(db));
  CHECK(history.baseline("2") == Strings{"shop/0001", "shop/0002"});
  CHECK(states(db, files) == Strings{"0001 applied baseline", "0002 applied baseline",
                                     "0003 pending versioned"});
  CHECK(findings(history).empty());
  CHECK(events(history).back() == "baseline 0002 versions: 2");
  Migrator migrator(db, files.set(db));
  CHECK(names(migrator.up()) == Strings{"+0003"});
  CHECK(names(migrator.down_to("2")) == Strings{"-0003"});
  const std::string why = refusal<InvalidState>([&] { migrator.down(); });
  CHECK(why.find("migration shop/0002: it is of the baseline") == 0);
  CHECK(has_table(db, "t2"));
}

TEST_CASE("history: a baseline is for a domain without versions, unless the missing are added") {
  Empty fixture;
  Database& db = fixture.db;
  const Files files = three_versions();
  Migrator(db, files.set(db)).up_to("1");
  MigrationHistory history(db, files.set(db));
  CHECK(refusal<InvalidState>([&] { history.baseline("2"); }).find("0001 is in the ledger") !=
        std::string::npos);
  CHECK(states(db, files)[1] == "0002 pending versioned");
  CHECK(history.baseline("2", true) == Strings{"shop/0002"});
  CHECK(states(db, files) == Strings{"0001 applied versioned", "0002 applied baseline",
                                     "0003 pending versioned"});
  CHECK_THROWS_AS(history.baseline("9", true), InvalidArgument);
}

TEST_CASE("history: what is refused leaves no ledger where making one can be undone") {
  Empty fixture;
  Database& db = fixture.db;
  MigrationHistory history(db, three_versions().set(db));
  CHECK_THROWS_AS(history.baseline("9"), InvalidArgument);
  CHECK_THROWS_AS(history.mark_pending("1", "none"), InvalidState);
  if (db.capabilities().transactional_ddl) CHECK_FALSE(has_table(db, "lockstep_migrations"));
  CHECK(history.verify().empty());
  CHECK(history.events("shop").empty());
}

TEST_CASE("history: marks say why") {
  Empty fixture;
  Database& db = fixture.db;
  const Files files = three_versions();
  MigrationHistory history(db, files.set(db));
  CHECK_THROWS_AS(history.mark_applied("1", " \n"), InvalidArgument);
  CHECK_THROWS_AS(history.mark_applied("1", std::string(2000, 'x')), InvalidArgument);
  CHECK_THROWS_AS(history.mark_applied("1", std::string_view("a\0b", 3)), InvalidArgument);
  CHECK_THROWS_AS(history.mark_applied("4", "made by hand"), InvalidArgument);
  history.mark_applied("0001", " made by hand ");
  CHECK(events(history).back() == "mark 0001 applied: made by hand");
  CHECK(refusal<InvalidState>([&] { history.mark_applied("1", "again"); }) ==
        "migration shop/0001: it is applied already");
  db.execute(create("t1"));
  Migrator migrator(db, files.set(db));
  CHECK(names(migrator.up()) == Strings{"+0002", "+0003"});
  history.mark_pending("3", "dropped by hand");
  CHECK(events(history).back() == "mark 0003 pending: dropped by hand");
  CHECK(states(db, files)[2] == "0003 pending versioned");
  CHECK(refusal<InvalidState>([&] { history.mark_pending("3", "again"); }) ==
        "migration shop/0003: it is pending already");
  CHECK(names(migrator.down(2)) == Strings{"-0002", "-0001"});
}

TEST_CASE("history: a mark ends what was begun and not finished") {
  Empty fixture;
  Database& db = fixture.db;
  const Files files = three_versions();
  Migrator migrator(db, files.set(db));
  migrator.up();
  db.execute("UPDATE lockstep_migrations SET state = 'failed', stmts_done = 0"
             " WHERE version = '0002'");
  MigrationHistory history(db, files.set(db));
  CHECK(findings(history) == Strings{"0002 unfinished!"});
  history.mark_applied("2", "finished by hand");
  CHECK(findings(history).empty());
  CHECK(migrator.status()[1].statements_done == 1);
  db.execute("UPDATE lockstep_migrations SET state = 'running' WHERE version = '0003'");
  db.execute("DROP TABLE t3");
  history.mark_pending("3", "undone by hand");
  CHECK(names(migrator.up()) == Strings{"+0003"});
}

TEST_CASE("history: the log, the latest of it, and that of a domain") {
  Empty fixture;
  Database& db = fixture.db;
  Files files = three_versions();
  files.add("other", "1_x.up.sql", create("x"));
  Migrator migrator(db, files.set(db), {.applied_by = "ann"});
  migrator.up();
  MigrationHistory history(db, files.set(db));
  CHECK(events(history, {}, 2) == Strings{"up 0002 ", "up 0003 "});
  CHECK(events(history, "other") == Strings{"up 1 "});
  CHECK(events(history).front().starts_with("layout "));
  CHECK(events(history, {}, 0).empty());
  CHECK(history.events("other").front().applied_by == "ann");
  CHECK(history.events("other").front().logged_at <= db.now());
}

TEST_CASE("history: goto goes down and up to a version") {
  Empty fixture;
  Database& db = fixture.db;
  Migrator migrator(db, three_versions().set(db));
  CHECK(names(migrator.go_to("2")) == Strings{"+0001", "+0002"});
  CHECK(names(migrator.go_to("shop/3")) == Strings{"+0003"});
  CHECK(migrator.go_to("3").empty());
  MigrationHistory(db, three_versions().set(db)).mark_pending("1", "for the test");
  db.execute("DROP TABLE t1");
  CHECK(names(migrator.go_to("1")) == Strings{"-0003", "-0002", "+0001"});
  CHECK_THROWS_AS(migrator.go_to("4"), InvalidArgument);
  CHECK(names(migrator.go_to("0")) == Strings{"-0001"});
}

TEST_CASE("history: goto does not leave a version that it could not come back to") {
  Empty fixture;
  Database& db = fixture.db;
  Migrator(db, three_versions().set(db)).up();
  Files fewer;
  fewer.add("shop", "0001_table.up.sql", create("t1"));
  fewer.add("shop", "0001_table.down.sql", "DROP TABLE t1");
  Migrator migrator(db, fewer.set(db), {.stored_down = true});
  CHECK_THROWS_AS(migrator.go_to("2"), InvalidArgument);
  CHECK(has_table(db, "t3"));
  CHECK(names(migrator.go_to("1")) == Strings{"-0003", "-0002"});
}

TEST_CASE("history: redo reverts and applies again, in the order they had") {
  Empty fixture;
  Database& db = fixture.db;
  Files files = three_versions();
  files.add("apart", "1_x.up.sql", create("x")).add("apart", "1_x.down.sql", "DROP TABLE x");
  Migrator migrator(db, files.set(db));
  CHECK(migrator.redo().empty());
  migrator.up();
  CHECK(names(migrator.redo()) == Strings{"-0003", "+0003"});
  CHECK(names(migrator.redo(2)) == Strings{"-0003", "-0002", "+0002", "+0003"});
  CHECK(names(migrator.redo(9)).size() == 8);
  for (const char* table : {"t1", "t2", "t3", "x"}) CHECK(has_table(db, table));
  Files fewer;
  fewer.add("shop", "0001_table.up.sql", create("t1"));
  Migrator old(db, fewer.set(db), {.stored_down = true});
  CHECK(refusal<InvalidState>([&] { old.redo(); }).find("it has no file") != std::string::npos);
  CHECK(has_table(db, "t3"));
}

TEST_CASE("history: goto and redo keep one lock from beginning to end") {
  Empty fixture;
  Database& db = fixture.db;
  if (!fixture.shared()) return;
  const MigrationSet set = three_versions().set(db);
  Migrator(db, set).up();
  LockWatch redo(fixture);
  CHECK(Migrator(db, set, redo.options()).redo(2).size() == 4);
  CHECK(redo.files() == 4);
  CHECK(redo.locks() == 1);
  MigrationHistory(db, set).mark_pending("1", "for the test");
  db.execute("DROP TABLE t1");
  LockWatch go_to(fixture);
  CHECK(names(Migrator(db, set, go_to.options()).go_to("1")) == Strings{"-0003", "-0002", "+0001"});
  CHECK(go_to.files() == 3);
  CHECK(go_to.locks() == 1);
}

TEST_CASE("history: goto reverts nothing if it could not apply what is missing then") {
  Empty fixture;
  Database& db = fixture.db;
  const MigrationSet set = three_versions().set(db);
  Migrator(db, set).up();
  MigrationHistory(db, set).mark_pending("1", "for the test");
  CHECK(refusal<InvalidState>([&] { Migrator(db, set).go_to("2"); }) ==
        "migration shop/0001: 0001_table.up.sql is older than version 0002, which is applied");
  CHECK(has_table(db, "t3"));
}

TEST_CASE("history: a dry run of goto and redo tells all of it") {
  Empty fixture;
  Database& db = fixture.db;
  const MigrationSet set = three_versions().set(db);
  Migrator(db, set).up();
  MigratorOptions options;
  options.dry_run = true;
  CHECK(names(Migrator(db, set, options).redo(2)) == Strings{"-0003", "-0002", "+0002", "+0003"});
  CHECK(names(Migrator(db, set, options).go_to("2")) == Strings{"-0003"});
  CHECK(Migrator(db, set).applied("shop").size() == 3);
  for (const char* table : {"t1", "t2", "t3"}) CHECK(has_table(db, table));
}

TEST_CASE("history: late versions are refused, applied or skipped") {
  Empty fixture;
  Database& db = fixture.db;
  Files files;
  files.add("shop", "2_b.up.sql", create("b"));
  Migrator(db, files.set(db)).up();
  files.add("shop", "1_a.up.sql", create("a")).add("shop", "3_c.up.sql", create("c"));
  CHECK(refusal<InvalidState>([&] { Migrator(db, files.set(db)).up(); }) ==
        "migration shop/1: 1_a.up.sql is older than version 2, which is applied");
  CHECK_FALSE(has_table(db, "c"));
  CHECK(names(Migrator(db, files.set(db), {.out_of_order = OutOfOrder::skip}).up()) ==
        Strings{"+3"});
  CHECK(Migrator(db, files.set(db), {.out_of_order = OutOfOrder::skip}).up().empty());
  CHECK(names(Migrator(db, files.set(db), {.out_of_order = OutOfOrder::apply}).up()) ==
        Strings{"+1"});
  CHECK(states(db, files) == Strings{"1 applied versioned late", "2 applied versioned",
                                     "3 applied versioned"});
}

TEST_CASE("history: what depends on a skipped version is not applied") {
  Empty fixture;
  Database& db = fixture.db;
  Files files;
  files.add("shop", "2_b.up.sql", create("b"));
  Migrator(db, files.set(db)).up();
  files.add("shop", "1_a.up.sql", create("a"));
  files.add("shop", "3_c.up.sql", "-- lockstep:depends 1\n" + create("c"));
  CHECK(refusal<InvalidState>([&] {
          Migrator(db, files.set(db), {.out_of_order = OutOfOrder::skip}).up();
        }) == "migration shop/3: it depends on version 1, which is not applied");
  CHECK_FALSE(has_table(db, "c"));
}

TEST_CASE("history: a database ahead of the files has nothing to do, or is refused where strict") {
  Empty fixture;
  Database& db = fixture.db;
  Migrator(db, three_versions().set(db)).up();
  Files fewer;
  fewer.add("shop", "0001_table.up.sql", create("t1"));
  fewer.add("shop", "0001_table.down.sql", "DROP TABLE t1");
  CHECK(Migrator(db, fewer.set(db)).up().empty());
  CHECK(states(db, fewer) == Strings{"0001 applied versioned", "0002 ahead versioned",
                                     "0003 ahead versioned"});
  CHECK(findings({db, fewer.set(db)}) == Strings{"0002 ahead", "0003 ahead"});
  CHECK(findings({db, fewer.set(db), {.strict = true}}) == Strings{"0002 ahead!", "0003 ahead!"});
  CHECK(refusal<InvalidState>([&] { Migrator(db, fewer.set(db), {.strict = true}).up(); }) ==
        "migration shop/0002: it is applied, but its file is missing: the database is ahead of the "
        "files");
}

TEST_CASE("history: an account that may only read sees status, findings and events") {
  Empty fixture;
  if (!fixture.shared()) return;
  Database& db = fixture.db;
  const Files files = three_versions();
  Migrator(db, files.set(db)).up_to("2");
  Database guest = fixture.open_to_read();
  CHECK(states(guest, files) == states(db, files));
  CHECK(findings({guest, files.set(guest)}).empty());
  CHECK(events({guest, files.set(guest)}) == events({db, files.set(db)}));
  CHECK(names(Migrator(guest, files.set(guest)).plan()) == Strings{"+0003"});
  CHECK_THROWS_AS(Migrator(guest, files.set(guest)).up(), Error);
  CHECK_THROWS_AS(MigrationHistory(guest, files.set(guest)).mark_pending("2", "no right"), Error);
  CHECK(states(guest, files)[1] == "0002 applied versioned");
}

TEST_CASE("history: it does not fit another engine") {
  Empty fixture;
  const Engine other =
      fixture.db.dialect().engine == Engine::sqlite ? Engine::mysql : Engine::sqlite;
  CHECK_THROWS_AS(MigrationHistory(fixture.db, MigrationSet(other, {})), InvalidArgument);
}

}  // namespace
}  // namespace lockstep::tests
