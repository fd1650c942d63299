// SPDX-License-Identifier: BSL-1.0
#include "core/pool.hpp"

#include <doctest/doctest.h>

#include <future>
#include <list>

#include "support/fake_session.hpp"

namespace lockstep::detail {
namespace {

using namespace std::chrono_literals;
using tests::failure;
using tests::FakeClock;
using tests::FakeServer;
using tests::FakeSession;

// A pool over a fake engine. Its first connection is open unless `first` is false.
struct Bench {
  FakeServer server;
  FakeClock clock;
  std::shared_ptr<Pool> pool;

  explicit Bench(DatabaseOptions options = {}, bool single = false, bool first = true) {
    options.steady_clock = clock.function();
    pool = std::make_shared<Pool>(server.source(single), std::move(options));
    if (first) pool->open_first();
  }
  Lease acquire(Purpose purpose = Purpose::statement, const Limits& limits = {},
                SourceLocation at = SourceLocation::current()) {
    return pool->acquire(purpose, limits, at);
  }
  std::vector<Lease> acquire_all(int connections, Purpose purpose = Purpose::statement) {
    std::vector<Lease> leases;
    leases.reserve(static_cast<std::size_t>(connections));
    for (int i = 0; i < connections; ++i) leases.push_back(acquire(purpose));
    return leases;
  }
  // So many leases at a time, given back in the order of their opening.
  void fill(int connections) {
    for (Lease& lease : acquire_all(connections)) lease.release();
  }
};

int session_of(const Lease& lease) { return dynamic_cast<FakeSession&>(lease->session()).id(); }

std::string here(SourceLocation at = SourceLocation::current()) {
  return std::string(at.file) + ":" + std::to_string(at.line);
}

// Waits for what another thread is about to do. The limit is for bugs only.
template <class F>
void await(F&& done) {
  const auto limit = std::chrono::steady_clock::now() + 60s;
  while (!done()) {
    if (std::chrono::steady_clock::now() > limit) throw std::runtime_error("awaited in vain");
    std::this_thread::yield();
  }
}

// The error of a call; nullopt if it throws none.
template <class F>
std::optional<Error> error_of(F&& f) {
  try {
    f();
  } catch (const Error& error) {
    return error;
  }
  return std::nullopt;
}

bool contains(const Error& error, std::string_view part) {
  return std::string_view(error.what()).find(part) != std::string_view::npos;
}

// Acquires on a thread of its own, which has its connection or stands in the queue when the
// constructor returns. Keeps the connection until end().
class Caller {
 public:
  explicit Caller(Pool& pool, Purpose purpose = Purpose::statement, Limits limits = {},
                  std::function<void()> on_served = {})
      : result_(served_.get_future()) {
    const std::uint64_t waits = pool.stats().wait_count;
    thread_ = std::thread([this, &pool, purpose, limits = std::move(limits),
                           on_served = std::move(on_served)]() mutable {
      run(pool, purpose, std::move(limits), on_served);
    });
    await([&] {
      return result_.wait_for(0s) == std::future_status::ready || pool.stats().wait_count > waits;
    });
  }
  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;
  ~Caller() { end(); }

  // What acquire threw, once it has returned; nullopt for a connection.
  std::optional<Error> error() { return result_.get(); }
  // Gives the connection back.
  void end() {
    if (!thread_.joinable()) return;
    let_go_.set_value();
    thread_.join();
  }

 private:
  void run(Pool& pool, Purpose purpose, Limits limits, const std::function<void()>& on_served) {
    Lease lease;
    const auto error = error_of([&] {
      lease = pool.acquire(purpose, limits, SourceLocation::current());
      if (on_served) on_served();
    });
    served_.set_value(error);
    let_go_.get_future().wait();
  }

