// SPDX-License-Identifier: BSL-1.0
// The cases of ./bench: what lockstep takes beside the raw client, on the same rows.
#pragma once

#include <map>

#include "benchmarks/support/store.hpp"
#include "benchmarks/workloads/workloads.hpp"

namespace lockstep::benchmarks {

// A database with so many jobs, and the sides on it. Made when it is first asked for.
class Arena {
 public:
  using Raw = std::function<std::unique_ptr<Side>(const std::string& url)>;
  // In memory lockstep has a database of its own, with the same rows.
  Arena(const std::string& url, bool in_memory, int jobs, Raw raw);

  [[nodiscard]] Side& raw();
  [[nodiscard]] Side& lockstep();
  [[nodiscard]] const std::string& url() { return store_.url(); }

 private:
  Store store_;
  std::optional<Store> memory_;
  Raw make_raw_;
  std::unique_ptr<Side> raw_;
  std::unique_ptr<Side> lockstep_;
};

// An engine where the two sides meet. Its copies share their databases.
struct Contest {
  std::string engine;  // as the table names it
  std::string url;     // see TestDatabase
  Arena::Raw raw;
  Clock clock = Clock::real;  // that is judged, where a server's part belongs to it
  bool in_memory = false;

  // `written`: whether workloads commit what they write there.
  [[nodiscard]] Arena& arena(int jobs, bool written) const;

  using Arenas = std::map<std::pair<int, bool>, std::unique_ptr<Arena>>;
  std::shared_ptr<Arenas> arenas = std::make_shared<Arenas>();
};

// The median of lockstep's ratio to the raw client must be that, or less; null: not judged.
struct Limits {
  std::optional<double> sqlite = {};
  std::optional<double> postgres = {};
  std::optional<double> mariadb = {};
  [[nodiscard]] std::optional<double> of(const Contest& contest) const;
};

// One workload, on both sides.
struct Workload {
  using Run = void (*)(Side&, benchmark::State&);
  const char* what;
  int jobs;             // that are there before
  bool writes = false;  // and commits
  Run run;
  Run run_raw = nullptr;  // where the raw client does it another way
  int calls = 1;          // see Case
  Limits limits = {};
  bool stretch = false;      // see Ratio
  bool client_only = false;  // what the client itself computes is judged: the rest waits for a disk
};
void add(Suite& suite, const Contest& contest, const Workload& workload);

// get and list, in a transaction and through the Database.
void add_reads(Suite& suite, const Contest& contest);
// insert, update and upsert, one by one, in a transaction and on their own.
void add_writes(Suite& suite, const Contest& contest);
// Runs that are due, claimed by a worker.
void add_claims(Suite& suite, const Contest& contest);
// Many in one call, where the raw client sends one after the other.
void add_pipelines(Suite& suite, const Contest& contest);
// 100,000 at once.
void add_bulk(Suite& suite, const Contest& contest, const char* what, const Limits& limits,
              bool stretch = false);
// Lists and streams from 1,000 to 1,000,000 rows.
void add_growth(Suite& suite, const Contest& contest);
// Opening and closing a connection, with its settings.
void add_connects(Suite& suite, const Contest& contest, void (*raw)(const std::string& url));

// A connection taken from the pool, which nobody else wants, and given back.
void add_pool(Suite& suite, const Contest& contest);

// get by key from several threads: lockstep's share a Database, each of the raw client's has a
// connection.
void add_threads(Suite& suite, const Contest& contest, int threads);

// Memory that a million rows take, each time in a process of its own.
void add_memory(Suite& suite, const Contest& contest);
// The main function of such a process: see memory.cpp.
int run_memory(int argc, char** argv, const std::vector<Contest>& contests);

}  // namespace lockstep::benchmarks
