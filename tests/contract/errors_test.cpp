// SPDX-License-Identifier: BSL-1.0
// Every kind of error that can be provoked without harm to a server, by a real fault. What an
// engine cannot meet is asked by capability, or said in docs/errors.md.
#include <thread>

#include "support/samples.hpp"

using namespace lockstep;
using namespace lockstep::tests;

namespace {

struct Counter {
  int id = 0;
  int amount = 0;
  static constexpr void columns(auto&& column) {
    column("id", &Counter::id);
    column("amount", &Counter::amount);
  }
};

bool mentions(const Error& e, std::string_view text) {
  return std::string_view(e.what()).find(text) != std::string_view::npos;
}

void insert_event(Executor& on, const char* sample, int place, const char* level) {
  (void)on.insert_returning<std::int64_t>(event_insert, sample, place, level);
}

}  // namespace

TEST_CASE_FIXTURE(Samples, "Duplicate: primary key, with constraint, table and columns") {
  base.on_both([&](Executor& on) {
    insert(on, "secret-value");
    const auto e = caught<Duplicate>(on, [&](Executor& one) { insert(one, "secret-value"); });
    CHECK(is_duplicate(e));
    CHECK(e.constraint() == "pk_samples");
    CHECK(e.table() == "samples");
    CHECK(e.columns() == std::vector<std::string>{"id"});
    CHECK(e.engine() == on.dialect().name);
    const bool has_code = e.native_code() != 0 || !e.sqlstate().empty();
    CHECK(has_code);
    CHECK_FALSE(e.server_message().empty());
    CHECK_FALSE(mentions(e, "secret-value"));
    CHECK_FALSE(e.retryable());
  });
}

TEST_CASE_FIXTURE(Samples, "Duplicate: unique constraint over two columns") {
  base.on_both([&](Executor& on) {
    insert(on, "a");
    insert_event(on, "a", 1, "info");
    const auto e = caught<Duplicate>(on, [](Executor& one) { insert_event(one, "a", 1, "info"); });
    CHECK(e.constraint() == "uq_sample_events_sample_id_place");
    CHECK(e.columns() == std::vector<std::string>{"sample_id", "place"});
    CHECK(mentions(e, "duplicate key on sample_events (sample_id, place) ["));
  });
}

TEST_CASE_FIXTURE(Samples, "ForeignKey: of the child and of the parent") {
  base.on_both([&](Executor& on) {
    const auto child =
        caught<ForeignKey>(on, [](Executor& one) { insert_event(one, "nobody", 1, "info"); });
    CHECK(is_foreign_key(child));
    const bool named = on.capabilities().names_foreign_keys;
    CHECK(child.constraint() == (named ? "fk_sample_events_sample_id" : ""));
    CHECK(child.table() == "sample_events");
    insert(on, "a");
    insert_event(on, "a", 1, "info");
    const auto parent =
        caught<ForeignKey>(on, [](Executor& one) { one.execute(sample_delete, "a"); });
    CHECK(parent.constraint() == (named ? "fk_sample_events_sample_id" : ""));
    CHECK(parent.table() == (named ? "sample_events" : ""));
  });
}

TEST_CASE_FIXTURE(Samples, "NotNull: names the column") {
  base.on_both([&](Executor& on) {
    insert(on, "a");
    const auto e = caught<NotNull>(on, [](Executor& one) {
      one.execute("INSERT INTO sample_events (sample_id, place, level) VALUES ('a', ?, 'info')",
                  std::optional<int>());
    });
    CHECK(e.columns() == std::vector<std::string>{"place"});
    CHECK(e.table() == "sample_events");
  });
}

TEST_CASE_FIXTURE(Samples, "Check: names the constraint") {
  base.on_both([&](Executor& on) {
    insert(on, "a");
    const auto e = caught<Check>(on, [](Executor& one) { insert_event(one, "a", 1, "bad"); });
    CHECK(e.constraint() == "ck_sample_events_level");
  });
}

TEST_CASE_FIXTURE(Samples, "TooLong: text beyond the column, on every engine") {
  base.on_both([&](Executor& on) {
    insert(on, "a");
    (void)caught<TooLong>(on, [](Executor& one) { insert_event(one, "a", 1, "much too long"); });
  });
}

