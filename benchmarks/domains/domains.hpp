// SPDX-License-Identifier: BSL-1.0
// The cases of ./bench domains. "As told" are figures of the Go programs that have these tables,
// GoFlow and Itinerary: see docs/performance.md.
#pragma once

#include "benchmarks/support/store.hpp"

namespace lockstep::benchmarks {

// GoFlow's limits for the history of 1,000 executions.
void add_history(Suite& suite, const std::vector<Place>& places);

// An execution with its 10 to 500 nodes is loaded.
void add_loads(Suite& suite, const std::vector<Place>& places);

// An execution with 30 nodes is saved by itself, with commits of its own for each node, and in one
// transaction: on SQLite the last must be 20 times faster.
void add_saves(Suite& suite, const std::vector<Place>& places);

// Itinerary's jobs, on SQLite in memory and in a file with synchronous=normal.
void add_jobs(Suite& suite, const std::filesystem::path& data);

}  // namespace lockstep::benchmarks
