// SPDX-License-Identifier: BSL-1.0
// The cases of ./bench peers: every workload by lockstep and by each peer that takes part.
#pragma once

#include <map>

#include "benchmarks/peers/elsewhere.hpp"
#include "benchmarks/peers/peers.hpp"
#include "benchmarks/support/store.hpp"
#include "benchmarks/workloads/workloads.hpp"

namespace lockstep::benchmarks {

// Another way to an engine. It has a side, or is a program.
struct Peer {
  std::string name;  // as the table has it
  std::unique_ptr<Side> (*side)(const Target&) = nullptr;
  std::vector<std::string> program = {};  // its command line: see elsewhere.hpp
  bool rows = true;   // gets, and writes row by row
  bool lists = true;
  bool bulk = true;   // many rows, by the fastest way it documents
  bool copies = false;    // by COPY, as lockstep does
  bool connects = false;  // opening and closing a connection is reported
  bool threads = false;   // gets from several threads are, each with a side of its own
};

// A database with so many jobs, and the peers on it. In memory lockstep and each peer have their
// own, with the same rows. Made when it is first asked for.
class Ground {
 public:
  Ground(const std::string& url, bool in_memory, int count);

  // tidy() was done on it.
  [[nodiscard]] Side& lockstep();
  [[nodiscard]] Side& side(const Peer& peer);
  [[nodiscard]] Elsewhere& program(const Peer& peer);
  [[nodiscard]] const std::string& url() { return store_.url(); }

 private:
  [[nodiscard]] Target target();
  Store store_;
  std::optional<Store> memory_;
  std::unique_ptr<Side> lockstep_;
  std::map<std::string, std::unique_ptr<Side>> sides_;
  std::map<std::string, std::unique_ptr<Elsewhere>> programs_;
};

// An engine with those that race on it. Its copies share their grounds.
struct Course {
  std::string engine;  // as the table names it
  std::string url;     // see TestDatabase
  std::vector<Peer> peers;
  Clock clock = Clock::real;
  bool in_memory = false;

  [[nodiscard]] Ground& ground(int jobs) const;

  using Grounds = std::map<int, std::unique_ptr<Ground>>;
  std::shared_ptr<Grounds> grounds = std::make_shared<Grounds>();
};

// Every workload, and who is first.
void add_races(Suite& suite, const Course& course);
// Connections, and gets from four threads on all CPUs where the engine is in the process: nothing is
// judged by them.
void add_reports(Suite& suite, const Course& course);
// The ratio of a peer to lockstep, of cases `what`: <name>.
void add_ratio(Suite& suite, const Course& course, const std::string& what,
               const std::string& name);

}  // namespace lockstep::benchmarks
