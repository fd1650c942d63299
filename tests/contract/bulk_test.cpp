// SPDX-License-Identifier: BSL-1.0
// execute_all and insert_all: many rows for one statement, all or nothing, by the fastest route of
// each engine.
#include "support/samples.hpp"

using namespace lockstep;
using namespace lockstep::tests;

namespace {

constexpr Sql counter_insert{"test.counter_insert",
                             "INSERT INTO counters (id, amount) VALUES (?, ?)",
                             {},
                             sample_constraints};
constexpr Sql counter_count{"test.counter_count", "SELECT COUNT(*) FROM counters"};
constexpr Sql counter_sum{"test.counter_sum",
                          "SELECT SUM(amount) FROM counters",
                          {.postgres = "SELECT SUM(amount)::bigint FROM counters",
                           .mysql = "SELECT CAST(SUM(amount) AS SIGNED) FROM counters"}};
constexpr Sql plain_event_insert{
    "test.plain_event_insert",
    "INSERT INTO sample_events (sample_id, place, level) VALUES (?, ?, ?)",
    {},
    sample_constraints};
constexpr Sql samples_all{"test.samples_all", "SELECT * FROM samples ORDER BY id"};

using Pair = std::tuple<int, int>;
using Event = std::tuple<std::string, std::optional<int>, std::string>;

std::string numbered(const char* prefix, std::size_t i) {
  const std::string digits = std::to_string(i);
  return prefix + std::string(6 - digits.size(), '0') + digits;
}

std::vector<Pair> pairs(int count) {
  std::vector<Pair> rows;
  for (int i = 0; i < count; ++i) rows.emplace_back(i, 2 * i);
  return rows;
}

std::vector<Event> events(int count) {
  std::vector<Event> rows;
  for (int i = 0; i < count; ++i) rows.emplace_back("a", i, "info");
  return rows;
}

// Every member in every state, in an order that mixes types and nulls.
std::vector<Sample> mixed(std::size_t count) {
  std::vector<Sample> rows;
  for (std::size_t i = 0; i < count; ++i) {
    const auto n = static_cast<std::int64_t>(i);
    Sample row{.id = numbered("s", i)};
    if (i % 2 == 0) row.number = i == 2 ? INT64_MIN : n << 40;
    if (i % 3 == 0) row.ratio = 0.1 * static_cast<double>(n);
    if (i % 4 < 2) row.flag = i % 4 == 0;
    if (i % 5 != 0) row.note = i % 5 == 1 ? "" : "\xF0\x9F\x9A\x80 \\ \t'" + std::to_string(i);
    if (i % 6 != 0) row.raw = Bytes(i % 7, static_cast<std::byte>(i % 2 == 0 ? 0 : 0xff));
    if (i % 7 != 0) row.at = Clock::start + std::chrono::microseconds(n * 1'000'001 - 7);
    if (i % 11 == 0) row.doc = Json{R"({"a" : 1})"};
    rows.push_back(std::move(row));
  }
  return rows;
}

// Rows that request a stop when the one numbered 20,000 is read.
struct Stopping {
  struct Iterator {
    const Pair* at;
    std::stop_source* source;
    Pair operator*() const {
      if (std::get<0>(*at) == 20'000) source->request_stop();
      return *at;
    }
    Iterator& operator++() {
      ++at;
      return *this;
    }
    bool operator==(const Iterator& other) const { return at == other.at; }
  };

