// SPDX-License-Identifier: BSL-1.0
// Streams: rows one at a time, and what may happen to the connection meanwhile.
#include "support/samples.hpp"

using namespace lockstep;
using namespace lockstep::tests;

TEST_SUITE_BEGIN("transactions");

namespace {

constexpr Sql all_samples{
    "test.all_samples",
    "SELECT id, number, ratio, flag, note, raw, at, doc FROM samples ORDER BY id"};

void fill(Samples& samples, int rows) {
  samples.db.transaction([&](Transaction& tx) {
    for (int i = 0; i < rows; ++i) {
      tx.execute(sample_insert, Sample{.id = std::to_string(10'000 + i), .number = i});
    }
  });
}

}  // namespace

TEST_CASE_FIXTURE(Samples, "stream: every row once, in order, as fetch_all has them") {
  fill(*this, 500);
  base.on_both([&](Executor& on) {
    std::vector<Sample> rows;
    for (const Sample& row : on.stream<Sample>(all_samples)) rows.push_back(row);
    CHECK((rows == on.fetch_all<Sample>(all_samples)));
    CHECK(rows.size() == 500);
  });
}

TEST_CASE_FIXTURE(Samples, "stream: rows of columns that the program does not know") {
  fill(*this, 3);
  base.on_both([&](Executor& on) {
    for (const char* text : {"SELECT number, id, note FROM samples ORDER BY id",
                             "SELECT id FROM samples WHERE number < 2 ORDER BY id DESC"}) {
      std::string seen;
      for (const Row& row : on.stream<Row>(text)) {
        REQUIRE(row.names.size() == row.cells.size());
        for (std::size_t i = 0; i < row.names.size(); ++i) {
          const Value& cell = row.cells[i];
          seen += row.names[i] + "=";
          seen += cell.is_null()                      ? "null"
                  : cell.type() == ValueType::integer ? std::to_string(cell.as_integer())
                                                      : std::string(cell.as_text());
          seen += ' ';
        }
      }
      CHECK(seen == (text[7] == 'n' ? "number=0 id=10000 note=null number=1 id=10001 note=null "
                                      "number=2 id=10002 note=null "
                                    : "id=10001 id=10000 "));
    }
    for (const Row& row : on.stream<Row>("SELECT id FROM samples WHERE id = 'none'")) {
      FAIL(row.cells.size());
    }
  });
}

TEST_CASE_FIXTURE(Samples, "stream: no rows, scalars, and arguments that are gone by then") {
  base.on_both([&](Executor& on) {
    for (const Sample& row : on.stream<Sample>(all_samples)) FAIL(row.id);
  });
  fill(*this, 20);
  base.on_both([&](Executor& on) {
    const auto stream_from = [&](const std::string& id) {
      return on.stream<std::string>("SELECT id FROM samples WHERE id >= ? ORDER BY id", id + "");
    };
    std::size_t count = 0;
    for (const std::string& id : stream_from("10010")) {
      CHECK(id >= "10010");
      ++count;
    }
    CHECK(count == 10);
  });
}

TEST_CASE_FIXTURE(Samples, "stream: left early, the connection is free again") {
  fill(*this, 300);
  for (int round = 0; round < 3; ++round) {
    for (const Sample& row : db.stream<Sample>(all_samples)) {
      if (row.number == 3) break;
    }
    CHECK(count(db) == 300);
  }
  db.transaction([&](Transaction& tx) {
    for (const Sample& row : tx.stream<Sample>(all_samples)) {
      if (row.number == 3) break;
    }
    insert(tx, "after");
    CHECK(count(tx) == 301);
  });
  CHECK(count(db) == 301);
}

TEST_CASE_FIXTURE(Samples, "stream: a transaction refuses everything else until it ends") {
  fill(*this, 50);
  Transaction tx = db.begin();
  {
    auto stream = tx.stream<Sample>(all_samples);
    auto row = stream.begin();
    CHECK(row->number == 0);
    CHECK_THROWS_AS(insert(tx, "x"), LogicError);
    CHECK_THROWS_AS((void)tx.stream<Sample>(all_samples), LogicError);
    CHECK_THROWS_AS(tx.nested([](Transaction&) {}), LogicError);
    CHECK_THROWS_AS(tx.commit(), LogicError);
    ++row;
    CHECK(row->number == 1);
  }
  insert(tx, "x");
  tx.commit();
  CHECK(count(db) == 51);
}

TEST_CASE_FIXTURE(Samples, "stream: ended with its transaction, it says so and harms nobody") {
  fill(*this, 50);
  std::optional<Transaction> tx(db.begin());
  insert(*tx, "x");
  auto stream = tx->stream<Sample>(all_samples);
  auto row = stream.begin();
  CHECK(row->number == 0);
  tx->rollback();
  CHECK_THROWS_AS(++row, LogicError);
  tx.reset();
  CHECK(count(db) == 50);
}

TEST_CASE_FIXTURE(Samples,
                  "stream: of a database beside other calls, where it can have two connections") {
  fill(*this, 50);
  auto stream = db.stream<Sample>(all_samples);
  auto row = stream.begin();
  if (shareable()) {
    CHECK(count(db) == 50);
  } else {
    CHECK_THROWS_AS((void)count(db), LogicError);  // the thread would wait for itself
  }
  ++row;
  CHECK(row->number == 1);
}

TEST_CASE_FIXTURE(Samples, "stream: once read to its end it gives its connection back") {
  fill(*this, 5);
  auto stream = db.stream<Sample>(all_samples);
  std::size_t rows = 0;
  for (const Sample& row : stream) rows += row.number ? 1U : 0U;
  CHECK(rows == 5);
  CHECK(count(db) == 5);
  CHECK(db.stats().in_use == 0);
}

TEST_CASE_FIXTURE(Samples, "stream: a row that does not fit is told at that row") {
  insert(db, "a");
  db.execute("UPDATE samples SET note = ?", "not a time");
  auto stream = db.stream<Timestamp>("SELECT note FROM samples");
  CHECK_THROWS_AS((void)stream.begin(), CorruptData);
}

TEST_CASE_FIXTURE(Samples, "fetch_all: left at a row that does not fit, the connection is free") {
  fill(*this, 3000);
  db.execute("UPDATE samples SET note = ? WHERE number <> ?", "2024-03-10 00:00:00", 7);
  db.execute("UPDATE samples SET note = ? WHERE number = ?", "not a time", 7);
  constexpr const char* notes = "SELECT note FROM samples ORDER BY id";
  base.on_both([&](Executor& on) {
    CHECK_THROWS_AS((void)on.fetch_all<Timestamp>(notes), CorruptData);
    CHECK(on.fetch_all<std::string>(notes).size() == 3000);
  });
  db.transaction([&](Transaction& tx) {
    CHECK_THROWS_AS((void)tx.fetch_all<Timestamp>(notes), CorruptData);
    CHECK(tx.execute("DELETE FROM samples").rows_affected() == 3000);
  });
  CHECK(count(db) == 0);
}

TEST_CASE_FIXTURE(Samples,
                  "stream: a deadline holds for reading too, and the connection survives") {
  fill(*this, 10);
  static constexpr Sql slow{
      "test.slow_rows",
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000) "
      "SELECT i FROM n WHERE i % 100000000 = 0",
      {.postgres = "SELECT CAST(1 AS BIGINT) AS i FROM pg_sleep(30)",
       .mysql = "SELECT CAST(SLEEP(30) AS SIGNED) AS i FROM samples"}};
  (void)caught<Timeout>(db, [](Executor& on) {
    for (const auto i :
         on.with({.deadline = std::chrono::milliseconds(50)}).stream<std::int64_t>(slow)) {
      CHECK(i >= 0);
    }
  });
  CHECK(count(db) == 10);
}

TEST_SUITE_END();
