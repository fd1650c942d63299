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
  bool copies = false;  // by COPY, as lockstep does
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

void add_races(Suite& suite, const Course& course);

}  // namespace lockstep::benchmarks