  const std::vector<Pair>& rows;
  std::stop_source& source;
  [[nodiscard]] Iterator begin() const { return {rows.data(), &source}; }
  [[nodiscard]] Iterator end() const { return {rows.data() + rows.size(), &source}; }
};

}  // namespace

TEST_SUITE_BEGIN("bulk");

TEST_CASE_FIXTURE(Samples, "bulk: no rows, one row, scalars") {
  base.on_both([&](Executor& on) {
    CHECK(on.insert_all(counter_insert, std::vector<Pair>()) == 0);
    CHECK(on.insert_all(counter_insert, pairs(1)) == 1);
    CHECK(on.fetch_one<Pair>("SELECT id, amount FROM counters") == Pair(0, 0));
    const std::vector<std::string> ids{"x", "y", "z"};
    CHECK(on.insert_all("INSERT INTO samples (id) VALUES (?)", ids) == 3);
    CHECK(count(on) == 3);
    CHECK(on.execute_all(sample_delete, std::span(ids).first(2)) == 2);
    CHECK(count(on) == 1);
  });
}

TEST_CASE_FIXTURE(Samples, "bulk: values of every type come back, with nulls among them") {
  base.on_both([&](Executor& on) {
    for (const std::size_t number : {49U, 51U, 1'000U}) {
      CAPTURE(number);
      on.execute("DELETE FROM samples");
      const std::vector<Sample> rows = mixed(number);
      CHECK(on.insert_all(sample_insert, rows) == number);
      const bool same = on.fetch_all<Sample>(samples_all) == rows;
      CHECK(same);
    }
  });
}

TEST_CASE_FIXTURE(Samples, "bulk: large values among small ones") {
  std::vector<Sample> rows = mixed(120);
  for (const std::size_t i : {3U, 60U, 61U, 119U}) {
    rows[i].note = std::string(1'000'000 + i, 'x');
    rows[i].raw = Bytes(300'000 + i);
  }
  base.on_both([&](Executor& on) {
    CHECK(on.insert_all(sample_insert, rows) == rows.size());
    const bool same = on.fetch_all<Sample>(samples_all) == rows;
    CHECK(same);
  });
}

TEST_CASE_FIXTURE(Samples, "bulk: 10,000 rows, and single statements work afterwards") {
  base.on_both([&](Executor& on) {
    CHECK(on.insert_all(counter_insert, pairs(10'000)) == 10'000);
    CHECK(on.fetch_value<std::int64_t>(counter_count) == 10'000);
    CHECK(on.fetch_value<std::int64_t>(counter_sum) == std::int64_t{9'999} * 10'000);
    CHECK(on.execute(counter_insert, 10'000, 7).rows_affected() == 1);
    CHECK(on.fetch_value<int>("SELECT amount FROM counters WHERE id = ?", 10'000) == 7);
  });
}

TEST_CASE_FIXTURE(Samples, "bulk: UPDATE and DELETE count the rows matched") {
  base.on_both([&](Executor& on) {
    on.insert_all(counter_insert, pairs(1'000));
    std::vector<Pair> changes;
    for (int i = 0; i < 1'500; ++i) changes.emplace_back(1, i);
    CHECK(on.execute_all("UPDATE counters SET amount = ? WHERE id = ?", changes) == 1'000);
    CHECK(on.fetch_value<std::int64_t>(counter_sum) == 1'000);
    const std::vector<int> bounds{100, 200, 200, 5'000};
    CHECK(on.execute_all("UPDATE counters SET amount = 3 WHERE id < ?", bounds) == 1'500);
    CHECK(on.execute_all("DELETE FROM counters WHERE id < ?", bounds) == 1'000);
    CHECK(on.fetch_value<std::int64_t>(counter_count) == 0);
  });
}

TEST_CASE_FIXTURE(Samples, "bulk: an upsert, and a RETURNING that nobody reads") {
  static constexpr Sql upsert{"test.counter_upsert",
                              "INSERT INTO counters (id, amount) VALUES (?, ?) "
                              "ON CONFLICT (id) DO UPDATE SET amount = excluded.amount",
                              {.mysql = "INSERT INTO counters (id, amount) VALUES (?, ?) "
                                        "ON DUPLICATE KEY UPDATE amount = VALUES(amount)"}};
  base.on_both([&](Executor& on) {
    on.insert_all(counter_insert, pairs(100));
    std::vector<Pair> rows;
    for (int i = 50; i < 150; ++i) rows.emplace_back(i, 1);
    std::uint64_t singly = 0;
    on.insert_all(upsert, rows);
    CHECK(on.fetch_value<std::int64_t>(counter_count) == 150);
    for (auto& [id, amount] : rows) singly += on.execute(upsert, id, ++amount).rows_affected();
    for (auto& [id, amount] : rows) ++amount;
    CHECK(on.insert_all(upsert, rows) == singly);
    if (!on.capabilities().returning_insert) return;
    insert(on, "a");
    CHECK(on.insert_all(event_insert, events(300)) == 300);
    CHECK(on.fetch_value<std::int64_t>(event_count) == 300);
  });
}

TEST_CASE_FIXTURE(Samples, "bulk: a duplicate in the middle leaves nothing, and tells its row") {
  for (const int place : {0, 20, 49, 50, 51, 700, 1'999}) {
    CAPTURE(place);
    std::vector<Pair> rows = pairs(2'000);
    rows[static_cast<std::size_t>(place)] = Pair(-1, 0);
    std::vector<Pair> first{Pair(-1, 0)};
    db.execute("DELETE FROM counters");
    db.insert_all(counter_insert, first);
    const auto e =
        caught<Duplicate>(db, [&](Executor& on) { on.insert_all(counter_insert, rows); });
    CHECK(e.row() == static_cast<std::size_t>(place));
    CHECK(e.constraint() == "pk_counters");
    CHECK(e.table() == "counters");
    CHECK(e.columns() == std::vector<std::string>{"id"});
    CHECK(e.statement() == "test.counter_insert");
    CHECK(db.fetch_value<std::int64_t>(counter_count) == 1);
  }
}

TEST_CASE_FIXTURE(Samples, "bulk: NOT NULL, CHECK, length and foreign key, as for single rows") {
  base.on_both([&](Executor& on) {
    insert(on, "a");
    const auto with = [](Event bad) {
      auto rows = events(200);
      rows[120] = std::move(bad);
      return rows;
    };
    const auto try_it = [&]<class E>(std::type_identity<E>, Event bad) {
      return caught<E>(
          on, [&](Executor& one) { one.insert_all(plain_event_insert, with(std::move(bad))); });
    };
    const auto null = try_it(std::type_identity<NotNull>(), Event("a", std::nullopt, "info"));
    CHECK(null.columns() == std::vector<std::string>{"place"});
    CHECK(null.row() == 120U);
    const auto check = try_it(std::type_identity<Check>(), Event("a", 120, "bad"));
    CHECK(check.constraint() == "ck_sample_events_level");
    CHECK(check.row() == 120U);
    CHECK(try_it(std::type_identity<TooLong>(), Event("a", 120, "much too long")).row() == 120U);
    const auto key = try_it(std::type_identity<ForeignKey>(), Event("nobody", 120, "info"));
    CHECK(key.constraint() ==
          (on.capabilities().names_foreign_keys ? "fk_sample_events_sample_id" : ""));
    CHECK(key.row().value_or(120) == 120);  // not told after a COPY
    CHECK(on.fetch_value<std::int64_t>(event_count) == 0);
    CHECK(on.insert_all(plain_event_insert, events(200)) == 200);
  });
}

TEST_CASE_FIXTURE(Samples, "bulk: a number beyond the column's type") {
  if (!db.capabilities().strict_values) return;
  std::vector<std::tuple<int, std::int64_t>> rows;
  for (int i = 0; i < 300; ++i) rows.emplace_back(i, i == 200 ? INT64_MAX : 1);
  const auto e = caught<OutOfRange>(db, [&](Executor& on) { on.insert_all(counter_insert, rows); });
  CHECK(e.row() == 200U);
  CHECK(db.fetch_value<std::int64_t>(counter_count) == 0);
}

TEST_CASE_FIXTURE(Samples, "bulk: a row that cannot be bound leaves nothing") {
  for (const std::size_t place : {0U, 10U, 49U, 50U, 51U, 400U}) {
    CAPTURE(place);
    std::vector<Sample> rows = mixed(500);
    rows[place].note = std::string("nul\0byte", 8);
    CHECK_THROWS_AS(db.insert_all(sample_insert, rows), InvalidArgument);
    CHECK(count(db) == 0);
  }
}

TEST_CASE_FIXTURE(Samples, "bulk: a failure poisons the transaction, a savepoint saves it") {
  std::vector<Pair> rows = pairs(300);
  rows[200] = rows[100];
  Transaction tx = db.begin();
  tx.execute(counter_insert, -5, 0);
  (void)caught<Duplicate>(tx, [&](Executor& on) { on.insert_all(counter_insert, rows); });
  CHECK(tx.fetch_value<std::int64_t>(counter_count) == 1);
  CHECK_THROWS_AS(tx.insert_all(counter_insert, rows), Duplicate);
  CHECK_THROWS_AS(tx.execute(counter_insert, -6, 0), TransactionAborted);
  CHECK_THROWS_AS(tx.commit(), TransactionAborted);
  CHECK(db.fetch_value<std::int64_t>(counter_count) == 0);
}

TEST_CASE_FIXTURE(Samples, "bulk: a statement without placeholders is refused, not skipped") {
  insert(db, "a");
  CHECK_THROWS_AS(db.execute_all("DELETE FROM samples", pairs(3)), InvalidArgument);
  CHECK(count(db) == 1);
}

TEST_CASE_FIXTURE(Samples, "bulk: a transaction that rolls back leaves nothing") {
  {
    Transaction tx = db.begin();
    CHECK(tx.insert_all(counter_insert, pairs(500)) == 500);
    tx.rollback();
  }
  CHECK(db.fetch_value<std::int64_t>(counter_count) == 0);
}

TEST_CASE_FIXTURE(Samples, "bulk: columns whose type changes from row to row") {
  const std::vector<std::tuple<std::string, double>> reals{{"r1", 1.5}, {"r2", -0.0}};
  base.on_both([&](Executor& on) {
    const auto rows = [&] {
      std::vector<Sample> all;
      for (std::size_t i = 0; i < 200; ++i) {
        all.push_back({.id = numbered("t", i), .ratio = static_cast<double>(i)});
      }
      return all;
    }();
    CHECK(on.insert_all(sample_insert, rows) == 200);
    CHECK(on.insert_all("INSERT INTO samples (id, ratio) VALUES (?, ?)", reals) == 2);
    CHECK(on.fetch_value<double>("SELECT ratio FROM samples WHERE id = 'r1'") == 1.5);
  });
}

TEST_CASE_FIXTURE(Samples, "bulk: triggers run for each row and do not change the count") {
  static constexpr std::array make{
      Sql{"test.bulk_function",
          "SELECT 1",
          {.postgres = "CREATE OR REPLACE FUNCTION count_rows() RETURNS trigger LANGUAGE plpgsql "
                       "AS $$ BEGIN RAISE NOTICE 'seen'; UPDATE counters SET amount = amount + 1 "
                       "WHERE id = 1; RETURN NULL; END $$"}},
      Sql{"test.bulk_trigger",
          "CREATE TRIGGER count_rows AFTER INSERT ON samples BEGIN "
          "UPDATE counters SET amount = amount + 1 WHERE id = 1; END",
          {.postgres = "CREATE TRIGGER count_rows AFTER INSERT ON samples "
                       "FOR EACH ROW EXECUTE FUNCTION count_rows()",
           .mysql = "CREATE TRIGGER count_rows AFTER INSERT ON samples FOR EACH ROW "
                    "UPDATE counters SET amount = amount + 1 WHERE id = 1"}}};
  for (const Sql& sql : make) db.execute(sql);
  db.execute(counter_insert, 1, 0);
  CHECK(db.insert_all(sample_insert, mixed(300)) == 300);
  CHECK(db.fetch_value<int>("SELECT amount FROM counters WHERE id = 1") == 300);
  std::vector<std::tuple<std::string, std::string>> twice;
  for (std::size_t i = 0; i < 300; ++i) twice.emplace_back(numbered("x", i), numbered("y", i));
  CHECK(db.insert_all("INSERT INTO samples (id) VALUES (?), (?)", twice) == 600);
  CHECK(db.fetch_value<int>("SELECT amount FROM counters WHERE id = 1") == 900);
}

TEST_CASE_FIXTURE(Samples, "bulk: a trigger of the statement runs once for each row") {
  static constexpr std::array make{
      Sql{"test.bulk_function",
          "SELECT 1",
          {.postgres = "CREATE OR REPLACE FUNCTION count_calls() RETURNS trigger LANGUAGE plpgsql "
                       "AS $$ BEGIN UPDATE counters SET amount = amount + 1 WHERE id = 1; "
                       "RETURN NULL; END $$"}},
      Sql{"test.bulk_trigger",
          "CREATE TRIGGER count_calls AFTER INSERT ON samples BEGIN "
          "UPDATE counters SET amount = amount + 1 WHERE id = 1; END",
          {.postgres = "CREATE TRIGGER count_calls AFTER INSERT ON samples "
                       "FOR EACH STATEMENT EXECUTE FUNCTION count_calls()",
           .mysql = "CREATE TRIGGER count_calls AFTER INSERT ON samples FOR EACH ROW "
                    "UPDATE counters SET amount = amount + 1 WHERE id = 1"}}};
  for (const Sql& sql : make) db.execute(sql);
  db.execute(counter_insert, 1, 0);
  CHECK(db.insert_all(sample_insert, mixed(200)) == 200);
  CHECK(db.fetch_value<int>("SELECT amount FROM counters WHERE id = 1") == 200);
}

TEST_CASE_FIXTURE(Samples, "bulk: a deadline ends it in time, and the database works on") {
  const std::vector<Pair> many = pairs(400'000);
  auto limited = db.with({.deadline = std::chrono::milliseconds(40)});
  (void)caught<Timeout>(limited, [&](Executor& on) { on.insert_all(counter_insert, many); });
  (void)caught<Timeout>(limited, [&](Executor& on) {
    on.execute_all("UPDATE counters SET amount = ? WHERE id = ?", many);
  });
  CHECK(db.fetch_value<std::int64_t>(counter_count) == 0);
  CHECK(db.insert_all(counter_insert, pairs(100)) == 100);
}

TEST_CASE_FIXTURE(Samples, "bulk: a deadline while a row waits for a lock") {
  if (!shareable()) return;  // one connection is the whole database
  db.insert_all(counter_insert, pairs(300));
  Database other = open_again();
  for (const int held : {0, 150}) {
    CAPTURE(held);
    std::vector<Pair> rows;
    for (int i = 0; i < 300; ++i) rows.emplace_back(9, i);
    Transaction holder = db.begin();
    holder.execute("UPDATE counters SET amount = 1 WHERE id = ?", held);
    auto limited = other.with({.deadline = std::chrono::milliseconds(100)});
    (void)caught<Timeout>(limited, [&](Executor& on) {
      on.execute_all("UPDATE counters SET amount = ? WHERE id = ?", rows);
    });
    holder.commit();
    CHECK(other.fetch_value<int>("SELECT amount FROM counters WHERE id = 299") == 598);
  }
}

TEST_CASE_FIXTURE(Samples, "bulk: a stop that is requested on the way ends it") {
  const std::vector<Pair> many = pairs(50'000);
  std::stop_source source;
  const Stopping rows{many, source};
  auto stopped = db.with({.stop = source.get_token()});
  (void)caught<Cancelled>(stopped, [&](Executor& on) { on.insert_all(counter_insert, rows); });
  CHECK(db.fetch_value<std::int64_t>(counter_count) == 0);
  CHECK(db.insert_all(counter_insert, pairs(100)) == 100);
}

TEST_SUITE_END();
