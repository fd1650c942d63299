// SPDX-License-Identifier: BSL-1.0
// Transactions with a token, when COMMIT is not answered.
#include <doctest/doctest.h>

#include "lockstep/outcome.hpp"
#include "support/fake_session.hpp"

namespace lockstep {
namespace {

using namespace std::chrono_literals;
using tests::failure;
using tests::FakeServer;

constexpr Sql insert{"test.insert", "INSERT INTO t (n) VALUES (1)"};
constexpr const char* claim = "INSERT INTO lockstep_outcomes";

std::shared_ptr<detail::Pool> open_pool(FakeServer& server) {
  auto pool = std::make_shared<detail::Pool>(server.source(), DatabaseOptions{});
  pool->open_first();
  return pool;
}

// What the work of a call does the first time is written into `first`.
struct Bench {
  FakeServer server;
  Database db = DatabaseOverPool::make(open_pool(server));
  std::function<void()> first = [] {};
  int runs = 0;

  // Inserts a row, and returns the number of the run.
  std::optional<int> call(const TransactionOptions& options = {}) {
    return db.transaction("token-1", [this](Transaction& tx) { return work(tx); }, options);
  }
  int work(Transaction& tx) {
    if (++runs == 1) first();
    tx.execute(insert);
    return runs;
  }
  void lose_commits(int times) {
    for (int i = 0; i < times; ++i) server.fail("COMMIT", failure(ErrorKind::connection_lost));
  }
  // The commands, with "!" for the token's insert and "+" for the work's.
  [[nodiscard]] std::string heard() const {
    std::string out;
    for (const std::string& command : server.commands()) {
      if (!out.empty()) out += "; ";
      out += command.starts_with(claim) ? "!" : command.starts_with("INSERT") ? "+" : command;
    }
    return out;
  }
};

template <class F>
std::optional<ErrorKind> kind_of(F&& f) {
  try {
    f();
  } catch (const Error& error) {
    return error.kind();
  }
  return std::nullopt;
}

}  // namespace

TEST_SUITE_BEGIN("transactions");

TEST_CASE("token: written first, in the transaction of the work") {
  Bench bench;
  CHECK(bench.call() == 1);
  CHECK(bench.heard() == "BEGIN; !; +; COMMIT");
  CHECK(bench.server.commands()[1] ==
        "INSERT INTO lockstep_outcomes (token, created_at) VALUES (?, ?)");
}

TEST_CASE("token: one that is there already, and the work is not run") {
  Bench bench;
  bench.server.fail(claim, failure(ErrorKind::duplicate));
  CHECK_FALSE(bench.call());
  CHECK(bench.runs == 0);
  CHECK(bench.heard() == "BEGIN; !; ROLLBACK");
  CHECK(bench.db.stats().in_use == 0);
}

TEST_CASE("token: text of every kind, with results of every kind") {
  Bench bench;
  const std::string text = "token-1";
  const auto nothing = [](Transaction&) {};
  const bool of_void = bench.db.transaction(text, nothing);
  CHECK(of_void);
  CHECK(bench.db.transaction(std::string_view(text), nothing, {.retries = 1}));
  auto pointer = bench.db.transaction(text, [](Transaction&) { return std::make_unique<int>(3); });
  static_assert(std::is_same_v<decltype(pointer), std::optional<std::unique_ptr<int>>>);
  REQUIRE(pointer);
  CHECK(**pointer == 3);
  const int& number = bench.runs;
  const auto copy = bench.db.transaction(text, [&](Transaction&) -> const int& { return number; });
  static_assert(std::is_same_v<decltype(copy), const std::optional<int>>);
  bench.server.fail(claim, failure(ErrorKind::duplicate));
  CHECK_FALSE(bench.db.transaction("token-1", nothing));
}

TEST_CASE("unknown commit: it had been committed, and the first result is the answer") {
  Bench bench;
  bench.lose_commits(1);
  bench.first = [&] { bench.server.fail(claim, failure(ErrorKind::duplicate)); };
  CHECK(bench.call() == 1);
  CHECK(bench.runs == 1);
  CHECK(bench.heard() == "BEGIN; !; +; COMMIT; BEGIN; !; ROLLBACK");
  CHECK(bench.server.counts().opens == 2);
}

TEST_CASE("unknown commit: of work without a result") {
  Bench bench;
  bench.lose_commits(1);
  CHECK(bench.db.transaction("token-1", [&](Transaction&) {
    bench.server.fail(claim, failure(ErrorKind::duplicate));
  }));
  CHECK(bench.heard() == "BEGIN; !; COMMIT; BEGIN; !; ROLLBACK");
}

TEST_CASE("unknown commit: it had not been committed, and the work runs again") {
  Bench bench;
  bench.lose_commits(1);
  CHECK(bench.call() == 2);
  CHECK(bench.runs == 2);
  CHECK(bench.heard() == "BEGIN; !; +; COMMIT; BEGIN; !; +; COMMIT");
}

TEST_CASE("unknown commit: one that a cancel has ended is settled too") {
  Bench bench;
  NativeError cancelled = failure(ErrorKind::cancelled);
  cancelled.interruption = NativeError::Interruption::cancel;
  bench.server.fail("COMMIT", cancelled, TransactionState::none);
  CHECK(bench.call() == 2);
}

TEST_CASE("unknown commit: the link is lost again while it is settled") {
  for (const bool committed : {true, false}) {
    Bench bench;
    bench.lose_commits(1);
    bench.first = [&] {
      bench.server.fail(claim, failure(ErrorKind::connection_lost));
      bench.server.fail(claim, failure(ErrorKind::connection_lost));
      if (committed) bench.server.fail(claim, failure(ErrorKind::duplicate));
    };
    CHECK(bench.call() == (committed ? 1 : 2));
    CHECK(bench.runs == (committed ? 1 : 2));
    CHECK(bench.heard() == std::string("BEGIN; !; +; COMMIT; BEGIN; !; BEGIN; !; BEGIN; !; ") +
                               (committed ? "ROLLBACK" : "+; COMMIT"));
  }
}

TEST_CASE("unknown commit: any failure is followed by another attempt to settle it") {
  Bench bench;
  bench.lose_commits(1);
  bench.first = [&] {
    bench.server.fail("BEGIN", failure(ErrorKind::too_many_connections));
    bench.server.fail(claim, failure(ErrorKind::busy));
    bench.server.fail(claim, failure(ErrorKind::io_error));
    bench.server.fail(claim, failure(ErrorKind::duplicate));
  };
  CHECK(bench.call() == 1);
  CHECK(bench.runs == 1);
}

TEST_CASE("unknown commit: one that cannot be settled is CommitUnknown after ten attempts") {
  Bench bench;
  bench.lose_commits(1);
  bench.first = [&] {
    for (int i = 0; i < 20; ++i) bench.server.fail(claim, failure(ErrorKind::connection_lost));
  };
  CHECK(kind_of([&] { bench.call(); }) == ErrorKind::commit_unknown);
  CHECK(bench.runs == 1);
  std::string expected = "BEGIN; !; +; COMMIT";
  for (int i = 0; i < 10; ++i) expected += "; BEGIN; !";
  CHECK(bench.heard() == expected);
  CHECK(bench.db.stats().in_use == 0);
}

TEST_CASE("unknown commit: more retries are more attempts to settle it") {
  Bench bench;
  bench.lose_commits(1);
  bench.first = [&] {
    for (int i = 0; i < 11; ++i) bench.server.fail(claim, failure(ErrorKind::connection_lost));
    bench.server.fail(claim, failure(ErrorKind::duplicate));
  };
  CHECK(bench.call({.retries = 12}) == 1);
}

TEST_CASE("unknown commit: one that cannot be settled before the deadline is CommitUnknown") {
  Bench bench;
  bench.lose_commits(1);
  bench.first = [&] { bench.server.outlast_deadline("BEGIN"); };
  CHECK(kind_of([&] { bench.call({.deadline = 500ms}); }) == ErrorKind::commit_unknown);
  CHECK(bench.runs == 1);
  CHECK(bench.heard() == "BEGIN; !; +; COMMIT; BEGIN; ROLLBACK");
}

TEST_CASE("unknown commit: a COMMIT that is lost each time is not sent for ever") {
  Bench bench;
  bench.lose_commits(100);
  CHECK(kind_of([&] { bench.call(); }) == ErrorKind::commit_unknown);
  CHECK(bench.runs == 11);
}

TEST_CASE("unknown commit: once settled, a failure is what it is") {
  Bench bench;
  bench.lose_commits(1);
  const auto work = [&](Transaction& tx) {
    if (++bench.runs == 2) bench.server.fail("INSERT INTO t", failure(ErrorKind::connection_lost));
    tx.execute(insert);
  };
  CHECK(kind_of([&] { bench.db.transaction("token-1", work); }) == ErrorKind::connection_lost);
  CHECK(bench.runs == 2);
}

TEST_CASE("unknown commit: of another transaction, inside the work, is not this one's") {
  Bench bench;
  ErrorInfo info;
  info.kind = ErrorKind::commit_unknown;
  const auto work = [&](Transaction&) {
    ++bench.runs;
    raise(info);
  };
  CHECK(kind_of([&] { bench.db.transaction("token-1", work, {.retries = 5}); }) ==
        ErrorKind::commit_unknown);
  CHECK(bench.runs == 1);
  CHECK(bench.heard() == "BEGIN; !; ROLLBACK");
}

TEST_CASE("token: retries are those of every transaction") {
  Bench bench;
  bench.server.fail(claim, failure(ErrorKind::deadlock));
  bench.server.fail("INSERT INTO t", failure(ErrorKind::serialization));
  CHECK(bench.call({.retries = 2}) == 2);
  CHECK(bench.heard() == "BEGIN; !; ROLLBACK; BEGIN; !; +; ROLLBACK; BEGIN; !; +; COMMIT");
  bench.server.fail(claim, failure(ErrorKind::deadlock));
  CHECK(kind_of([&] { bench.call(); }) == ErrorKind::deadlock);
  bench.server.fail("COMMIT", failure(ErrorKind::foreign_key));
  CHECK(kind_of([&] { bench.call({.retries = 2}); }) == ErrorKind::foreign_key);
}

TEST_CASE("token: refused before anything is sent") {
  Bench bench;
  const auto call = [&](std::string_view token, const TransactionOptions& options = {}) {
    return kind_of([&] { bench.db.transaction(token, [](Transaction&) {}, options); });
  };
  CHECK(call("") == ErrorKind::invalid_argument);
  CHECK(call("token ") == ErrorKind::invalid_argument);
  CHECK(call("\xFF") == ErrorKind::invalid_argument);
  CHECK(call(std::string(256, 't')) == ErrorKind::invalid_argument);
  CHECK(call("token", {.read_only = true}) == ErrorKind::invalid_argument);
  CHECK(call("token", {.retries = -1}) == ErrorKind::invalid_argument);
  CHECK(bench.heard().empty());
}

TEST_SUITE_END();

}  // namespace lockstep
