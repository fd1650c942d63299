// SPDX-License-Identifier: BSL-1.0
// Transaction::pipeline: statements that do not wait for each other, with the answers and the errors
// that single ones have.
#include "support/samples.hpp"

using namespace lockstep;
using namespace lockstep::tests;

TEST_SUITE_BEGIN("pipeline");

namespace {

constexpr Sql counter_insert{"test.counter_insert",
                             "INSERT INTO counters (id, amount) VALUES (:id, :amount)",
                             {},
                             sample_constraints};
constexpr Sql counter_add{"test.counter_add",
                          "UPDATE counters SET amount = amount + :by WHERE id >= :id"};
constexpr Sql counter_delete{"test.counter_delete", "DELETE FROM counters WHERE id = :id"};
constexpr Sql counter_count{"test.counter_count", "SELECT COUNT(*) FROM counters"};

std::int64_t counters(Executor& on) { return on.fetch_value<std::int64_t>(counter_count); }

int amount(Executor& on, int id) {
  return on.fetch_value<int>("SELECT amount FROM counters WHERE id = ?", id);
}

std::vector<std::uint64_t> rows_of(const std::vector<ExecuteResult>& results) {
  std::vector<std::uint64_t> rows;
  for (const ExecuteResult& result : results) rows.push_back(result.rows_affected());
  return rows;
}

}  // namespace

TEST_CASE_FIXTURE(Samples, "pipeline: mixed statements, each with the rows it matched") {
  const auto results = db.transaction([&](Transaction& tx) {
    return tx.pipeline([&](Pipeline& pipeline) {
      pipeline.execute(counter_insert, 1, 10);
      pipeline.execute(counter_insert, 2, 20);
      pipeline.execute(counter_add, 5, 1);
      pipeline.execute("SELECT id FROM counters");
      pipeline.execute(counter_delete, 7);
      pipeline.execute(sample_insert, Sample{.id = "a", .note = std::string(100, 'n')});
      pipeline.execute(counter_delete, named("id", 2));
    });
  });
  CHECK(rows_of(results) == std::vector<std::uint64_t>{1, 1, 2, 0, 0, 1, 1});
  CHECK(counters(db) == 1);
  CHECK(amount(db, 1) == 15);
  CHECK(db.fetch_one<Sample>(sample_by_id, "a").note == std::string(100, 'n'));
}

TEST_CASE_FIXTURE(Samples, "pipeline: none, one after another, and single statements between") {
  db.transaction([&](Transaction& tx) {
    CHECK(tx.pipeline([](Pipeline&) {}).empty());
    tx.pipeline([](Pipeline& pipeline) { pipeline.execute(counter_insert, 1, 1); });
    CHECK(amount(tx, 1) == 1);
    tx.nested([](Transaction& inner) {
      inner.pipeline([](Pipeline& pipeline) { pipeline.execute(counter_add, 1, 1); });
    });
    CHECK(amount(tx, 1) == 2);
  });
  CHECK(amount(db, 1) == 2);
}