TEST_CASE_FIXTURE(Samples, "SyntaxError and UndefinedObject") {
  base.on_both([&](Executor& on) {
    (void)caught<SyntaxError>(on, [](Executor& one) { one.execute("SELEC 1"); });
    (void)caught<SyntaxError>(on, [](Executor& one) { one.execute("UPDATE samples SET"); });
    for (const char* text : {"SELECT id FROM no_such_table", "SELECT no_such_column FROM samples",
                             "SELECT no_such_function(1)"}) {
      CAPTURE(text);
      const auto e = caught<UndefinedObject>(on, [&](Executor& one) { one.execute(text); });
      CHECK_FALSE(e.server_message().empty());
    }
  });
}

TEST_CASE_FIXTURE(Samples, "AlreadyExists: a table made twice") {
  CHECK_THROWS_AS(db.execute("CREATE TABLE samples (id INTEGER)"), AlreadyExists);
}

TEST_CASE_FIXTURE(Samples, "OutOfRange: a sum beyond 64 bits") {
  base.on_both([&](Executor& on) {
    static constexpr Sql overflow{"test.overflow",
                                  "UPDATE counters SET amount = 1 "
                                  "WHERE (SELECT SUM(number) FROM samples) > 0",
                                  {.postgres = "UPDATE counters SET amount = 2147483647 + amount",
                                   .mysql = "UPDATE counters SET amount = 2147483647 + amount"}};
    on.execute("INSERT INTO counters (id, amount) VALUES (1, 1)");
    on.execute(sample_insert, Sample{.id = "a", .number = INT64_MAX});
    on.execute(sample_insert, Sample{.id = "b", .number = INT64_MAX});
    (void)caught<OutOfRange>(on, [](Executor& one) { one.execute(overflow); });
  });
}

TEST_CASE_FIXTURE(Samples, "Timeout: a lock that another transaction holds") {
  if (!shareable()) return;  // one connection is the whole database
  insert(db, "a");
  Database other = open_again();
  Transaction holder = db.begin();
  holder.execute(sample_rename, "held", "a");
  auto limited = other.with({.deadline = std::chrono::milliseconds(50)});
  (void)caught<Timeout>(limited, [](Executor& on) { on.execute(sample_rename, "mine", "a"); });
  holder.commit();
  CHECK(db.fetch_one<Sample>(sample_by_id, "a").note == "held");
}

TEST_CASE_FIXTURE(Samples, "Busy: the engine's own wait for a lock ends") {
  if (!shareable()) return;  // one connection is the whole database
  insert(db, "a");
  Database other = open_again({.busy_timeout = std::chrono::milliseconds(1)});
  Transaction holder = db.begin();
  holder.execute(sample_rename, "held", "a");
  static constexpr Sql impatient{
      "test.impatient",
      "UPDATE samples SET note = 'mine' WHERE id = 'a'",
      {.postgres = "SELECT id FROM samples WHERE id = 'a' FOR UPDATE NOWAIT",
       .mysql = "SELECT id FROM samples WHERE id = 'a' FOR UPDATE NOWAIT"}};
  const auto e = caught<Busy>(other, [](Executor& on) { on.execute(impatient); });
  CHECK(e.retryable());
  holder.commit();
}

TEST_CASE_FIXTURE(Samples, "Deadlock: two transactions that want each other's row; one wins") {
  if (!shareable() || !db.capabilities().concurrent_writers) return;  // one writer cannot
  insert(db, "a");
  insert(db, "b");
  Database other = open_again();
  Transaction first = db.begin();
  first.execute(sample_rename, "first", "a");
  std::atomic<bool> holds_b{false};
  std::atomic<int> deadlocks{0};
  const auto want = [&](Transaction& tx, const char* note, const char* id) {
    try {
      tx.execute(sample_rename, note, id);
      tx.commit();
    } catch (const Deadlock& e) {
      if (e.retryable()) ++deadlocks;
      CHECK_THROWS_AS(tx.commit(), TransactionAborted);
    }
  };
  std::thread second([&] {
    Transaction tx = other.begin();
    tx.execute(sample_rename, "second", "b");
    holds_b = true;
    holds_b.notify_one();
    want(tx, "second", "a");
  });
  holds_b.wait(false);
  want(first, "first", "b");
  second.join();
  CHECK(deadlocks == 1);
  const auto notes = db.fetch_all<std::string>("SELECT note FROM samples ORDER BY id");
  CHECK(notes.front() == notes.back());  // the winner has both, the loser nothing
}

TEST_CASE_FIXTURE(Samples, "Serialization: a row that changed after this transaction's snapshot") {
  if (!shareable() || !db.capabilities().concurrent_writers)
    return;  // SQLite: one writer at a time
  insert(db, "a");
  Database other = open_again();
  Transaction tx = db.begin({.isolation = Isolation::repeatable_read});
  CHECK(count(tx) == 1);
  other.execute(sample_rename, "changed", "a");
  const auto e =
      caught<Serialization>(db, [&](Executor&) { tx.execute(sample_rename, "mine", "a"); });
  CHECK(e.retryable());
  CHECK_THROWS_AS(tx.commit(), TransactionAborted);
  CHECK(db.fetch_one<Sample>(sample_by_id, "a").note == "changed");
}