  std::promise<std::optional<Error>> served_;
  std::shared_future<std::optional<Error>> result_;
  std::promise<void> let_go_;
  std::thread thread_;
};

std::uint64_t closed_in_all(const PoolStats& stats) {
  return stats.closed_broken + stats.closed_idle + stats.closed_idle_time + stats.closed_lifetime;
}

}  // namespace

TEST_SUITE_BEGIN("pool");

TEST_CASE("pool: options that are zero are the defaults, negative ones are refused") {
  DatabaseOptions zero;
  zero.max_open_connections = 0;
  zero.max_idle_connections = 0;
  zero.max_lifetime = 0ms;
  zero.max_idle_time = 0ms;
  zero.acquire_timeout = 0ms;
  zero.statement_cache_size = 0;
  FakeServer server;
  const Pool pool(server.source(), zero);
  CHECK(pool.options().max_open_connections == 25);
  CHECK(pool.options().max_idle_connections == 5);
  CHECK(pool.options().max_lifetime == 5min);
  CHECK(pool.options().max_idle_time == 5min);
  CHECK(pool.options().acquire_timeout == 30s);
  CHECK(pool.options().statement_cache_size == 256);
  CHECK(pool.stats().max_open_connections == 25);
  DatabaseOptions negative;
  negative.max_idle_time = -1ms;
  const auto error = error_of([&] { const Pool refused(server.source(), negative); });
  REQUIRE(error);
  CHECK(error->kind() == ErrorKind::invalid_argument);
  CHECK(contains(*error, "max_idle_time must not be negative"));
}

TEST_CASE("pool: the longest durations mean for ever") {
  DatabaseOptions options;
  options.max_lifetime = std::chrono::milliseconds::max();
  options.max_idle_time = std::chrono::milliseconds::max();
  options.acquire_timeout = std::chrono::milliseconds::max();
  Bench bench(options);
  bench.clock.advance(std::chrono::hours(24 * 365));
  CHECK(session_of(bench.acquire()) == 1);
  Limits limits;
  limits.deadline = std::chrono::steady_clock::now() + 1ms;
  bench.server.opening.close();
  const Lease held = bench.acquire();
  const auto error =
      error_of([&] { static_cast<void>(bench.acquire(Purpose::statement, limits)); });
  bench.server.opening.open();
  REQUIRE(error);
  CHECK(error->kind() == ErrorKind::timeout);
}

TEST_CASE("pool: lends the idle connection that was used last") {
  Bench bench;
  Lease first = bench.acquire();
  Lease second = bench.acquire();
  Lease third = bench.acquire();
  const int last = session_of(second);
  first.release();
  third.release();
  second.release();
  CHECK(session_of(bench.acquire()) == last);
  CHECK(session_of(bench.acquire()) == last);
  CHECK(bench.server.counts().opens == 3);
}

TEST_CASE("pool: who waits longest is served first") {
  constexpr int callers = 6;
  DatabaseOptions options;
  options.max_open_connections = 1;
  Bench bench(options);
  Caller holder(*bench.pool);
  std::vector<int> order;  // handed from thread to thread with the connection
  std::list<Caller> queue;
  for (int i = 0; i < callers; ++i) {
    queue.emplace_back(*bench.pool, Purpose::statement, Limits{},
                       [&order, i] { order.push_back(i); });
  }
  holder.end();
  for (Caller& caller : queue) caller.end();
  CHECK(order == std::vector<int>{0, 1, 2, 3, 4, 5});
  CHECK(bench.server.counts().opens == 1);
  CHECK(bench.pool->stats().wait_count == callers);
}

TEST_CASE("pool: a newcomer does not overtake those who wait") {
  DatabaseOptions options;
  options.max_open_connections = 2;
  Bench bench(options);
  Caller holder(*bench.pool);
  bench.server.opening.close();  // what opens now does not come
  std::vector<int> order;
  Caller first(*bench.pool, Purpose::statement, {}, [&order] { order.push_back(1); });
  Caller second(*bench.pool, Purpose::statement, {}, [&order] { order.push_back(2); });
  holder.end();
  first.end();
  second.end();
  CHECK(order == std::vector<int>{1, 2});
  bench.server.opening.open();
}

TEST_CASE("pool: never more connections than max_open, whatever threads do") {
  constexpr int threads = 8;
  constexpr int leases = 2000;
  DatabaseOptions options;
  options.max_open_connections = 3;
  options.max_idle_connections = 3;  // none is closed, so the server sees no more than are lent
  Bench bench(options);
  std::atomic<int> in_use{0};
  std::atomic<int> most_in_use{0};
  std::atomic<int> errors{0};
  std::vector<std::thread> workers(threads);
  for (std::thread& worker : workers) {
    worker = std::thread([&] {
      for (int n = 0; n < leases; ++n) {
        const auto error = error_of([&] {
          const Lease lease = bench.acquire();
          const int now = ++in_use;
          for (int most = most_in_use;
               now > most && !most_in_use.compare_exchange_weak(most, now);) {
          }
          --in_use;
        });
        if (error) ++errors;
      }
    });
  }
  for (std::thread& worker : workers) worker.join();
  CHECK(errors == 0);
  CHECK(most_in_use <= 3);
  CHECK(bench.server.counts().most_open <= 3);
  bench.pool->close();  // joins the connector, so that nothing changes any more
  const PoolStats stats = bench.pool->stats();
  CHECK(stats.acquired == threads * leases);
  CHECK(stats.wait_count <= stats.acquired);
  CHECK(stats.timeouts == 0);
  CHECK(stats.in_use == 0);
  CHECK(stats.open == 0);
  const auto counts = bench.server.counts();
  CHECK(counts.opens == counts.closes);
  CHECK(stats.opened == static_cast<std::uint64_t>(counts.opens));
}

TEST_CASE("pool: stats add up") {
  DatabaseOptions options;
  options.max_open_connections = 4;
  options.max_idle_connections = 2;
  Bench bench(options);
  std::vector<Lease> leases = bench.acquire_all(4);
  PoolStats stats = bench.pool->stats();
  CHECK(stats.max_open_connections == 4);
  CHECK(stats.open == 4);
  CHECK(stats.in_use == 4);
  CHECK(stats.idle == 0);
  CHECK(stats.acquired == 4);
  CHECK(stats.wait_count == 3);
  CHECK(stats.wait_time > 0ns);
  CHECK(stats.opened == 4);
  leases.clear();
  stats = bench.pool->stats();
  CHECK(stats.open == 2);
  CHECK(stats.idle == 2);
  CHECK(stats.in_use == 0);
  CHECK(stats.closed_idle == 2);
  CHECK(stats.opened - closed_in_all(stats) == 2);
  CHECK(bench.server.counts().closes == 2);
}

TEST_CASE("pool: of more than max_idle connections the ones used last are kept") {
  DatabaseOptions options;
  options.max_idle_connections = 2;
  Bench bench(options);
  std::vector<Lease> leases = bench.acquire_all(4);
  for (const std::size_t i : {2U, 0U, 3U, 1U}) leases[i].release();
  CHECK(bench.pool->stats().closed_idle == 2);
  const Lease newest = bench.acquire();
  const Lease older = bench.acquire();
  CHECK(session_of(newest) == 2);
  CHECK(session_of(older) == 4);
}

TEST_CASE("pool: a connection that nobody waits for any more is not kept beyond max_idle") {
  DatabaseOptions options;
  options.max_open_connections = 2;
  options.max_idle_connections = 1;
  Bench bench(options);
  Caller holder(*bench.pool);
  bench.server.opening.close();
  Caller waiter(*bench.pool);
  bench.server.opening.await_visitor();
  holder.end();  // serves the waiter, while the new connection is on its way
  waiter.end();
  CHECK(bench.pool->stats().idle == 1);
  bench.server.opening.open();
  await([&] { return bench.server.counts().closes == 1; });
  const PoolStats stats = bench.pool->stats();
  CHECK(stats.opened == 2);
  CHECK(stats.closed_idle == 1);
  CHECK(stats.idle == 1);
}

TEST_CASE("pool: a connection is retired at the end of its lifetime") {
  DatabaseOptions options;
  options.max_lifetime = 100s;
  options.max_idle_time = 1000s;
  Bench bench(options);
  bench.clock.advance(89s);  // the lifetime is shortened by a tenth at most
  CHECK(session_of(bench.acquire()) == 1);
  bench.clock.advance(11s);
  CHECK(session_of(bench.acquire()) == 2);
  CHECK(bench.pool->stats().closed_lifetime == 1);
  CHECK(bench.server.counts().closes == 1);
  CHECK(bench.server.counts().pings == 1);  // only the one that was not yet too old
}

TEST_CASE("pool: a connection that grew too old in use is closed when it comes back") {
  DatabaseOptions options;
  options.max_lifetime = 100s;
  Bench bench(options);
  Lease lease = bench.acquire();
  bench.clock.advance(100s);
  lease.release();
  CHECK(bench.pool->stats().closed_lifetime == 1);
  CHECK(bench.pool->stats().open == 0);
  CHECK(session_of(bench.acquire()) == 2);
}

TEST_CASE("pool: whoever waits gets a new connection when an old one is retired") {
  DatabaseOptions options;
  options.max_open_connections = 1;
  options.max_lifetime = 100s;
  Bench bench(options);
  Caller holder(*bench.pool);
  Caller waiter(*bench.pool);
  bench.clock.advance(100s);
  holder.end();
  CHECK(!waiter.error());
  CHECK(bench.server.counts().opens == 2);
}

TEST_CASE("pool: a connection is retired after max_idle_time without use") {
  DatabaseOptions options;
  options.max_lifetime = 1000s;
  options.max_idle_time = 60s;
  Bench bench(options);
  bench.clock.advance(60s);
  CHECK(session_of(bench.acquire()) == 1);
  bench.clock.advance(60s + 1ms);
  CHECK(session_of(bench.acquire()) == 2);
  CHECK(bench.pool->stats().closed_idle_time == 1);
}

TEST_CASE("pool: idle connections whose time is over are closed without anybody asking") {
  DatabaseOptions options;
  options.max_open_connections = 2;
  options.max_idle_time = 60s;
  Bench bench(options);
  Caller holder(*bench.pool);
  bench.server.opening.close();
  Caller waiter(*bench.pool);
  bench.server.opening.await_visitor();
  holder.end();
  waiter.end();
  bench.clock.advance(61s);
  bench.server.opening.open();  // the connector goes on, and looks after the idle ones
  await([&] { return bench.server.counts().closes == 1; });
  const PoolStats stats = bench.pool->stats();
  CHECK(stats.closed_idle_time == 1);
  CHECK(stats.idle == 1);
}

TEST_CASE("pool: an idle connection is asked whether it lives after more than a second") {
  Bench bench;
  bench.acquire().release();
  bench.clock.advance(1000ms);
  bench.acquire().release();
  CHECK(bench.server.counts().pings == 0);
  bench.clock.advance(1001ms);
  bench.acquire().release();
  CHECK(bench.server.counts().pings == 1);
  bench.acquire().release();
  CHECK(bench.server.counts().pings == 1);
  CHECK(bench.server.counts().opens == 1);
}

TEST_CASE("pool: nobody is kept from the pool while a connection is asked") {
  Bench bench;
  bench.fill(2);
  bench.clock.advance(2s);
  bench.server.pinging.close();
  std::promise<int> asked;
  std::thread thread([&] { asked.set_value(session_of(bench.acquire())); });
  bench.server.pinging.await_visitor();
  CHECK(bench.pool->stats().in_use == 1);
  CHECK(bench.pool->stats().idle == 1);
  bench.server.pinging.open();
  thread.join();
  CHECK(asked.get_future().get() == 2);
}

TEST_CASE("pool: after a restart no dead connection is lent") {
  Bench bench;
  bench.fill(3);
  bench.clock.advance(2s);
  bench.server.restart();
  const Lease lease = bench.acquire();
  CHECK(session_of(lease) == 4);
  CHECK(bench.server.counts().pings == 1);  // one told of all
  CHECK(bench.server.counts().closes == 3);
  CHECK(bench.pool->stats().closed_broken == 3);
}

TEST_CASE("pool: a connection that the peer has closed is not lent, however short it was idle") {
  Bench bench;
  bench.fill(3);
  bench.server.close_links(true);
  bench.server.restart();
  CHECK(session_of(bench.acquire()) == 4);
  CHECK(bench.server.counts().pings == 0);  // nobody had to be asked
  CHECK(bench.pool->stats().closed_broken == 3);
}

TEST_CASE("pool: one dead connection retires older idle ones, not newer ones") {
  Bench bench;
  std::vector<Lease> leases;
  for (int i = 0; i < 3; ++i) {
    leases.push_back(bench.acquire());
    bench.clock.advance(1s);
  }
  for (const std::size_t i : {0U, 2U, 1U}) leases[i].release();
  bench.clock.advance(2s);
  bench.server.kill(2);
  CHECK(session_of(bench.acquire()) == 3);
  CHECK(bench.pool->stats().closed_broken == 2);
  CHECK(bench.server.counts().pings == 2);
}

TEST_CASE("pool: a connection that broke in use is dropped, and older idle ones with it") {
  Bench bench;
  bench.fill(3);
  Lease lease = bench.acquire();
  bench.server.restart();
  CHECK_THROWS_AS(lease->run(Query("SELECT 1"), {}), ConnectionLost);
  lease.release();
  CHECK(bench.pool->stats().open == 0);
  CHECK(bench.pool->stats().closed_broken == 3);
  CHECK(session_of(bench.acquire()) == 4);
}

TEST_CASE("pool: an error of the engine is no reason to drop a connection") {
  Bench bench;
  Lease lease = bench.acquire();
  bench.server.fail("SELECT", failure(ErrorKind::syntax));
  CHECK_THROWS_AS(lease->run(Query("SELECT 1"), {}), SyntaxError);
  lease.release();
  CHECK(session_of(bench.acquire()) == 1);
}

TEST_CASE("pool: a connection that cannot be cleaned is dropped, alone") {
  Bench bench;
  bench.fill(2);
  CHECK(bench.server.counts().resets == 2);
  Lease lease = bench.acquire();
  bench.server.answer_resets(false);
  lease.release();
  bench.server.answer_resets(true);
  CHECK(bench.pool->stats().closed_broken == 1);
  CHECK(bench.pool->stats().idle == 1);
  CHECK(session_of(bench.acquire()) == 1);
}

TEST_CASE("pool: a transaction that its user left open is rolled back before the next lease") {
  Bench bench;
  Lease lease = bench.acquire(Purpose::transaction);
  lease->begin({}, {}, SourceLocation::current());
  lease.release();
  CHECK(bench.server.commands() == std::vector<std::string>{"BEGIN", "ROLLBACK"});
  CHECK(bench.server.counts().resets == 1);
  CHECK(session_of(bench.acquire()) == 1);
}

TEST_CASE("pool: whoever waits gets a new connection when a dead one is dropped") {
  DatabaseOptions options;
  options.max_open_connections = 1;
  Bench bench(options);
  Lease lease = bench.acquire();
  Caller waiter(*bench.pool);
  bench.server.answer_resets(false);
  lease.release();
  CHECK(!waiter.error());
  bench.server.answer_resets(true);
  CHECK(bench.server.counts().opens == 2);
}

TEST_CASE("pool: a silent engine does not outlast the caller's deadline") {
  Bench bench;
  bench.fill(2);
  bench.clock.advance(2s);
  bench.server.answer_pings(false);
  Limits limits;
  limits.deadline = std::chrono::steady_clock::now() + 1ms;
  const auto error =
      error_of([&] { static_cast<void>(bench.acquire(Purpose::statement, limits)); });
  REQUIRE(error);
  CHECK(error->kind() == ErrorKind::timeout);
  CHECK(bench.pool->stats().closed_broken == 1);
  CHECK(bench.pool->stats().idle == 1);  // a short deadline proves nothing about the others
}

TEST_CASE("pool: AcquireTimeout names who holds the connections") {
  DatabaseOptions options;
  options.max_open_connections = 2;
  options.acquire_timeout = 1ms;
  Bench bench(options);
  bench.pool->open_first();
  const std::string first_line = here();
  const Lease first = bench.acquire();
  const std::string second_line = here();
  const Lease second = bench.acquire();
  bench.clock.advance(1500ms);
  Caller late(*bench.pool);
  const auto error = late.error();
  REQUIRE(error);
  CHECK(error->kind() == ErrorKind::acquire_timeout);
  CHECK(error->statement() == "acquire");
  const auto line_after = [](const std::string& line) {
    const auto colon = line.rfind(':');
    return line.substr(0, colon + 1) + std::to_string(std::stoi(line.substr(colon + 1)) + 1);
  };
  CAPTURE(error->what());
  CHECK(contains(*error, "no connection within 1 ms: 2 of 2 in use"));
  CHECK(contains(*error, line_after(first_line) + " for 1500 ms"));
  CHECK(contains(*error, line_after(second_line) + " for 1500 ms"));
  CHECK(bench.pool->stats().timeouts == 1);
}

TEST_CASE("pool: AcquireTimeout tells why connecting did not succeed") {
  DatabaseOptions options;
  options.acquire_timeout = 1ms;
  Bench bench(options, false, false);
  bench.server.fail_opens(1'000'000, failure(ErrorKind::connection_lost));
  const auto acquire = [&] { static_cast<void>(bench.acquire()); };
  await([&] { return error_of(acquire) && bench.pool->stats().open_failures > 0; });
  const auto error = error_of(acquire);
  REQUIRE(error);
  CHECK(error->kind() == ErrorKind::acquire_timeout);
  CHECK(contains(*error, "0 of 25 in use"));
  CHECK(contains(*error, "last attempt to connect: cannot connect to fake:: connection lost"));
}

TEST_CASE("pool: acquire ends in time while a connect hangs") {
  DatabaseOptions options;
  options.acquire_timeout = 1ms;
  Bench bench(options, false, false);
  bench.server.opening.close();
  CHECK_THROWS_AS(static_cast<void>(bench.acquire()), AcquireTimeout);
  Limits limits;
  limits.deadline = std::chrono::steady_clock::now() + 1ms;
  CHECK_THROWS_AS(static_cast<void>(bench.acquire(Purpose::statement, limits)), Timeout);
  bench.server.opening.open();
}

TEST_CASE("pool: a thread inside a transaction gets no second connection") {
  Bench bench;
  const std::string line = here();
  Lease transaction = bench.acquire(Purpose::transaction);
  for (const Purpose purpose : {Purpose::statement, Purpose::stream, Purpose::transaction}) {
    const auto error = error_of([&] { static_cast<void>(bench.acquire(purpose)); });
    REQUIRE(error);
    CHECK(error->kind() == ErrorKind::logic_error);
    CHECK(contains(*error, "pool_test.cpp:"));
    CHECK(contains(*error, "use the transaction"));
  }
  CHECK(bench.pool->stats().wait_count == 0);
  Caller other(*bench.pool);
  CHECK(!other.error());
  transaction.release();
  CHECK(bench.acquire());
}

TEST_CASE("pool: a thread that holds a connection may have a second one") {
  Bench bench;
  const Lease stream = bench.acquire(Purpose::stream);
  const Lease statement = bench.acquire();
  CHECK(session_of(stream) != session_of(statement));
}

TEST_CASE("pool: a thread that would wait for itself is told so") {
  struct Row {
    int connections;
    Purpose purpose;
  };
  constexpr std::array<Row, 4> rows{{{1, Purpose::stream},
                                     {1, Purpose::statement},
                                     {2, Purpose::stream},
                                     {3, Purpose::statement}}};
  for (const Row& row : rows) {
    DatabaseOptions options;
    options.max_open_connections = row.connections;
    Bench bench(options);
    const std::vector<Lease> held = bench.acquire_all(row.connections, row.purpose);
    const auto error = error_of([&] { static_cast<void>(bench.acquire()); });
    REQUIRE(error);
    CHECK(error->kind() == ErrorKind::logic_error);
    CHECK(contains(*error, "this thread holds a connection of the same database"));
    CHECK(contains(*error, "pool_test.cpp:"));
  }
}

TEST_CASE("pool: a thread that holds one connection waits for those of others") {
  DatabaseOptions options;
  options.max_open_connections = 2;
  options.acquire_timeout = 1ms;
  Bench bench(options);
  bench.pool->open_first();
  const Lease stream = bench.acquire(Purpose::stream);
  const Caller other(*bench.pool);
  CHECK_THROWS_AS(static_cast<void>(bench.acquire()), AcquireTimeout);
}

TEST_CASE("pool: the first open is tried once and tells what it met") {
  for (const ErrorKind kind : {ErrorKind::unauthenticated, ErrorKind::connection_lost}) {
    Bench bench({}, false, false);
    bench.server.fail_opens(1, failure(kind));
    const auto error = error_of([&] { bench.pool->open_first(); });
    REQUIRE(error);
    CHECK(error->kind() == kind);
    CHECK(contains(*error, "cannot connect to fake:"));
    CHECK(error->engine() == "fake");
    CHECK(error->native_code() == static_cast<int>(kind) + 1);
    CHECK(error->server_message() == "text of the engine");
  }
}

TEST_CASE("pool: what cannot get better is told to all who wait, at once") {
  Bench bench({}, false, false);
  bench.server.opening.close();
  bench.server.fail_opens(1, failure(ErrorKind::unauthenticated));
  std::list<Caller> queue;
  for (int i = 0; i < 3; ++i) queue.emplace_back(*bench.pool);
  bench.server.opening.open();
  for (Caller& caller : queue) {
    const auto error = caller.error();
    REQUIRE(error);
    CHECK(error->kind() == ErrorKind::unauthenticated);
  }
  CHECK(bench.server.counts().failed_opens == 1);
  CHECK(bench.acquire());  // the next one tries again
}

TEST_CASE("pool: each failure that cannot get better has its own kind") {
  for (const ErrorKind kind :
       {ErrorKind::unauthenticated, ErrorKind::undefined_object, ErrorKind::permission_denied,
        ErrorKind::cannot_open, ErrorKind::corrupt, ErrorKind::unknown}) {
    Bench bench({}, false, false);
    bench.server.fail_opens(1, failure(kind));
    const auto error = error_of([&] { static_cast<void>(bench.acquire()); });
    REQUIRE(error);
    CHECK(error->kind() == kind);
    CHECK(bench.pool->stats().open_failures == 1);
  }
}

TEST_CASE("pool: a failure that may pass is tried again") {
  for (const ErrorKind kind : {ErrorKind::connection_lost, ErrorKind::too_many_connections,
                               ErrorKind::timeout, ErrorKind::busy}) {
    std::atomic<int> warnings{0};
    DatabaseOptions options;
    options.warning = [&warnings](std::string_view text) {
      if (text.starts_with("cannot connect to fake:")) ++warnings;
    };
    Bench bench(options, false, false);
    bench.server.fail_opens(2, failure(kind));
    CHECK(bench.acquire());
    CHECK(warnings == 2);
    CHECK(bench.pool->stats().open_failures == 2);
    CHECK(bench.pool->stats().opened == 1);
  }
}

TEST_CASE("pool: whatever opening throws reaches the caller") {
  struct Row {
    std::function<void()> hook;
    ErrorKind kind;
  };
  const std::array<Row, 2> rows{
      {{[] { raise(ErrorKind::configuration, "no such charset"); }, ErrorKind::configuration},
       {[] { throw std::runtime_error("of the client library"); }, ErrorKind::unknown}}};
  for (const Row& row : rows) {
    Bench bench({}, false, false);
    bench.server.on_open(row.hook);
    const auto error = error_of([&] { static_cast<void>(bench.acquire()); });
    REQUIRE(error);
    CHECK(error->kind() == row.kind);
    bench.server.on_open({});
    CHECK(bench.acquire());
  }
}

TEST_CASE("pool: a stop token ends the wait") {
  DatabaseOptions options;
  options.max_open_connections = 1;
  Bench bench(options);
  Caller holder(*bench.pool);
  std::stop_source stop;
  Limits limits;
  limits.stop = stop.get_token();
  Caller waiter(*bench.pool, Purpose::statement, limits);
  Caller next(*bench.pool);
  stop.request_stop();
  const auto error = waiter.error();
  REQUIRE(error);
  CHECK(error->kind() == ErrorKind::cancelled);
  CHECK(error->statement() == "acquire");
  Caller stopped(*bench.pool, Purpose::statement, limits);
  CHECK(stopped.error()->kind() == ErrorKind::cancelled);
  holder.end();  // the connection goes to who still waits
  CHECK(!next.error());
}

TEST_CASE("pool: a deadline ends the wait") {
  DatabaseOptions options;
  options.max_open_connections = 1;
  Bench bench(options);
  Caller holder(*bench.pool);
  Limits limits;
  limits.deadline = std::chrono::steady_clock::now() + 1ms;
  Caller waiter(*bench.pool, Purpose::statement, limits);
  const auto error = waiter.error();
  REQUIRE(error);
  CHECK(error->kind() == ErrorKind::timeout);
  CHECK(contains(*error, "deadline passed while waiting for a connection: 1 of 1 in use"));
  CHECK(bench.pool->stats().timeouts == 0);
}

TEST_CASE("pool: close ends all waits and refuses new calls") {
  DatabaseOptions options;
  options.max_open_connections = 1;
  Bench bench(options);
  Caller holder(*bench.pool);
  Caller first(*bench.pool);
  Caller second(*bench.pool);
  bench.pool->close();
  CHECK(first.error()->kind() == ErrorKind::closed);
  CHECK(second.error()->kind() == ErrorKind::closed);
  const auto error = error_of([&] { static_cast<void>(bench.acquire()); });
  REQUIRE(error);
  CHECK(error->kind() == ErrorKind::closed);
  CHECK(contains(*error, "fake:"));
  CHECK(bench.server.counts().closes == 0);
  holder.end();
  CHECK(bench.server.counts().closes == 1);
}

TEST_CASE("pool: close closes idle connections at once, lent ones when they come back") {
  Bench bench;
  bench.fill(3);
  Lease lease = bench.acquire();
  bench.pool->close();
  bench.pool->close();
  CHECK(bench.server.counts().closes == 2);
  lease->run(Query("SELECT 1"), {});  // goes on working
  lease.release();
  CHECK(bench.server.counts().closes == 3);
  CHECK(bench.pool->stats().open == 0);
  CHECK(closed_in_all(bench.pool->stats()) == 0);
}

TEST_CASE("pool: a lease may outlive everything but its connection") {
  Bench bench;
  Lease lease = bench.acquire();
  bench.pool->close();
  bench.pool.reset();
  lease->run(Query("SELECT 1"), {});
  CHECK(bench.server.counts().closes == 0);
  lease.release();
  CHECK(bench.server.counts().closes == 1);
}

TEST_CASE("pool: ends with its last owner, connector and all") {
  Bench bench;
  bench.fill(3);
  bench.pool.reset();
  CHECK(bench.server.counts().closes == 3);
}

TEST_CASE("pool: a connection that opens while the pool closes is closed") {
  Bench bench({}, false, false);
  bench.server.opening.close();
  Caller waiter(*bench.pool);
  bench.server.opening.await_visitor();
  std::thread closer([&] { bench.pool->close(); });
  CHECK(waiter.error()->kind() == ErrorKind::closed);
  bench.server.opening.open();
  closer.join();
  CHECK(bench.server.counts().opens == 1);
  CHECK(bench.server.counts().closes == 1);
  CHECK(bench.pool->stats().open == 0);
}

TEST_CASE("pool: a caller that is asking a connection when the pool closes gets Closed") {
  Bench bench;
  bench.clock.advance(2s);
  bench.server.pinging.close();
  std::optional<Error> error;
  std::thread thread([&] { error = error_of([&] { static_cast<void>(bench.acquire()); }); });
  bench.server.pinging.await_visitor();
  bench.pool->close();
  bench.server.pinging.open();
  thread.join();
  REQUIRE(error);
  CHECK(error->kind() == ErrorKind::closed);
  CHECK(bench.server.counts().closes == 1);
}

TEST_CASE("pool: a caller that is closing an old connection when the pool closes gets Closed") {
  DatabaseOptions options;
  options.max_idle_time = 60s;
  Bench bench(options);
  bench.clock.advance(61s);
  bench.server.closing.close();
  std::optional<Error> error;
  std::thread thread([&] { error = error_of([&] { static_cast<void>(bench.acquire()); }); });
  bench.server.closing.await_visitor();
  CHECK(bench.pool->stats().open == 0);  // the pool is not locked while an engine is spoken to
  bench.pool->close();
  bench.server.closing.open();
  thread.join();
  REQUIRE(error);
  CHECK(error->kind() == ErrorKind::closed);
}

TEST_CASE("pool: one connection that is the database is never retired and has no second") {
  DatabaseOptions options;
  options.max_open_connections = 8;
  options.max_lifetime = 10s;
  options.max_idle_time = 10s;
  Bench bench(options, true);
  CHECK(bench.pool->stats().max_open_connections == 8);
  bench.clock.advance(std::chrono::hours(24));
  Lease lease = bench.acquire();
  CHECK(session_of(lease) == 1);
  Caller waiter(*bench.pool);
  CHECK(bench.pool->stats().open == 1);
  CHECK_THROWS_AS(static_cast<void>(bench.acquire()), LogicError);
  bench.clock.advance(std::chrono::hours(24));
  lease.release();
  CHECK(!waiter.error());
  waiter.end();
  CHECK(session_of(bench.acquire()) == 1);
  CHECK(bench.server.counts().opens == 1);
  CHECK(bench.server.counts().closes == 0);
}

TEST_CASE("pool: callers, cancellations and restarts at the same time lose nothing") {
  constexpr std::uint32_t seed = 31337;
  CAPTURE(seed);
  DatabaseOptions options;
  options.max_open_connections = 2;
  options.max_idle_connections = 1;
  Bench bench(options);
  std::atomic<int> unexpected{0};
  std::atomic<std::uint64_t> served{0};
  std::vector<std::thread> workers;
  for (std::uint32_t i = 0; i < 6; ++i) {
    workers.emplace_back([&, i] {
      std::minstd_rand random(seed + i);
      for (int n = 0; n < 500; ++n) {
        std::stop_source stop;
        Limits limits;
        limits.stop = stop.get_token();
        if (random() % 8 == 0) stop.request_stop();
        if (random() % 8 == 0) limits.deadline = std::chrono::steady_clock::now();
        if (random() % 50 == 0) bench.server.restart();
        if (random() % 20 == 0) bench.clock.advance(2s);
        const auto error = error_of([&] {
          const Lease lease = bench.acquire(Purpose::statement, limits);
          ++served;
          if (random() % 4 == 0) lease->run(Query("SELECT 1"), {});
        });
        if (error && error->kind() != ErrorKind::cancelled && error->kind() != ErrorKind::timeout &&
            error->kind() != ErrorKind::connection_lost) {
          ++unexpected;
        }
      }
    });
  }
  for (std::thread& worker : workers) worker.join();
  CHECK(unexpected == 0);
  bench.pool->close();
  const PoolStats stats = bench.pool->stats();
  CHECK(stats.acquired == served);
  CHECK(stats.open == 0);
  CHECK(bench.server.counts().opens == bench.server.counts().closes);
}

TEST_SUITE_END();

}  // namespace lockstep::detail
