// SPDX-License-Identifier: BSL-1.0
#include <algorithm>
#include <functional>

#include "chaos/crew.hpp"
#include "chaos/server_promises.hpp"

namespace lockstep::chaos {
namespace {

constexpr milliseconds deadline{500};
constexpr milliseconds long_deadline{1000};  // of what begins before the server stands still
constexpr milliseconds allowed_overrun{250};
constexpr milliseconds allowed_recovery{1000};
// Longer than the time for which a pool trusts an idle connection.
constexpr milliseconds rest{1100};

// More rows than the sockets can hold.
constexpr const char* endless =
    "SELECT a.id FROM chaos_frozen a CROSS JOIN chaos_frozen b CROSS JOIN chaos_frozen c";

// A pool with connections, and one that has to open another for whoever asks.
struct Pools {
  explicit Pools(const Server& server)
      : wide(server.open({.max_open_connections = 8, .max_idle_connections = 8})),
        narrow(server.open({.max_open_connections = 2, .max_idle_connections = 1})) {
    wide.execute("DROP TABLE IF EXISTS chaos_frozen");
    wide.execute("CREATE TABLE chaos_frozen (id INTEGER PRIMARY KEY, hits INTEGER NOT NULL)");
    std::vector<std::tuple<int, int>> rows;
    for (int i = 1; i <= 200; ++i) rows.emplace_back(i, 0);
    wide.insert_all("INSERT INTO chaos_frozen (id, hits) VALUES (?, ?)", rows);
  }
  Database wide;
  Database narrow;
};

// Where a call meets the server that stands still, in its own thread: it comes back from there when
// the server is frozen.
using Freezing = std::function<void()>;

struct Call {
  std::string_view name;
  ErrorKind kind;  // of its error
  milliseconds limit;
  void (*make)(Pools& pools, const Freezing& freezing);
};

void statement(Pools& pools, const Freezing& freezing) {
  freezing();
  pools.wide.with({.deadline = deadline})
      .execute("UPDATE chaos_frozen SET hits = hits + 1 WHERE id = 1");
}

void ping(Pools& pools, const Freezing& freezing) {
  freezing();
  static_cast<void>(pools.wide.with({.deadline = deadline}).fetch_value<int>("SELECT 1"));
}

void begin(Pools& pools, const Freezing& freezing) {
  freezing();
  const Transaction tx = pools.wide.begin({.deadline = deadline});
}

void acquire(Pools& pools, const Freezing& freezing) {
  freezing();
  static_cast<void>(pools.narrow.with({.deadline = deadline}).fetch_value<int>("SELECT 1"));
}

void commit(Pools& pools, const Freezing& freezing) {
  Transaction tx = pools.wide.begin({.deadline = long_deadline});
  tx.execute("UPDATE chaos_frozen SET hits = hits + 1 WHERE id = 2");
  freezing();
  tx.commit();
}

void stream(Pools& pools, const Freezing& freezing) {
  int rows = 0;
  for (const int id : pools.wide.with({.deadline = long_deadline}).stream<int>(endless)) {
    static_cast<void>(id);
    if (++rows == 10) freezing();
  }
}

// The user gives up, and says so; what the server says to the ROLLBACK is nobody's concern.
void rollback(Pools& pools, const Freezing& freezing) {
  pools.wide.transaction(
      [&](Transaction& tx) {
        tx.execute("UPDATE chaos_frozen SET hits = hits + 1 WHERE id = 3");
        freezing();
        raise(ErrorKind::user_raised, "changed her mind");
      },
      {.deadline = long_deadline});
}

constexpr std::array calls{
    Call{"statement", ErrorKind::timeout, deadline, statement},
    Call{"ping", ErrorKind::timeout, deadline, ping},
    Call{"begin", ErrorKind::timeout, deadline, begin},
    Call{"acquire", ErrorKind::timeout, deadline, acquire},
    Call{"commit", ErrorKind::commit_unknown, long_deadline, commit},
    Call{"rollback", ErrorKind::user_raised, long_deadline, rollback},
    Call{"stream", ErrorKind::timeout, long_deadline, stream},
};

struct Tally {
  std::mutex mutex;
  milliseconds overrun{-1000};  // the worst
  milliseconds recovery{0};
  Complaints late;
  Complaints wrong;
};

milliseconds since(Clock::time_point start) {
  return std::chrono::ceil<milliseconds>(Clock::now() - start);
}

// One call, and how late it came back.
void measure(const Call& call, Pools& pools, std::barrier<>& together, Tally& tally) {
  const bool starts_frozen = call.limit == deadline;
  auto start = Clock::now();
  bool frozen = false;
  const Freezing freezing = [&] {
    together.arrive_and_wait();
    together.arrive_and_wait();
    frozen = true;
    if (starts_frozen) start = Clock::now();
  };
  std::string got = "no error";
  bool right = false;
  try {
    call.make(pools, freezing);
  } catch (const Error& e) {
    got = describe(e);
    right = frozen && e.kind() == call.kind;
  }
  const milliseconds overrun = since(start) - call.limit;
  if (!frozen) freezing();  // the others wait
  if (!right) tally.wrong.add(std::string(call.name) + ": " + got);
  if (overrun > allowed_overrun) {
    tally.late.add(std::string(call.name) + " by " + std::to_string(overrun.count()) + " ms");
  }
  const std::lock_guard lock(tally.mutex);
  tally.overrun = std::max(tally.overrun, overrun);
}

void make_all(const Server& server, Pools& pools, Tally& tally) {
  // The thread that asks for another connection of the narrow pool must not hold one itself.
  Transaction held = pools.narrow.begin();
  std::barrier together(static_cast<std::ptrdiff_t>(calls.size()) + 1);
  std::vector<std::jthread> threads;
  for (const Call& call : calls) {
    threads.emplace_back([&] { measure(call, pools, together, tally); });
  }
  together.arrive_and_wait();
  Frozen frozen(server);
  together.arrive_and_wait();
  threads.clear();
  frozen.thaw();
  const auto thawed = Clock::now();
  held.rollback();
  static_cast<void>(pools.wide.fetch_value<int>("SELECT 1"));
  static_cast<void>(pools.narrow.fetch_value<int>("SELECT 1"));
  tally.recovery = std::max(tally.recovery, since(thawed));
}

// As many connections as the calls take, at the same time.
void fill(Database& db) {
  std::barrier together(6);
  side_by_side(6, [&](int) {
    const Transaction tx = db.begin();
    together.arrive_and_wait();
  });
}

}  // namespace

std::vector<Verdict> frozen_server(const Server& server, const Scale& scale) {
  const int rounds = scale.of(2, 30);
  Pools pools(server);
  Tally tally;
  for (int i = 0; i < rounds; ++i) {
    fill(pools.wide);
    if (i % 2 == 1) std::this_thread::sleep_for(rest);
    make_all(server, pools, tally);
  }
  const int made = rounds * static_cast<int>(calls.size());
  return {
      {server.name() + ": frozen: calls end in time, and work again",
       std::to_string(made) + " calls",
       "late " + std::to_string(tally.late.count()) + tally.late.text() + ", worst by " +
           std::to_string(tally.overrun.count()) + " ms; wrong kind " +
           std::to_string(tally.wrong.count()) + tally.wrong.text() + "; usable after " +
           std::to_string(tally.recovery.count()) + " ms",
       tally.late.count() == 0 && tally.wrong.count() == 0 && tally.recovery <= allowed_recovery}};
}

}  // namespace lockstep::chaos
