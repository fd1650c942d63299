// SPDX-License-Identifier: BSL-1.0
#include <algorithm>
#include <atomic>
#include <optional>

#include "chaos/census.hpp"
#include "chaos/crew.hpp"
#include "chaos/server_promises.hpp"

namespace lockstep::chaos {
namespace {

constexpr milliseconds allowed_time{250};
constexpr milliseconds connect_timeout{1000};
// Every so many trials the server stands still, so that the pool is about to connect.
constexpr int frozen_every = 5;

// Every connection of the pool is on loan, in one way or another, and somebody waits for the next.
class Borrowers {
 public:
  explicit Borrowers(Database& db) : db_(db) {
    for (const auto work : {&Borrowers::transact, &Borrowers::read, &Borrowers::sleep}) {
      threads_.emplace_back([this, work] { guard(work); });
    }
    all_lent_.arrive_and_wait();
    for (int i = 0; i < 2; ++i) threads_.emplace_back([this] { guard(&Borrowers::wait); });
    while (db_.stats().wait_count < waits_before_ + 2) std::this_thread::yield();
  }

  void closed() { closed_.store(true), closed_.notify_all(); }
  // Ends the threads: whoever had a connection when it was closed may go on with it.
  [[nodiscard]] std::string end() {
    threads_.clear();
    return wrong_.text();
  }

 private:
  void guard(void (Borrowers::*work)()) {
    try {
      (this->*work)();
    } catch (const std::exception& e) {
      wrong_.add(e.what());
    }
  }

  void transact() {
    Transaction tx = db_.begin();
    static_cast<void>(tx.fetch_value<int>("SELECT 1"));
    all_lent_.arrive_and_wait();
    closed_.wait(false);
    static_cast<void>(tx.fetch_value<int>("SELECT 2"));
    tx.commit();
  }

  void read() {
    int rows = 0;
    for (const int id :
         db_.stream<int>("SELECT a.id FROM chaos_close a CROSS JOIN chaos_close b")) {
      static_cast<void>(id);
      if (++rows != 1) continue;
      all_lent_.arrive_and_wait();
      closed_.wait(false);
    }
    if (rows != 100 * 100) wrong_.add("a stream ended after " + std::to_string(rows) + " rows");
  }

  void sleep() {
    Transaction tx = db_.begin();
    all_lent_.arrive_and_wait();
    tx.execute(db_.dialect().engine == Engine::postgres ? "SELECT pg_sleep(0.05)"
                                                        : "DO SLEEP(0.05)");
    tx.commit();
  }

  void wait() {
    try {
      static_cast<void>(db_.fetch_value<int>("SELECT 1"));
      if (!closed_) wrong_.add("a call got a connection that was not there");
    } catch (const Closed&) {
    }
  }

  Database& db_;
  const std::uint64_t waits_before_ = db_.stats().wait_count;
  std::barrier<> all_lent_{4};
  std::atomic<bool> closed_ = false;
  Complaints wrong_;
  std::vector<std::jthread> threads_;
};

struct Tally {
  milliseconds slowest{0};
  milliseconds slowest_frozen{0};
  Complaints wrong;
};

milliseconds timed_close(Database& db) {
  const auto start = Clock::now();
  db.close();
  return std::chrono::ceil<milliseconds>(Clock::now() - start);
}

void close_once(const Server& server, Tally& tally) {
  Database db = server.open({.max_open_connections = 3, .max_idle_connections = 3});
  Borrowers borrowers(db);
  tally.slowest = std::max(tally.slowest, timed_close(db));
  borrowers.closed();
  if (const std::string wrong = borrowers.end(); !wrong.empty()) tally.wrong.add(wrong);
  try {
    db.ping();
    tally.wrong.add("a closed database answers");
  } catch (const Closed&) {
  }
}

// A thread waits for a connection to a server that does not answer.
void close_frozen(const Server& server, Tally& tally) {
  Database db = server.open({.max_open_connections = 2, .connect_timeout = connect_timeout});
  Transaction tx = db.begin();
  Frozen frozen(server);
  std::jthread waiter([&] {
    try {
      static_cast<void>(db.fetch_value<int>("SELECT 1"));
      tally.wrong.add("a frozen server answers");
    } catch (const Closed&) {
    } catch (const Error& e) {
      tally.wrong.add(describe(e));
    }
  });
  while (db.stats().wait_count == 0) std::this_thread::yield();
  tally.slowest_frozen = std::max(tally.slowest_frozen, timed_close(db));
  waiter.join();
}

}  // namespace

std::vector<Verdict> close_with_leases(const Server& server, const Scale& scale) {
  const int closes = scale.of(20, 200);
  {
    Database db = server.open();
    db.execute("DROP TABLE IF EXISTS chaos_close");
    db.execute("CREATE TABLE chaos_close (id INTEGER NOT NULL)");
    std::vector<int> ids(100);
    db.insert_all("INSERT INTO chaos_close (id) VALUES (?)", ids);
  }
  const Census before = Census::now();
  Tally tally;
  for (int i = 0; i < closes; ++i) {
    i % frozen_every == frozen_every - 1 ? close_frozen(server, tally) : close_once(server, tally);
  }
  const std::string left = leftovers(before, connect_timeout + allowed_time);
  return {{server.name() + ": close() with connections on loan", std::to_string(closes) + " closes",
           "slowest " + std::to_string(tally.slowest.count()) + " ms, with a frozen server " +
               std::to_string(tally.slowest_frozen.count()) + " ms; wrong " +
               std::to_string(tally.wrong.count()) + tally.wrong.text() + "; left open " +
               (left.empty() ? "0 files, 0 threads" : left),
           tally.slowest <= allowed_time && left.empty() && tally.wrong.count() == 0 &&
               tally.slowest_frozen <= connect_timeout + allowed_time}};
}

}  // namespace lockstep::chaos
