// SPDX-License-Identifier: BSL-1.0
#include <algorithm>
#include <fstream>
#include <functional>
#include <memory>
#include <sstream>

#include "chaos/crew.hpp"
#include "chaos/migrator_promises.hpp"
#include "chaos/pgbouncer.hpp"
#include "chaos/sqlite_file.hpp"

namespace lockstep::chaos {
namespace {

constexpr int processes = 8;
constexpr int files = 20;
constexpr int server_connections = 3;
constexpr std::chrono::seconds time_to_end{120};
constexpr int exit_locked = 6;

const std::string tables = "chaos_starters";

// Each file makes a table of its own and counts itself in that of the first.
void write_files(const Scratch& scratch) {
  for (int i = 1; i <= files; ++i) {
    const std::string n = std::to_string(i);
    std::ofstream out(scratch.file("00" + std::string(i < 10 ? "0" : "") + n + "_t.up.sql"));
    if (i == 1) out << "CREATE TABLE " << tables << " (version INTEGER NOT NULL);\n";
    out << "CREATE TABLE " << tables << '_' << n << " (id INTEGER NOT NULL PRIMARY KEY);\n"
        << "INSERT INTO " << tables << " VALUES (" << n << ");\n";
  }
}

// What the processes have said, a line each: exit code and files. Other lines are complaints.
struct Reports {
  int done = 0;
  int locked = 0;
  int files = 0;
  Complaints complaints;
};

void read_reports(const std::string& log, Reports& all) {
  std::ifstream in(log);
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    int code = 0;
    int count = 0;
    if (words >> code >> count) {
      all.done += code == 0 ? 1 : 0;
      all.locked += code == exit_locked ? 1 : 0;
      all.files += count;
    } else {
      all.complaints.add(line);
    }
  }
}

void start_all(const std::string& url, const Scratch& scratch, const std::string& lock) {
  std::vector<std::unique_ptr<Background>> started;
  for (int i = 0; i < processes; ++i) {
    started.push_back(std::make_unique<Background>(
        worker_command("migrator", {url, scratch.path(), lock, "up"}), scratch.file("log")));
  }
  const auto limit = Clock::now() + time_to_end;
  while (Clock::now() < limit &&
         std::ranges::any_of(started, [](const auto& one) { return one->running(); })) {
    std::this_thread::sleep_for(milliseconds(10));
  }
}

// A database that is emptied, and asked by its raw client.
struct Place {
  std::string name;
  std::string url;
  std::function<void()> empty;
  std::function<std::vector<long long>(const std::string& sql)> numbers;
};

struct Sum {
  int applied = 0;  // versions, over all rounds
  int twice = 0;
  int done = 0;
  int locked = 0;
  Complaints complaints;
};

void start_once(const Place& place, const std::string& lock, Sum& sum) {
  const Scratch scratch;
  write_files(scratch);
  place.empty();
  start_all(place.url, scratch, lock);
  Reports reports;
  read_reports(scratch.file("log"), reports);
  const bool any = reports.files > 0;
  const auto counted =
      any ? place.numbers("SELECT COUNT(*) FROM " + tables + " GROUP BY version")
          : std::vector<long long>();
  for (const long long times : counted) {
    ++sum.applied;
    if (times != 1) ++sum.twice;
  }
  if (reports.files != static_cast<int>(counted.size())) ++sum.twice;
  sum.done += reports.done;
  sum.locked += reports.locked;
  if (reports.complaints.count() > reports.locked) {
    sum.complaints.add(reports.complaints.text());
  }
}

// `may_refuse`: a process may end with the exit code of one that gets no lock.
Verdict start(const Place& place, const std::string& lock, int rounds, bool may_refuse) {
  Sum sum;
  for (int i = 0; i < rounds; ++i) start_once(place, lock, sum);
  const int all = rounds * processes;
  const bool each_once = sum.twice == 0 && (may_refuse || sum.applied == rounds * files);
  const int others = all - sum.done - sum.locked;
  return {place.name, std::to_string(rounds) + " x 8 x 20",
          "applied " + std::to_string(sum.applied) + ", twice " + std::to_string(sum.twice) +
              ", exit 0: " + std::to_string(sum.done) + ", exit 6: " + std::to_string(sum.locked) +
              ", others " + std::to_string(others) + sum.complaints.text(),
          each_once && others == 0 && (may_refuse || sum.locked == 0)};
}

void drop_all(const Server& server) {
  std::string sql = "DROP TABLE IF EXISTS lockstep_migrations, lockstep_migration_log, " + tables;
  for (int i = 1; i <= files; ++i) sql += ", " + tables + '_' + std::to_string(i);
  static_cast<void>(server.raw(sql));
}

Place place_on(const Server& server, const std::string& url, std::string name) {
  return {std::move(name), url, [&server] { drop_all(server); },
          [&server](const std::string& sql) { return server.raw_numbers(sql); }};
}

}  // namespace

std::vector<Verdict> migrator_starters(const Server& server, const Scale& scale) {
  const Place place =
      place_on(server, server.url(), server.name() + ": 8 migrators start at once");
  const std::vector<Verdict> verdicts{start(place, "session", scale.of(3, 20), false)};
  drop_all(server);
  return verdicts;
}

std::vector<Verdict> migrator_starters_sqlite(const Scale& scale) {
  const Scratch scratch;
  const SqliteFile file(scratch.file("starters.db"));
  const Place place{"sqlite: 8 migrators start at once", file.url(), [&] { file.remove(); },
                    [&](const std::string& sql) { return file.raw_numbers(sql); }};
  return {start(place, "session", scale.of(3, 20), false)};
}

std::vector<Verdict> migrator_behind_pooler(const Server& server, const Scale& scale) {
  const PgBouncer pooler(server.url(), server_connections);
  const int rounds = scale.of(3, 20);
  const std::string named = pooler.url() + "?pooler=transaction";
  std::vector<Verdict> verdicts{
      start(place_on(server, pooler.url(), "postgres: 8 migrators behind PgBouncer"), "session",
            rounds, true),
      start(place_on(server, named, "postgres: the same, told of it"), "session", rounds, true),
      start(place_on(server, named, "postgres: the same, with a table's lock"), "table", rounds,
            false)};
  drop_all(server);
  return verdicts;
}

}  // namespace lockstep::chaos
