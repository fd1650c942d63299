// SPDX-License-Identifier: BSL-1.0
// Transactions: all or nothing, poisoned by the first error, savepoints, commit that is checked.
#include "support/samples.hpp"

using namespace lockstep;
using namespace lockstep::tests;

TEST_SUITE_BEGIN("transactions");

namespace {

struct Refusal {};

}  // namespace

TEST_CASE_FIXTURE(Samples, "begin and commit: the rows stay") {
  Transaction tx = db.begin();
  insert(tx, "a");
  tx.commit();
  CHECK(count(db) == 1);
}

TEST_CASE_FIXTURE(Samples, "rollback, and a transaction that is dropped: nothing stays") {
  {
    Transaction tx = db.begin();
    insert(tx, "a");
    tx.rollback();
  }
  {
    Transaction tx = db.begin();
    insert(tx, "b");
  }
  CHECK(count(db) == 0);
}

TEST_CASE_FIXTURE(Samples, "transaction: commits what the closure did and returns its result") {
  const auto id = db.transaction([&](Transaction& tx) {
    insert(tx, "a");
    return std::string("a");
  });
  CHECK(db.fetch_one<Sample>(sample_by_id, id).id == "a");
}

TEST_CASE_FIXTURE(Samples, "transaction: an exception rolls back and is the same object outside") {
  const void* thrown = nullptr;
  try {
    db.transaction([&](Transaction& tx) {
      insert(tx, "a");
      try {
        throw std::runtime_error("mine");
      } catch (const std::runtime_error& e) {
        thrown = &e;
        throw;
      }
    });
    FAIL("nothing was thrown");
  } catch (const std::runtime_error& e) {
    CHECK(&e == thrown);
  }
  CHECK_THROWS_AS(db.transaction([&](Transaction& tx) {
    insert(tx, "b");
    throw Refusal{};
  }),
                  Refusal);
  CHECK(count(db) == 0);
}

TEST_CASE_FIXTURE(Samples, "the first error of the engine poisons: later calls and commit throw") {
  insert(db, "a");
  Transaction tx = db.begin();
  insert(tx, "b");
  CHECK_THROWS_AS(insert(tx, "a"), Duplicate);
  CHECK_THROWS_AS((void)count(tx), TransactionAborted);
  CHECK_THROWS_AS(insert(tx, "c"), TransactionAborted);
  CHECK_THROWS_AS(tx.nested([](Transaction&) {}), TransactionAborted);
  CHECK_THROWS_AS(tx.commit(), TransactionAborted);
  CHECK_THROWS_AS(tx.commit(), LogicError);
  CHECK(count(db) == 1);
}

TEST_CASE_FIXTURE(Samples,
                  "a poisoned transaction of a closure leaves nothing, also if it is caught") {
  insert(db, "a");
  CHECK_THROWS_AS(db.transaction([&](Transaction& tx) {
    insert(tx, "b");
    try {
      insert(tx, "a");
    } catch (const Duplicate&) {
    }
  }),
                  TransactionAborted);
  CHECK(count(db) == 1);
}

TEST_CASE_FIXTURE(Samples, "what the engine did not refuse does not poison") {
  db.transaction([&](Transaction& tx) {
    CHECK_THROWS_AS((void)tx.fetch_one<Sample>(sample_by_id, "nobody"), NotFound);
    CHECK_THROWS_AS(tx.execute(sample_rename, "one argument"), InvalidArgument);
    CHECK_THROWS_AS((void)tx.fetch_one<Sample>("SELECT id FROM samples"), MappingError);
    insert(tx, "a");
  });
  CHECK(count(db) == 1);
}

TEST_CASE_FIXTURE(Samples, "nested: an error inside is undone and leaves the rest usable") {
  db.transaction([&](Transaction& tx) {
    insert(tx, "a");
    CHECK_THROWS_AS(tx.nested([&](Transaction& inner) {
      insert(inner, "b");
      insert(inner, "a");
    }),
                    Duplicate);
    CHECK(count(tx) == 1);
    tx.nested([&](Transaction& inner) { insert(inner, "c"); });
  });
  CHECK(db.fetch_all<std::string>("SELECT id FROM samples ORDER BY id") ==
        std::vector<std::string>{"a", "c"});
}

TEST_CASE_FIXTURE(Samples, "nested: levels within levels, the inner one poisoned and caught") {
  db.transaction([&](Transaction& tx) {
    insert(tx, "a");
    tx.nested([&](Transaction& second) {
      insert(second, "b");
      CHECK_THROWS_AS(second.nested([&](Transaction& third) {
        insert(third, "c");
        CHECK_THROWS_AS(insert(third, "a"), Duplicate);
        insert(third, "d");
      }),
                      TransactionAborted);
      insert(second, "e");
    });
  });
  CHECK(db.fetch_all<std::string>("SELECT id FROM samples ORDER BY id") ==
        std::vector<std::string>{"a", "b", "e"});
}

