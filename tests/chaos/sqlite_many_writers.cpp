// SPDX-License-Identifier: BSL-1.0
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <memory>
#include <sstream>

#include "chaos/crew.hpp"
#include "chaos/sqlite_file.hpp"
#include "chaos/sqlite_promises.hpp"

namespace lockstep::chaos {
namespace {

constexpr int processes = 8;
constexpr milliseconds work{1};  // of a transaction, beside its statements
constexpr milliseconds time_to_start{1500};
constexpr std::chrono::seconds time_to_end{30};
constexpr double fair = 0.5;  // commits of the slowest for each of the quickest

constexpr Sql read_counter{"chaos.read_counter", "SELECT amount FROM counter WHERE id = 1"};
constexpr Sql set_counter{"chaos.set_counter", "UPDATE counter SET amount = ? WHERE id = 1"};
constexpr Sql insert_entry{"chaos.insert_entry",
                           "INSERT INTO entries (amount, writer) VALUES (?, ?)"};

Clock::time_point at(const std::string& nanoseconds) {
  return Clock::time_point(std::chrono::nanoseconds(std::stoll(nanoseconds)));
}

std::string text_of(Clock::time_point time) {
  return std::to_string(
      std::chrono::floor<std::chrono::nanoseconds>(time.time_since_epoch()).count());
}

void count_one(Transaction& tx, std::int64_t writer) {
  const auto amount = tx.fetch_value<std::int64_t>(read_counter) + 1;
  for (const auto until = Clock::now() + work; Clock::now() < until;) {
  }
  tx.execute_one(set_counter, amount);
  tx.execute(insert_entry, amount, writer);
}

// What the processes have said, a line each: commits, errors, longest wait in ms. Other lines are
// complaints.
struct Reports {
  int lines = 0;
  long long commits = 0;
  long long errors = 0;
  long long longest = 0;
  Complaints complaints;
};

void read_reports(const std::string& log, Reports& all) {
  std::ifstream file(log);
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    long long commits = 0;
    long long errors = 0;
    long long wait = 0;
    if (!(words >> commits >> errors >> wait)) {
      all.complaints.add(line);
      continue;
    }
    ++all.lines;
    all.commits += commits;
    all.errors += errors;
    all.longest = std::max(all.longest, wait);
  }
}

void run_counters(const SqliteFile& file, const std::string& log, std::chrono::seconds time) {
  const auto begin = Clock::now() + time_to_start;
  std::vector<std::unique_ptr<Background>> counters;
  for (int i = 0; i < processes; ++i) {
    counters.push_back(std::make_unique<Background>(
        worker_command("sqlite-counter", {file.url("synchronous=normal"), std::to_string(i),
                                          text_of(begin), text_of(begin + time)}),
        log));
  }
  const auto limit = begin + time + time_to_end;
  while (Clock::now() < limit &&
         std::ranges::any_of(counters, [](const auto& counter) { return counter->running(); })) {
    std::this_thread::sleep_for(milliseconds(20));
  }
}

}  // namespace

int sqlite_counter(std::span<const std::string> arguments) {
  Database db = Database::open(arguments[0]);
  const std::int64_t writer = std::stoll(arguments[1]);
  const auto end = at(arguments[3]);
  std::this_thread::sleep_until(at(arguments[2]));
  long long commits = 0;
  long long errors = 0;
  Clock::duration longest{};
  for (auto now = Clock::now(); now < end;) {
    try {
      db.transaction([&](Transaction& tx) { count_one(tx, writer); });
      ++commits;
    } catch (const Error& e) {
      if (++errors == 1) std::fprintf(stderr, "%s\n", describe(e).c_str());
    }
    const auto before = std::exchange(now, Clock::now());
    longest = std::max(longest, now - before);
  }
  std::printf("%lld %lld %lld\n", commits, errors,
              static_cast<long long>(std::chrono::floor<milliseconds>(longest).count()));
  return 0;
}

// synchronous=normal: the fight is for the lock and not for the disk.
std::vector<Verdict> sqlite_many_writers(const Scale& scale) {
  const std::chrono::seconds time(scale.of(20, 60));
  const Scratch scratch;
  const SqliteFile file(scratch.file("counter.db"));
  Database db = Database::open(file.url());
  db.execute("CREATE TABLE counter (id INTEGER PRIMARY KEY, amount INTEGER NOT NULL)");
  db.execute("CREATE TABLE entries (amount INTEGER PRIMARY KEY, writer INTEGER NOT NULL)");
  db.execute("INSERT INTO counter (id, amount) VALUES (1, 0)");
  db.close();
  run_counters(file, scratch.file("log"), time);
  Reports reports;
  read_reports(scratch.file("log"), reports);
  const auto rows = file.raw_numbers("SELECT COUNT(*) FROM entries GROUP BY writer");
  const long long counter = file.raw_number("SELECT amount FROM counter");
  const bool exact = counter == reports.commits && file.intact() &&
                     counter == file.raw_number("SELECT COUNT(*) FROM entries");
  const auto [least, most] = std::ranges::minmax(rows.empty() ? std::vector{0LL} : rows);
  const double ratio = most == 0 ? 0.0 : static_cast<double>(least) / static_cast<double>(most);
  const bool all = reports.lines == processes && rows.size() == processes;
  return {{"sqlite: 8 processes write one database", std::to_string(time.count()) + " s",
           grouped(static_cast<std::size_t>(counter)) + " commits, errors " +
               std::to_string(reports.errors) + (exact ? ", counter exact" : ", COUNTER WRONG") +
               ", per process " + std::to_string(least) + ".." + std::to_string(most) + " (" +
               std::to_string(ratio).substr(0, 4) + "), longest " +
               std::to_string(reports.longest) + " ms" + reports.complaints.text(),
           all && exact && reports.errors == 0 && ratio >= fair}};
}

}  // namespace lockstep::chaos