TEST_CASE_FIXTURE(Samples, "pipeline: more than goes out at once, large values among them") {
  constexpr int many = 3'000;
  const std::string large(700'000, 'x');
  const auto results = db.transaction([&](Transaction& tx) {
    return tx.pipeline([&](Pipeline& pipeline) {
      for (int i = 0; i < many; ++i) {
        pipeline.execute(counter_insert, i, 2 * i);
        if (i % 1000 == 0) {
          pipeline.execute(sample_insert, Sample{.id = std::to_string(i), .note = large});
          pipeline.execute("SELECT note FROM samples");
        }
      }
    });
  });
  CHECK(results.size() == many + 6);
  CHECK(counters(db) == many);
  CHECK(amount(db, many - 1) == 2 * (many - 1));
  CHECK(db.fetch_one<Sample>(sample_by_id, "2000").note == large);
}

TEST_CASE_FIXTURE(Samples, "pipeline: a failure tells its statement, and nothing after it happens") {
  for (const int place : {0, 1, 40, 700}) {
    CAPTURE(place);
    db.execute("DELETE FROM counters");
    db.execute(counter_insert, -1, 0);
    SourceLocation at;
    const auto fill = [&](Pipeline& pipeline) {
      for (int i = 0; i < 800; ++i) {
        if (i == place) {
          at = SourceLocation::current();
          pipeline.execute(counter_insert, -1, 0);
        }
        pipeline.execute(counter_insert, i, i);
      }
    };
    db.transaction([&](Transaction& tx) {
      const auto e = caught<Duplicate>(
          tx, [&](Executor& on) { static_cast<Transaction&>(on).pipeline(fill); });
      CHECK(e.row() == static_cast<std::size_t>(place));
      CHECK(e.statement() == "test.counter_insert");
      CHECK(e.constraint() == "pk_counters");
      CHECK(e.table() == "counters");
      CHECK(e.location().line == at.line + 1);
      CHECK(counters(tx) == 1);
    });
    CHECK(counters(db) == 1);
  }
}

TEST_CASE_FIXTURE(Samples, "pipeline: a failure poisons the transaction") {
  Transaction tx = db.begin();
  CHECK_THROWS_AS(tx.pipeline([](Pipeline& pipeline) {
    pipeline.execute(counter_insert, 1, 1);
    pipeline.execute(counter_insert, 1, 1);
    pipeline.execute(counter_insert, 2, 1);
  }),
                  Duplicate);
  CHECK_THROWS_AS(tx.execute(counter_insert, 3, 1), TransactionAborted);
  CHECK_THROWS_AS(tx.pipeline([](Pipeline&) {}), TransactionAborted);
  CHECK_THROWS_AS(tx.commit(), TransactionAborted);
  CHECK(counters(db) == 0);
}

TEST_CASE_FIXTURE(Samples, "pipeline: a text that the engine refuses, first, last and in between") {
  for (const int place : {0, 1, 2}) {
    CAPTURE(place);
    db.transaction([&](Transaction& tx) {
      const auto e = caught<UndefinedObject>(tx, [&](Executor& on) {
        static_cast<Transaction&>(on).pipeline([&](Pipeline& pipeline) {
          for (int i = 0; i < 3; ++i) {
            if (i == place) {
              pipeline.execute("DELETE FROM no_such_table WHERE id = ?", 1);
            } else {
              pipeline.execute(counter_insert, i, i);
            }
          }
        });
      });
      CHECK(e.row() == static_cast<std::size_t>(place));
      CHECK(counters(tx) == 0);
    });
  }
}

TEST_CASE_FIXTURE(Samples, "pipeline: arguments that are refused poison nothing") {
  const std::string nul("a\0b", 3);
  db.transaction([&](Transaction& tx) {
    const auto results = tx.pipeline([&](Pipeline& pipeline) {
      pipeline.execute(counter_insert, 1, 1);
      CHECK_THROWS_AS(pipeline.execute(counter_insert, 2), InvalidArgument);
      CHECK_THROWS_AS(pipeline.execute(sample_rename, nul, "a"), InvalidArgument);
      CHECK_THROWS_AS(pipeline.execute("COMMIT"), LogicError);
      pipeline.execute(counter_insert, 2, 2);
    });
    CHECK(results.size() == 2);
  });
  CHECK(counters(db) == 2);
}

TEST_CASE_FIXTURE(Samples, "pipeline: arguments are judged after a failure as before it") {
  Transaction tx = db.begin();
  CHECK_THROWS_AS(tx.pipeline([&](Pipeline& pipeline) {
    pipeline.execute(counter_insert, 1, 1);
    pipeline.execute(counter_insert, 1, 1);
    pipeline.execute(counter_insert, 2);
  }),
                  InvalidArgument);
  CHECK_THROWS_AS(tx.execute(counter_insert, 3, 3), TransactionAborted);
}

TEST_CASE_FIXTURE(Samples, "pipeline: what ran before an exception of the caller's stays done") {
  Transaction tx = db.begin();
  CHECK_THROWS_AS(tx.pipeline([&](Pipeline& pipeline) {
    pipeline.execute(counter_insert, 1, 1);
    throw std::out_of_range("the caller's");
  }),
                  std::out_of_range);
  tx.execute(counter_insert, 2, 2);
  tx.commit();
  CHECK(counters(db) == 2);
}

TEST_CASE_FIXTURE(Samples, "pipeline: the transaction waits for its end") {
  Transaction tx = db.begin();
  tx.pipeline([&](Pipeline& pipeline) {
    pipeline.execute(counter_insert, 1, 1);
    CHECK_THROWS_AS(tx.execute(counter_insert, 2, 2), LogicError);
    CHECK_THROWS_AS((void)tx.stream<int>("SELECT id FROM counters"), LogicError);
    CHECK_THROWS_AS(tx.pipeline([](Pipeline&) {}), LogicError);
    CHECK_THROWS_AS(tx.nested([](Transaction&) {}), LogicError);
    CHECK_THROWS_AS(tx.commit(), LogicError);
  });
  const auto stream = tx.stream<int>("SELECT id FROM counters");
  CHECK_THROWS_AS(tx.pipeline([](Pipeline&) {}), LogicError);
}

TEST_CASE_FIXTURE(Samples, "pipeline: ends with its transaction") {
  Transaction tx = db.begin();
  CHECK_THROWS_AS(tx.pipeline([&](Pipeline& pipeline) {
    pipeline.execute(counter_insert, 1, 1);
    tx.rollback();
    CHECK_THROWS_AS(pipeline.execute(counter_insert, 2, 2), LogicError);
  }),
                  LogicError);
  CHECK(counters(db) == 0);
  CHECK_THROWS_AS(tx.pipeline([](Pipeline&) {}), LogicError);
}

TEST_CASE_FIXTURE(Samples, "pipeline: outlives the statements that the cache keeps") {
  if (!shareable()) return;
  Database again = open_again({.statement_cache_size = 1});
  again.transaction([&](Transaction& tx) {
    tx.pipeline([&](Pipeline& pipeline) {
      for (int i = 0; i < 20; ++i) {
        pipeline.execute(counter_insert, i, i);
        pipeline.execute(counter_add, 1, i);
        pipeline.execute("DELETE FROM counters WHERE id = ?", i - 1);
      }
    });
  });
  CHECK(counters(again) == 1);
  CHECK(amount(again, 19) == 20);
}

TEST_CASE_FIXTURE(Samples, "pipeline: a deadline that has passed") {
  Transaction tx = db.begin({.deadline = std::chrono::milliseconds(500)});
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(500);
  CHECK_THROWS_AS(tx.pipeline([&](Pipeline& pipeline) {
    for (int i = 0; std::chrono::steady_clock::now() < until; ++i) {
      pipeline.execute(counter_insert, i, i);
    }
    pipeline.execute(counter_insert, -1, -1);
  }),
                  Timeout);
  CHECK_THROWS_AS(tx.execute(counter_insert, -2, -2), TransactionAborted);
  tx.rollback();
  CHECK(counters(db) == 0);
}

TEST_SUITE_END();
