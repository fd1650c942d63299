// SPDX-License-Identifier: BSL-1.0
#include "lockstep/transaction.hpp"

#include <doctest/doctest.h>

#include <future>
#include <set>
#include <thread>

#include "lockstep/database.hpp"
#include "support/fake_session.hpp"

namespace lockstep {
namespace {

using namespace std::chrono_literals;
using tests::failure;
using tests::FakeServer;
using Commands = std::vector<std::string>;
using Interruption = NativeError::Interruption;

constexpr Sql insert{"test.insert", "INSERT INTO t (n) VALUES (1)"};
constexpr Sql select{"test.select", "SELECT n FROM t"};
constexpr std::string_view insert_text = "INSERT INTO t (n) VALUES (1)";
constexpr std::string_view select_text = "SELECT n FROM t";

// The commands of a transaction, with "+" for the insert and "?" for the select.
std::string heard(const FakeServer& server) {
  std::string out;
  for (const std::string& command : server.commands()) {
    if (!out.empty()) out += "; ";
    out += command == insert_text ? "+" : command == select_text ? "?" : command;
  }
  return out;
}

std::shared_ptr<detail::Pool> pool_over(FakeServer& server, DatabaseOptions options) {
  auto pool = std::make_shared<detail::Pool>(server.source(), std::move(options));
  pool->open_first();
  return pool;
}

struct Bench {
  FakeServer server;
  Database db;

  explicit Bench(DatabaseOptions options = {})
      : db(DatabaseOverPool::make(pool_over(server, std::move(options)))) {}
  [[nodiscard]] std::string heard() const { return lockstep::heard(server); }