TEST_CASE_FIXTURE(Samples, "nested: the outer transaction must not be used meanwhile") {
  db.transaction([&](Transaction& tx) {
    tx.nested([&](Transaction& inner) {
      CHECK_THROWS_AS(insert(tx, "a"), LogicError);
      CHECK_THROWS_AS(tx.commit(), LogicError);
      insert(inner, "b");
    });
  });
  CHECK(count(db) == 1);
}

TEST_CASE_FIXTURE(Samples, "misuse: ended twice, used after the end, begun inside") {
  Transaction tx = db.begin();
  tx.commit();
  CHECK_THROWS_AS(tx.commit(), LogicError);
  CHECK_THROWS_AS(tx.rollback(), LogicError);
  CHECK_THROWS_AS(insert(tx, "a"), LogicError);
  Transaction second = db.begin();
  CHECK_THROWS_AS((void)second.begin(), LogicError);
  Transaction third = std::move(second);
  CHECK_THROWS_AS(insert(second, "a"), LogicError);  // NOLINT(bugprone-use-after-move)
  third.rollback();
  CHECK_THROWS_AS(third.rollback(), LogicError);
}

TEST_CASE_FIXTURE(Samples, "misuse: the database inside its own transaction is told, not a hang") {
  db.transaction([&](Transaction& tx) {
    const auto error = caught<LogicError>(db, [&](Executor& on) { insert(on, "a"); });
    CHECK(std::string_view(error.what()).find("transactions_test.cpp") != std::string_view::npos);
    CHECK_THROWS_AS((void)db.begin(), LogicError);
    insert(tx, "b");
  });
  CHECK(count(db) == 1);
}

TEST_CASE_FIXTURE(Samples,
                  "atomically: a transaction on a database, a savepoint on a transaction") {
  const auto twice = [&](Executor& on) {
    on.atomically([&](Transaction& tx) {
      insert(tx, "a");
      insert(tx, "a");
    });
  };
  CHECK_THROWS_AS(twice(db), Duplicate);
  db.transaction([&](Transaction& tx) {
    CHECK_THROWS_AS(twice(tx), Duplicate);
    insert(tx, "b");
  });
  CHECK(db.fetch_all<std::string>("SELECT id FROM samples") == std::vector<std::string>{"b"});
}

TEST_CASE_FIXTURE(Samples, "read only: reads, and refuses to write") {
  insert(db, "a");
  db.transaction([&](Transaction& tx) { CHECK(count(tx) == 1); }, {.read_only = true});
  CHECK_THROWS_AS(db.transaction([&](Transaction& tx) { insert(tx, "b"); }, {.read_only = true}),
                  ReadOnly);
  insert(db, "c");  // the connection writes again
  CHECK(count(db) == 2);
}

TEST_CASE_FIXTURE(Samples, "isolation: every level is accepted, and reads its own writes") {
  for (const Isolation isolation : {Isolation::engine_default, Isolation::read_committed,
                                    Isolation::repeatable_read, Isolation::serializable}) {
    db.transaction(
        [&](Transaction& tx) {
          insert(tx, "a");
          CHECK(count(tx) == 1);
          tx.execute(sample_delete, "a");
        },
        {.isolation = isolation});
  }
}

TEST_CASE_FIXTURE(Samples, "DDL inside a transaction is undone, or refused where it would commit") {
  const auto create = [](Executor& on) { on.execute("CREATE TABLE passing (id INTEGER)"); };
  if (db.capabilities().transactional_ddl) {
    CHECK_THROWS_AS(db.transaction([&](Transaction& tx) {
      create(tx);
      throw Refusal{};
    }),
                    Refusal);
  } else {
    db.transaction([&](Transaction& tx) {
      insert(tx, "a");
      CHECK_THROWS_AS(create(tx), Unsupported);
    });
    CHECK(count(db) == 1);
  }
  CHECK_THROWS_AS((void)db.fetch_all<int>("SELECT id FROM passing"), UndefinedObject);
}

TEST_CASE_FIXTURE(Samples, "a deadline of a transaction holds for every call in it") {
  CHECK_THROWS_AS((void)db.begin({.deadline = std::chrono::seconds(0)}), InvalidArgument);
  Transaction tx = db.begin({.deadline = std::chrono::hours(1)});
  insert(tx, "a");
  Bounded hurried = tx.with({.deadline = std::chrono::nanoseconds(1)});
  CHECK_THROWS_AS(insert(hurried, "b"), Timeout);
  CHECK_THROWS_AS(tx.commit(), TransactionAborted);
  CHECK(count(db) == 0);
}

TEST_CASE_FIXTURE(Samples,
                  "a wait for another transaction ends with the deadline, nothing stored") {
  if (!shareable()) return;  // one connection is the whole database
  insert(db, "a");
  Database other = open_again();
  Transaction first = db.begin();
  first.execute(sample_rename, "first", "a");
  CHECK_THROWS_AS(
      other.transaction([&](Transaction& tx) { tx.execute(sample_rename, "second", "a"); },
                        {.deadline = std::chrono::milliseconds(50)}),
      Timeout);
  first.commit();
  CHECK(db.fetch_one<Sample>(sample_by_id, "a").note == "first");
}

TEST_SUITE_END();