TEST_CASE_FIXTURE(Samples, "Timeout: a statement that runs too long; the connection stays usable") {
  static constexpr Sql slow{
      "test.slow",
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000) "
      "SELECT COUNT(*) FROM n",
      {.postgres = "SELECT COUNT(*) FROM (SELECT pg_sleep(30)) AS s",
       .mysql = "SELECT COUNT(*) FROM (SELECT SLEEP(30)) AS s"}};
  const auto run = [](Executor& on) {
    (void)on.with({.deadline = std::chrono::milliseconds(30)}).fetch_value<std::int64_t>(slow);
  };
  (void)caught<Timeout>(db, run);
  insert(db, "a");
  (void)caught<Timeout>(db, run);
  CHECK(count(db) == 1);
  CHECK_THROWS_AS((void)db.with({.deadline = std::chrono::seconds(-1)}).fetch_value<int>(slow),
                  InvalidArgument);
}

TEST_CASE_FIXTURE(Samples, "Cancelled: a stop that was requested before the call") {
  std::stop_source source;
  source.request_stop();
  auto stopped = db.with({.stop = source.get_token()});
  (void)caught<Cancelled>(stopped, [&](Executor& on) { insert(on, "a"); });
  CHECK(count(db) == 0);
}

TEST_CASE_FIXTURE(Samples, "UserRaised: an error of the database's own code") {
  static constexpr std::array make{
      Sql{"test.raise_function",
          "SELECT 1",
          {.postgres = "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
                       "$$ BEGIN RAISE EXCEPTION 'no'; END $$"}},
      Sql{"test.raise_trigger",
          "CREATE TRIGGER refuse BEFORE INSERT ON counters BEGIN SELECT RAISE(ABORT, 'no'); END",
          {.postgres = "CREATE TRIGGER refuse BEFORE INSERT ON counters "
                       "FOR EACH ROW EXECUTE FUNCTION refuse()",
           .mysql = "CREATE TRIGGER refuse BEFORE INSERT ON counters FOR EACH ROW "
                    "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no'"}}};
  for (const Sql& sql : make) db.execute(sql);
  (void)caught<UserRaised>(
      db, [](Executor& on) { on.execute("INSERT INTO counters (id, amount) VALUES (1, 1)"); });
}

TEST_CASE_FIXTURE(Samples, "Cardinality: a subquery of two rows where one is wanted") {
  insert(db, "a");
  insert(db, "b");
  static constexpr Sql two{"test.two", "SELECT (SELECT id FROM samples) AS id"};
  if (!db.capabilities().strict_values) return;
  (void)caught<Cardinality>(db, [](Executor& on) { on.execute(two); });
}

TEST_CASE_FIXTURE(Samples, "DivisionByZero where the engine tells it") {
  if (!db.capabilities().strict_values) return;
  db.execute("INSERT INTO counters (id, amount) VALUES (1, 1)");
  (void)caught<DivisionByZero>(
      db, [](Executor& on) { on.execute("UPDATE counters SET amount = 1 / (amount - 1)"); });
}

TEST_CASE_FIXTURE(Samples, "StalePlan: a changed table is prepared anew outside a transaction") {
  insert(db, "a");
  static constexpr Sql everything{"test.everything", "SELECT * FROM counters"};
  db.execute("INSERT INTO counters (id, amount) VALUES (1, 5)");
  CHECK(db.fetch_one<std::tuple<int, int>>(everything) == std::tuple(1, 5));
  db.execute("ALTER TABLE counters ADD COLUMN extra INTEGER");
  using Three = std::tuple<int, int, std::optional<int>>;
  CHECK(db.fetch_one<Three>(everything) == Three(1, 5, std::nullopt));
}

TEST_CASE_FIXTURE(Samples, "a column that is renamed under a kept statement is told, not misread") {
  static constexpr Sql everything{"test.renamed", "SELECT * FROM counters"};
  db.execute("INSERT INTO counters (id, amount) VALUES (1, 5)");
  CHECK(db.fetch_one<Counter>(everything).amount == 5);
  db.execute("ALTER TABLE counters RENAME COLUMN amount TO total");
  CHECK_THROWS_AS((void)db.fetch_one<Counter>(everything), MappingError);
}