  // A transaction whose deadline has passed when this returns, and not before BEGIN was sent.
  Transaction begin_late() {
    for (;;) {
      server.outlast_deadline("BEGIN");
      try {
        return db.begin({.deadline = 5ms});
      } catch (const Timeout&) {  // already over before BEGIN: the machine is busy
      }
    }
  }
};

template <class F>
std::optional<Error> error_of(F&& f) {
  try {
    f();
  } catch (const Error& error) {
    return error;
  }
  return std::nullopt;
}

// The kind of the error that a call throws; nullopt if it throws none.
template <class F>
std::optional<ErrorKind> kind_of(F&& f) {
  const auto error = error_of(std::forward<F>(f));
  return error ? std::optional(error->kind()) : std::nullopt;
}

NativeError interrupted(ErrorKind kind, Interruption interruption) {
  NativeError error = failure(kind);
  error.interruption = interruption;
  return error;
}

// Not an Error, and recognised by its address.
struct Mine : std::exception {};

}  // namespace

TEST_SUITE_BEGIN("transactions");

TEST_CASE("transaction: begin, statements, commit") {
  Bench bench;
  Transaction tx = bench.db.begin();
  tx.execute(insert);
  tx.execute(insert);
  CHECK(bench.db.stats().in_use == 1);
  tx.commit();
  CHECK(bench.heard() == "BEGIN; +; +; COMMIT");
  CHECK(bench.db.stats().in_use == 0);  // at once, not when the object ends
}

TEST_CASE("transaction: rollback undoes") {
  Bench bench;
  Transaction tx = bench.db.begin();
  tx.execute(insert);
  tx.rollback();
  CHECK(bench.heard() == "BEGIN; +; ROLLBACK");
  CHECK(bench.db.stats().in_use == 0);
}

TEST_CASE("transaction: its end without commit rolls back") {
  Bench bench;
  {
    Transaction tx = bench.db.begin();
    tx.execute(insert);
  }
  CHECK(bench.heard() == "BEGIN; +; ROLLBACK");
  CHECK(bench.db.stats().idle == 1);
}

TEST_CASE("transaction: an end that cannot roll back drops the connection and does not throw") {
  Bench bench;
  {
    Transaction tx = bench.db.begin();
    bench.server.fail("ROLLBACK", failure(ErrorKind::io_error));
  }
  CHECK(bench.db.stats().open == 0);
  CHECK(bench.db.stats().closed_broken == 1);
}

TEST_CASE("transaction(fn): commits what returns and hands on its result") {
  Bench bench;
  const auto number = bench.db.transaction([](Transaction& tx) {
    tx.execute(insert);
    return 7;
  });
  CHECK(number == 7);
  bench.db.transaction([](Transaction& tx) { tx.execute(insert); });
  CHECK(bench.db.transaction([](Transaction&) { return std::make_unique<int>(3); }) != nullptr);
  CHECK(bench.heard() == "BEGIN; +; COMMIT; BEGIN; +; COMMIT; BEGIN; COMMIT");
}

TEST_CASE("transaction(fn): throws on the very exception that the closure threw") {
  Bench bench;
  const auto mine = std::make_exception_ptr(Mine());
  ErrorInfo info;
  info.kind = ErrorKind::duplicate;
  const auto ours = std::make_exception_ptr(Duplicate(info));
  info.kind = ErrorKind::serialization;
  const auto retried = std::make_exception_ptr(Serialization(info));
  for (const std::exception_ptr& thrown : {mine, ours, retried, std::make_exception_ptr(42)}) {
    for (const int retries : {0, 2}) {
      try {
        bench.db.transaction([&](Transaction&) { std::rethrow_exception(thrown); },
                             {.retries = retries});
        FAIL_CHECK("nothing was thrown");
      } catch (...) {
        CHECK(std::current_exception() == thrown);
      }
    }
  }
  CHECK(bench.server.commands().back() == "ROLLBACK");
  CHECK(bench.db.stats().in_use == 0);
}

TEST_CASE("nested: throws on the very exception, and undoes its own level only") {
  Bench bench;
  const auto thrown = std::make_exception_ptr(Mine());
  bench.db.transaction([&](Transaction& tx) {
    tx.execute(insert);
    try {
      tx.nested([&](Transaction& inner) {
        inner.execute(insert);
        std::rethrow_exception(thrown);
      });
      FAIL_CHECK("nothing was thrown");
    } catch (...) {
      CHECK(std::current_exception() == thrown);
    }
    tx.execute(insert);
  });
  CHECK(bench.heard() ==
        "BEGIN; +; SAVEPOINT lockstep_2; +; ROLLBACK TO SAVEPOINT lockstep_2; "
        "RELEASE SAVEPOINT lockstep_2; +; COMMIT");
}

TEST_CASE("nested: levels are released from the inside") {
  Bench bench;
  const int result = bench.db.transaction([](Transaction& tx) {
    return tx.nested([](Transaction& second) {
      second.execute(insert);
      return second.nested([](Transaction& third) {
        third.execute(insert);
        return 3;
      });
    });
  });
  CHECK(result == 3);
  CHECK(bench.heard() ==
        "BEGIN; SAVEPOINT lockstep_2; +; SAVEPOINT lockstep_3; +; RELEASE SAVEPOINT lockstep_3; "
        "RELEASE SAVEPOINT lockstep_2; COMMIT");
}

TEST_CASE("nested: can be rolled back without an exception") {
  Bench bench;
  Transaction tx = bench.db.begin();
  CHECK(kind_of([&] { tx.nested([](Transaction& inner) { inner.rollback(); }); }) ==
        ErrorKind::logic_error);  // nested() then commits what has ended
  tx.execute(insert);
  tx.commit();
  CHECK(bench.heard() ==
        "BEGIN; SAVEPOINT lockstep_2; ROLLBACK TO SAVEPOINT lockstep_2; "
        "RELEASE SAVEPOINT lockstep_2; +; COMMIT");
}

TEST_CASE("atomically: a transaction on a database, a savepoint on a transaction") {
  Bench bench;
  const auto operation = [](Executor& executor) {
    return executor.atomically([](Transaction& tx) {
      tx.execute(insert);
      return 5;
    });
  };
  CHECK(operation(bench.db) == 5);
  CHECK(bench.heard() == "BEGIN; +; COMMIT");
  bench.db.transaction([&](Transaction& tx) { CHECK(operation(tx) == 5); });
  CHECK(bench.heard() ==
        "BEGIN; +; COMMIT; BEGIN; SAVEPOINT lockstep_2; +; RELEASE SAVEPOINT lockstep_2; COMMIT");
}

TEST_CASE(
    "poisoning: after an error of the engine statements and commit throw TransactionAborted") {
  Bench bench;
  bench.server.fail("INSERT", failure(ErrorKind::duplicate));
  Transaction tx = bench.db.begin();
  CHECK(kind_of([&] { tx.execute(insert); }) == ErrorKind::duplicate);
  CHECK(kind_of([&] { tx.execute(insert); }) == ErrorKind::transaction_aborted);
  CHECK(kind_of([&] { tx.nested([](Transaction&) {}); }) == ErrorKind::transaction_aborted);
  const auto error = error_of([&] { tx.commit(); });
  REQUIRE(error);
  CHECK(error->kind() == ErrorKind::transaction_aborted);
  CHECK(error->statement() == "commit");
  CHECK(bench.heard() == "BEGIN; +; ROLLBACK");
  CHECK(kind_of([&] { tx.commit(); }) == ErrorKind::logic_error);
  CHECK(bench.db.stats().in_use == 0);
}

TEST_CASE("poisoning: every kind that an engine returns poisons") {
  for (auto kind = ErrorKind::duplicate; kind <= ErrorKind::user_raised;
       kind = static_cast<ErrorKind>(static_cast<int>(kind) + 1)) {
    Bench bench;
    CAPTURE(to_string(kind));
    bench.server.fail("INSERT", failure(kind));
    Transaction tx = bench.db.begin();
    CHECK(kind_of([&] { tx.execute(insert); }) == kind);
    CHECK(kind_of([&] { tx.execute(insert); }) == ErrorKind::transaction_aborted);
    CHECK(kind_of([&] { tx.commit(); }) == ErrorKind::transaction_aborted);
  }
}

TEST_CASE("poisoning: a transaction that swallows an error does not commit") {
  Bench bench;
  bench.server.fail("INSERT", failure(ErrorKind::duplicate));
  CHECK(kind_of([&] {
          bench.db.transaction([](Transaction& tx) {
            CHECK(kind_of([&] { tx.execute(insert); }) == ErrorKind::duplicate);
          });
        }) == ErrorKind::transaction_aborted);
  CHECK(bench.heard() == "BEGIN; +; ROLLBACK");
}

TEST_CASE("poisoning: a poisoned transaction can be rolled back") {
  Bench bench;
  bench.server.fail("INSERT", failure(ErrorKind::duplicate));
  Transaction tx = bench.db.begin();
  CHECK(kind_of([&] { tx.execute(insert); }) == ErrorKind::duplicate);
  CHECK_NOTHROW(tx.rollback());
  CHECK(bench.heard() == "BEGIN; +; ROLLBACK");
}

TEST_CASE("poisoning: what fails in a savepoint poisons the savepoint alone") {
  Bench bench;
  bench.db.transaction([&](Transaction& tx) {
    bench.server.fail("INSERT", failure(ErrorKind::duplicate));
    CHECK(kind_of([&] { tx.nested([](Transaction& inner) { inner.execute(insert); }); }) ==
          ErrorKind::duplicate);
    tx.execute(insert);
  });
  CHECK(bench.heard() ==
        "BEGIN; SAVEPOINT lockstep_2; +; ROLLBACK TO SAVEPOINT lockstep_2; "
        "RELEASE SAVEPOINT lockstep_2; +; COMMIT");
}

TEST_CASE("poisoning: a savepoint that swallows an error is undone and says so") {
  Bench bench;
  bench.db.transaction([&](Transaction& tx) {
    bench.server.fail("INSERT", failure(ErrorKind::check));
    CHECK(kind_of([&] {
            tx.nested([](Transaction& inner) {
              CHECK(kind_of([&] { inner.execute(insert); }) == ErrorKind::check);
              CHECK(kind_of([&] { inner.execute(insert); }) == ErrorKind::transaction_aborted);
            });
          }) == ErrorKind::transaction_aborted);
    tx.execute(insert);
  });
  CHECK(bench.heard() ==
        "BEGIN; SAVEPOINT lockstep_2; +; ROLLBACK TO SAVEPOINT lockstep_2; "
        "RELEASE SAVEPOINT lockstep_2; +; COMMIT");
}

TEST_CASE("poisoning: at the third level, the second goes on") {
  Bench bench;
  bench.db.transaction([&](Transaction& tx) {
    tx.nested([&](Transaction& second) {
      bench.server.fail("INSERT", failure(ErrorKind::not_null));
      CHECK(kind_of([&] { second.nested([](Transaction& third) { third.execute(insert); }); }) ==
            ErrorKind::not_null);
      second.execute(insert);
    });
  });
  CHECK(bench.heard() ==
        "BEGIN; SAVEPOINT lockstep_2; SAVEPOINT lockstep_3; +; ROLLBACK TO SAVEPOINT lockstep_3; "
        "RELEASE SAVEPOINT lockstep_3; +; RELEASE SAVEPOINT lockstep_2; COMMIT");
}

TEST_CASE("poisoning: a savepoint that cannot be made poisons the level around it") {
  Bench bench;
  Transaction tx = bench.db.begin();
  bench.server.fail("SAVEPOINT", failure(ErrorKind::io_error));
  CHECK(kind_of([&] { tx.nested([](Transaction&) {}); }) == ErrorKind::io_error);
  CHECK(kind_of([&] { tx.execute(insert); }) == ErrorKind::transaction_aborted);
}

TEST_CASE("poisoning: a savepoint that cannot be released is undone") {
  Bench bench;
  bench.db.transaction([&](Transaction& tx) {
    bench.server.fail("RELEASE", failure(ErrorKind::foreign_key));
    CHECK(kind_of([&] { tx.nested([](Transaction& inner) { inner.execute(insert); }); }) ==
          ErrorKind::foreign_key);
    tx.execute(insert);
  });
  CHECK(bench.heard() ==
        "BEGIN; SAVEPOINT lockstep_2; +; RELEASE SAVEPOINT lockstep_2; "
        "ROLLBACK TO SAVEPOINT lockstep_2; RELEASE SAVEPOINT lockstep_2; +; COMMIT");
}

TEST_CASE("poisoning: a savepoint that cannot be undone breaks the whole transaction") {
  Bench bench;
  Transaction tx = bench.db.begin();
  bench.server.fail("INSERT", failure(ErrorKind::duplicate));
  bench.server.fail("ROLLBACK TO", failure(ErrorKind::io_error));
  CHECK(kind_of([&] { tx.nested([](Transaction& inner) { inner.execute(insert); }); }) ==
        ErrorKind::duplicate);
  CHECK(kind_of([&] { tx.execute(insert); }) == ErrorKind::transaction_aborted);
  CHECK(kind_of([&] { tx.commit(); }) == ErrorKind::transaction_aborted);
  CHECK(bench.db.stats().closed_broken == 1);
}

TEST_CASE("poisoning: when the engine has ended the transaction all levels are poisoned") {
  Bench bench;
  Transaction tx = bench.db.begin();
  bench.server.fail("INSERT", failure(ErrorKind::deadlock), TransactionState::none);
  CHECK(kind_of([&] {
          tx.nested([](Transaction& second) {
            second.nested([](Transaction& third) { third.execute(insert); });
          });
        }) == ErrorKind::deadlock);
  CHECK(kind_of([&] { tx.execute(insert); }) == ErrorKind::transaction_aborted);
  CHECK(kind_of([&] { tx.commit(); }) == ErrorKind::transaction_aborted);
  // Nothing is left to undo: a ROLLBACK would be an error on some engines.
  CHECK(bench.heard() == "BEGIN; SAVEPOINT lockstep_2; SAVEPOINT lockstep_3; +");
  CHECK(bench.db.stats().idle == 1);
}

TEST_CASE("poisoning: a link lost in a savepoint takes the whole transaction with it") {
  Bench bench;
  Transaction tx = bench.db.begin();
  bench.server.fail("INSERT", failure(ErrorKind::connection_lost));
  CHECK(kind_of([&] { tx.nested([](Transaction& inner) { inner.execute(insert); }); }) ==
        ErrorKind::connection_lost);
  CHECK(kind_of([&] { tx.execute(insert); }) == ErrorKind::transaction_aborted);
  CHECK(kind_of([&] { tx.commit(); }) == ErrorKind::transaction_aborted);
  CHECK(bench.heard() == "BEGIN; SAVEPOINT lockstep_2; +");
  CHECK(bench.db.stats().closed_broken == 1);
}

TEST_CASE("poisoning: an error inside a swallowing savepoint cannot hide that the engine gave up") {
  Bench bench;
  CHECK(kind_of([&] {
          bench.db.transaction([&](Transaction& tx) {
            bench.server.fail("INSERT", failure(ErrorKind::disk_full), TransactionState::none);
            CHECK(kind_of([&] { tx.nested([](Transaction& inner) { inner.execute(insert); }); }) ==
                  ErrorKind::disk_full);
          });
        }) == ErrorKind::transaction_aborted);
  CHECK(bench.heard() == "BEGIN; SAVEPOINT lockstep_2; +");
}

TEST_CASE("poisoning: a transaction that the engine has marked as failed is rolled back") {
  Bench bench;
  bench.server.fail("INSERT", failure(ErrorKind::duplicate), TransactionState::failed);
  CHECK(kind_of([&] { bench.db.transaction([](Transaction& tx) { tx.execute(insert); }); }) ==
        ErrorKind::duplicate);
  CHECK(bench.heard() == "BEGIN; +; ROLLBACK");
}

TEST_CASE("poisoning: what lockstep itself refuses poisons nothing") {
  Bench bench;
  bench.server.answer_rows(2);
  bench.db.transaction([&](Transaction& tx) {
    CHECK(kind_of([&] { tx.execute(insert, 1); }) == ErrorKind::invalid_argument);
    CHECK(kind_of([&] { static_cast<void>(tx.fetch_one<std::int64_t>(select)); }) ==
          ErrorKind::too_many_rows);
    CHECK(kind_of([&] { static_cast<void>(tx.fetch_one<std::string>(select)); }) ==
          ErrorKind::mapping_error);
    bench.server.answer_rows(0);
    CHECK(kind_of([&] { static_cast<void>(tx.fetch_one<std::int64_t>(select)); }) ==
          ErrorKind::not_found);
    tx.execute(insert);
  });
  CHECK(bench.heard() == "BEGIN; ?; ?; ?; +; COMMIT");
}

TEST_CASE("commit: a refusal of the engine rolls back") {
  Bench bench;
  bench.server.fail("COMMIT", failure(ErrorKind::foreign_key));
  Transaction tx = bench.db.begin();
  const auto error = error_of([&] { tx.commit(); });
  REQUIRE(error);
  CHECK(error->kind() == ErrorKind::foreign_key);
  CHECK(error->statement() == "commit");
  CHECK(bench.heard() == "BEGIN; COMMIT; ROLLBACK");
  CHECK(kind_of([&] { tx.commit(); }) == ErrorKind::logic_error);
  CHECK(bench.db.stats().idle == 1);
}

TEST_CASE("commit: a link lost meanwhile leaves the outcome unknown") {
  Bench bench;
  bench.server.fail("COMMIT", failure(ErrorKind::connection_lost));
  int runs = 0;
  CHECK(kind_of([&] { bench.db.transaction([&](Transaction&) { ++runs; }, {.retries = 5}); }) ==
        ErrorKind::commit_unknown);
  CHECK(runs == 1);  // never again: it may have been committed
  CHECK(bench.heard() == "BEGIN; COMMIT");
  CHECK(bench.db.stats().closed_broken == 1);
}

TEST_CASE("commit: a deadline or cancel that ends COMMIT leaves the outcome unknown") {
  for (const Interruption interruption : {Interruption::deadline, Interruption::cancel}) {
    Bench bench;
    bench.server.fail("COMMIT", interrupted(ErrorKind::timeout, interruption),
                      TransactionState::none);
    CHECK(kind_of([&] { bench.db.transaction([](Transaction&) {}, {.retries = 5}); }) ==
          ErrorKind::commit_unknown);
    CHECK(bench.heard() == "BEGIN; COMMIT");
  }
}

TEST_CASE("commit: one that was ended while the transaction is still open has not happened") {
  for (const Interruption interruption : {Interruption::deadline, Interruption::cancel}) {
    Bench bench;
    bench.server.fail("COMMIT", interrupted(ErrorKind::timeout, interruption));
    CHECK(kind_of([&] { bench.db.transaction([](Transaction&) {}); }) == ErrorKind::timeout);
    CHECK(bench.heard() == "BEGIN; COMMIT; ROLLBACK");
  }
}

TEST_CASE("commit: a deadline that has passed before is Timeout and rolls back") {
  Bench bench;
  Transaction tx = bench.begin_late();
  const auto error = error_of([&] { tx.commit(); });
  REQUIRE(error);
  CHECK(error->kind() == ErrorKind::timeout);
  CHECK(error->statement() == "commit");
  CHECK(bench.heard() == "BEGIN; ROLLBACK");
  CHECK(bench.db.stats().idle == 1);
}

TEST_CASE("deadline: one that has passed before a statement is Timeout and poisons") {
  Bench bench;
  Transaction tx = bench.begin_late();
  CHECK(kind_of([&] { tx.execute(insert); }) == ErrorKind::timeout);
  CHECK(kind_of([&] { tx.execute(insert); }) == ErrorKind::transaction_aborted);
  CHECK(kind_of([&] { tx.commit(); }) == ErrorKind::transaction_aborted);
  CHECK(bench.heard() == "BEGIN; ROLLBACK");
}

TEST_CASE("deadline: zero or less is InvalidArgument, before anything is sent") {
  Bench bench;
  for (const std::chrono::nanoseconds deadline : {0ns, -1ns, std::chrono::nanoseconds::min()}) {
    CHECK(kind_of([&] { static_cast<void>(bench.db.begin({.deadline = deadline})); }) ==
          ErrorKind::invalid_argument);
    CHECK(kind_of([&] { bench.db.transaction([](Transaction&) {}, {.deadline = deadline}); }) ==
          ErrorKind::invalid_argument);
    CHECK(kind_of([&] { bench.db.with({.deadline = deadline}).execute(insert); }) ==
          ErrorKind::invalid_argument);
  }
  CHECK(bench.heard().empty());
  bench.db.transaction([](Transaction&) {}, {.deadline = std::chrono::nanoseconds::max()});
  CHECK(bench.heard() == "BEGIN; COMMIT");
}

TEST_CASE("stop token: a statement of a stopped call is Cancelled and poisons") {
  Bench bench;
  std::stop_source stop;
  stop.request_stop();
  Transaction tx = bench.db.begin();
  CHECK(kind_of([&] { tx.with({.stop = stop.get_token()}).execute(insert); }) ==
        ErrorKind::cancelled);
  CHECK(kind_of([&] { tx.execute(insert); }) == ErrorKind::transaction_aborted);
}

TEST_CASE("wrong use: an ended transaction refuses everything") {
  Bench bench;
  for (const bool committed : {true, false}) {
    Transaction tx = bench.db.begin();
    if (committed) {
      tx.commit();
    } else {
      tx.rollback();
    }
    const std::string_view said =
        committed ? "the transaction was committed" : "the transaction was rolled back";
    const auto refused = [&](const std::optional<Error>& error) {
      REQUIRE(error);
      CHECK(error->kind() == ErrorKind::logic_error);
      CHECK(std::string_view(error->what()).find(said) != std::string_view::npos);
    };
    refused(error_of([&] { tx.commit(); }));
    refused(error_of([&] { tx.rollback(); }));
    refused(error_of([&] { tx.execute(insert); }));
    refused(error_of([&] { static_cast<void>(tx.fetch_all<std::int64_t>(select)); }));
    refused(error_of([&] { tx.nested([](Transaction&) {}); }));
  }
  CHECK(bench.heard() == "BEGIN; COMMIT; BEGIN; ROLLBACK");
}

TEST_CASE("wrong use: a transaction does not begin inside a transaction") {
  Bench bench;
  Transaction tx = bench.db.begin();
  CHECK(kind_of([&] { tx.begin(); }) == ErrorKind::logic_error);
  for (const std::string_view text : {"BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT a"}) {
    CHECK(kind_of([&] { tx.execute(text); }) == ErrorKind::logic_error);
  }
  tx.commit();
  CHECK(bench.heard() == "BEGIN; COMMIT");
}

TEST_CASE("wrong use: the outer transaction while a nested one is open") {
  Bench bench;
  bench.db.transaction([](Transaction& tx) {
    tx.nested([&tx](Transaction& inner) {
      CHECK(kind_of([&] { tx.execute(insert); }) == ErrorKind::logic_error);
      CHECK(kind_of([&] { tx.commit(); }) == ErrorKind::logic_error);
      CHECK(kind_of([&] { tx.rollback(); }) == ErrorKind::logic_error);
      CHECK(kind_of([&] { tx.nested([](Transaction&) {}); }) == ErrorKind::logic_error);
      inner.execute(insert);
    });
    tx.execute(insert);
  });
  CHECK(bench.heard() == "BEGIN; SAVEPOINT lockstep_2; +; RELEASE SAVEPOINT lockstep_2; +; COMMIT");
}

TEST_CASE("wrong use: the database itself inside a transaction of the same thread") {
  Bench bench;
  bench.db.transaction([&](Transaction&) {
    const auto error = error_of([&] { bench.db.execute(insert); });
    REQUIRE(error);
    CHECK(error->kind() == ErrorKind::logic_error);
    CHECK(std::string_view(error->what()).find("transaction_test.cpp:") != std::string_view::npos);
    CHECK(kind_of([&] { static_cast<void>(bench.db.begin()); }) == ErrorKind::logic_error);
    CHECK(kind_of([&] { bench.db.ping(); }) == ErrorKind::logic_error);
  });
  CHECK(bench.heard() == "BEGIN; COMMIT");
}

TEST_CASE("wrong use: closures that a transaction was moved out of") {
  Bench bench;
  std::optional<Transaction> kept;
  CHECK(kind_of([&] {
          bench.db.transaction([&kept](Transaction& tx) { kept.emplace(std::move(tx)); });
        }) == ErrorKind::logic_error);
  kept->execute(insert);
  kept->commit();
  CHECK(bench.heard() == "BEGIN; +; COMMIT");
}

TEST_CASE("moved from: the transaction goes on in its new place") {
  Bench bench;
  {
    Transaction first = bench.db.begin();
    first.execute(insert);
    Transaction second = std::move(first);
    CHECK(kind_of([&] { first.execute(insert); }) == ErrorKind::logic_error);  // NOLINT: on purpose
    CHECK(kind_of([&] { first.commit(); }) == ErrorKind::logic_error);
    CHECK(kind_of([&] { first.rollback(); }) == ErrorKind::logic_error);
    CHECK(kind_of([&] { first.nested([](Transaction&) {}); }) == ErrorKind::logic_error);
    CHECK(first.driver() == second.driver());
    second.execute(insert);
    second.commit();
  }
  CHECK(bench.heard() == "BEGIN; +; +; COMMIT");
}

TEST_CASE("moved from: a database refuses every use, and can be closed") {
  Bench bench;
  Database second = std::move(bench.db);
  Database& first = bench.db;  // NOLINT: on purpose
  CHECK(kind_of([&] { first.execute(insert); }) == ErrorKind::logic_error);
  CHECK(kind_of([&] { (void)first.begin(); }) == ErrorKind::logic_error);
  CHECK(kind_of([&] { (void)first.dialect(); }) == ErrorKind::logic_error);
  CHECK(kind_of([&] { (void)first.redacted_url(); }) == ErrorKind::logic_error);
  CHECK(kind_of([&] { (void)first.stats(); }) == ErrorKind::logic_error);
  first.close();
  second.execute(insert);
  CHECK(bench.heard() == "+");
}

TEST_CASE("moved to another thread: the first is free, the second is inside") {
  Bench bench;
  Transaction tx = bench.db.begin();
  std::optional<ErrorKind> inside;
  std::promise<void> used;
  std::promise<void> checked;
  std::thread thread([&, moved = std::move(tx)]() mutable {
    moved.execute(insert);
    inside = kind_of([&] { bench.db.execute(insert); });
    used.set_value();
    checked.get_future().wait();
    moved.commit();
  });
  used.get_future().wait();
  CHECK_NOTHROW(bench.db.execute(select));
  checked.set_value();
  thread.join();
  CHECK(inside == ErrorKind::logic_error);
  CHECK(bench.heard() == "BEGIN; +; ?; COMMIT");
}

TEST_CASE("a transaction may outlive its database") {
  FakeServer server;
  std::optional<Database> db = DatabaseOverPool::make(pool_over(server, {}));
  Transaction tx = db->begin();
  db.reset();
  tx.execute(insert);
  tx.commit();
  CHECK(heard(server) == "BEGIN; +; COMMIT");
  CHECK(server.counts().closes == 1);
}

TEST_CASE("retries: rerun the closure on a new BEGIN, and only for what may pass") {
  const std::set<ErrorKind> rerun{ErrorKind::serialization, ErrorKind::deadlock, ErrorKind::busy,
                                  ErrorKind::connection_lost};
  for (auto kind = ErrorKind::not_found; kind <= ErrorKind::unknown;
       kind = static_cast<ErrorKind>(static_cast<int>(kind) + 1)) {
    Bench bench;
    for (int i = 0; i < 3; ++i) bench.server.fail("INSERT", failure(kind));
    int runs = 0;
    CAPTURE(to_string(kind));
    CHECK(kind_of([&] {
            bench.db.transaction(
                [&runs](Transaction& tx) {
                  ++runs;
                  tx.execute(insert);
                },
                {.retries = 2});
          }) == kind);
    CHECK(runs == (rerun.contains(kind) ? 3 : 1));
    const std::string_view once =
        kind == ErrorKind::connection_lost ? "BEGIN; +" : "BEGIN; +; ROLLBACK";
    std::string expected(once);
    for (int run = 1; run < runs; ++run) expected.append("; ").append(once);
    CHECK(bench.heard() == expected);
  }
}

TEST_CASE("retries: end with the first success") {
  Bench bench;
  bench.server.fail("INSERT", failure(ErrorKind::serialization));
  bench.server.fail("COMMIT", failure(ErrorKind::serialization));
  int runs = 0;
  const int result = bench.db.transaction(
      [&runs](Transaction& tx) {
        tx.execute(insert);
        return ++runs;
      },
      {.retries = 5});
  CHECK(result == 2);  // the first run ended before it counted
  CHECK(bench.heard() == "BEGIN; +; ROLLBACK; BEGIN; +; COMMIT; ROLLBACK; BEGIN; +; COMMIT");
}

TEST_CASE("retries: a failure of BEGIN counts too") {
  Bench bench;
  bench.server.fail("BEGIN", failure(ErrorKind::busy));
  bench.server.fail("BEGIN", failure(ErrorKind::connection_lost));
  int runs = 0;
  bench.db.transaction([&runs](Transaction&) { ++runs; }, {.retries = 2});
  CHECK(runs == 1);
  CHECK(bench.heard() == "BEGIN; BEGIN; BEGIN; COMMIT");
  CHECK(bench.server.counts().opens == 2);
}

TEST_CASE("retries: none unless asked for, and never less than none") {
  Bench bench;
  bench.server.fail("INSERT", failure(ErrorKind::deadlock));
  int runs = 0;
  const auto run = [&](const TransactionOptions& options) {
    return kind_of([&] {
      bench.db.transaction(
          [&runs](Transaction& tx) {
            ++runs;
            tx.execute(insert);
          },
          options);
    });
  };
  CHECK(run({}) == ErrorKind::deadlock);
  CHECK(runs == 1);
  CHECK(run({.retries = -1}) == ErrorKind::invalid_argument);
  CHECK(runs == 1);
}

TEST_CASE("retries: give the connection back while they wait") {
  Bench bench;
  bench.server.fail("INSERT", failure(ErrorKind::serialization));
  bench.db.transaction([](Transaction& tx) { tx.execute(insert); }, {.retries = 1});
  CHECK(bench.db.stats().acquired == 2);
}

TEST_CASE("retries: end at the deadline") {
  Bench bench;
  int runs = 0;
  const auto kind = kind_of([&] {
    bench.db.transaction(
        [&](Transaction&) {
          ++runs;
          raise(ErrorKind::serialization, "always");
        },
        {.retries = 1'000'000'000, .deadline = 20ms});
  });
  // Which one depends on whether the deadline falls into a wait or into a run.
  CHECK((kind == ErrorKind::serialization || kind == ErrorKind::timeout));
  CHECK(bench.db.stats().in_use == 0);
}

TEST_CASE("retries: an exception that is not an Error is not retried") {
  Bench bench;
  int runs = 0;
  const auto run = [&] {
    bench.db.transaction(
        [&runs](Transaction&) {
          ++runs;
          throw Mine();
        },
        {.retries = 3});
  };
  CHECK_THROWS_AS(run(), Mine);
  CHECK(runs == 1);
}

TEST_CASE("begin: an error gives the connection back") {
  Bench bench;
  bench.server.fail("BEGIN", failure(ErrorKind::busy));
  const auto error = error_of([&] { static_cast<void>(bench.db.begin()); });
  REQUIRE(error);
  CHECK(error->kind() == ErrorKind::busy);
  CHECK(error->statement() == "begin");
  CHECK(std::string_view(error->location().file) == __FILE__);
  CHECK(bench.db.stats().in_use == 0);
}

TEST_SUITE_END();

}  // namespace lockstep
