// SPDX-License-Identifier: BSL-1.0
#include <algorithm>
#include <array>
#include <deque>

#include "chaos/crew.hpp"
#include "chaos/server_promises.hpp"

namespace lockstep::chaos {
namespace {

constexpr int writers = 16;
constexpr milliseconds between_restarts{2000};
constexpr milliseconds allowed_recovery{1000};    // until somebody writes again
constexpr milliseconds allowed_starvation{5000};  // until everybody does
constexpr std::size_t allowed_failures = 20;      // of a thread in any second

constexpr Sql insert_sql{"chaos.restarts", "INSERT INTO chaos_restarts (id) VALUES (:id)"};

// What one thread does, and when. Its own mutex: others read while it works.
class Writer {
 public:
  void succeeded() {
    const std::lock_guard lock(mutex_);
    ++written_;
    last_success_ = Clock::now();
  }
  void failed() {
    const std::lock_guard lock(mutex_);
    const auto now = Clock::now();
    ++failures_;
    recent_.push_back(now);
    while (recent_.front() < now - std::chrono::seconds(1)) recent_.pop_front();
    most_in_a_second_ = std::max(most_in_a_second_, recent_.size());
  }
  // The first success after `time`, if there was one; asked again and again.
  [[nodiscard]] bool has_succeeded_after(Clock::time_point time) const {
    const std::lock_guard lock(mutex_);
    return last_success_ > time;
  }
  [[nodiscard]] std::size_t written() const { return written_; }
  [[nodiscard]] std::size_t failures() const { return failures_; }
  [[nodiscard]] std::size_t most_in_a_second() const { return most_in_a_second_; }

 private:
  mutable std::mutex mutex_;
  std::size_t written_ = 0;
  std::size_t failures_ = 0;
  std::size_t most_in_a_second_ = 0;
  std::deque<Clock::time_point> recent_;
  Clock::time_point last_success_;
};

using Writers = std::array<Writer, writers>;

// Tries again at once, whatever happens: not to run hot is the library's part.
void write(Database& db, Writer& writer, Complaints& wrong, const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    try {
      db.execute(insert_sql, 1);
      writer.succeeded();
    } catch (const Error& e) {
      writer.failed();
      if (e.kind() != ErrorKind::connection_lost) wrong.add(describe(e));
    }
  }
}

struct Recovery {
  milliseconds first{0};
  milliseconds all{0};
};

// How long the first and the last thread take to their next success.
Recovery recovery(const Writers& writing) {
  Recovery found;
  const auto start = Clock::now();
  const auto back = [start](const Writer& writer) { return writer.has_succeeded_after(start); };
  const auto since_start = [start] {
    return std::chrono::ceil<milliseconds>(Clock::now() - start);
  };
  while (std::none_of(writing.begin(), writing.end(), back) &&
         since_start() < std::chrono::minutes(1)) {
    std::this_thread::sleep_for(milliseconds(1));
  }
  found.first = since_start();
  while (!std::all_of(writing.begin(), writing.end(), back) &&
         since_start() < std::chrono::minutes(1)) {
    std::this_thread::sleep_for(milliseconds(1));
  }
  found.all = since_start();
  return found;
}

}  // namespace

// In turn by kill -9 and in good order.
std::vector<Verdict> writers_through_restarts(const Server& server, const Scale& scale) {
  const int restarts = scale.of(3, 100);
  Database db = server.open({.max_open_connections = writers, .max_idle_connections = writers});
  db.execute("DROP TABLE IF EXISTS chaos_restarts");
  db.execute("CREATE TABLE chaos_restarts (id INTEGER NOT NULL)");
  Writers all;
  Complaints wrong;
  Recovery slowest;
  {
    std::vector<std::jthread> threads;
    for (Writer& writer : all) {
      threads.emplace_back([&](const std::stop_token& stop) { write(db, writer, wrong, stop); });
    }
    for (int i = 0; i < restarts; ++i) {
      std::this_thread::sleep_for(between_restarts);
      if (i % 2 == 0) server.kill();
      server.restart();
      const Recovery found = recovery(all);
      slowest = {std::max(slowest.first, found.first), std::max(slowest.all, found.all)};
    }
  }
  std::size_t written = 0;
  std::size_t failures = 0;
  std::size_t hottest = 0;
  for (const Writer& writer : all) {
    written += writer.written();
    failures += writer.failures();
    hottest = std::max(hottest, writer.most_in_a_second());
  }
  return {{server.name() + ": 16 writers through restarts", std::to_string(restarts) + " restarts",
           "written " + grouped(written) + ", failed " + grouped(failures) + ", at most " +
               std::to_string(hottest) + " a second and thread, wrong kind " +
               std::to_string(wrong.count()) + wrong.text() + "; first again after " +
               std::to_string(slowest.first.count()) + " ms, all after " +
               std::to_string(slowest.all.count()) + " ms",
           slowest.first <= allowed_recovery && slowest.all <= allowed_starvation &&
               hottest <= allowed_failures && wrong.count() == 0}};
}

}  // namespace lockstep::chaos
