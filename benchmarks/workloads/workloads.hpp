// SPDX-License-Identifier: BSL-1.0
// What is done on the jobs, written once for every side. Each is the loop of a case: it checks what
// it is answered, microseconds included, and throws if an answer is wrong.
#pragma once

#include "benchmarks/support/side.hpp"

namespace benchmark {
class State;
}

namespace lockstep {
class Database;
}

namespace lockstep::benchmarks {

// lockstep's own side: in its transaction, if it has begun one, on a connection that it keeps, and through
// the Database otherwise.
[[nodiscard]] std::unique_ptr<Side> lockstep_side(Database& db);

inline constexpr int job_count = 10'000;  // that are there, unless a workload says otherwise
inline constexpr int many_jobs = 100'000;
inline constexpr int row_count = 1000;  // that one transaction writes

// Makes the constraints and so many jobs, in portions, so that a million need not be in memory; and
// if there are row_count jobs or more a run for each of the first row_count, pending and due.
void fill_jobs(Database& db, int count);

// One iteration is a get, or a list of the whole table, in a transaction.
void run_get(Side& side, benchmark::State& state);
void run_list(Side& side, benchmark::State& state);
void run_list_many(Side& side, benchmark::State& state);  // of many_jobs
// A get without a transaction.
void run_get_alone(Side& side, benchmark::State& state);

// One iteration writes so many rows in a transaction, and only that is timed: it is rolled back
// afterwards, so that each time the table is the same and every value another than before. Inserts
// want an empty table, updates and upserts change every tenth job.
void run_insert(Side& side, benchmark::State& state);
void run_update(Side& side, benchmark::State& state);
void run_upsert(Side& side, benchmark::State& state);
void run_insert_all(Side& side, benchmark::State& state);  // by one call
void run_update_all(Side& side, benchmark::State& state);
void run_upsert_all(Side& side, benchmark::State& state);
void run_bulk(Side& side, benchmark::State& state);  // insert_all of many_jobs

// One iteration writes a row and commits it. Inserts leave the table empty. The side keeps one connection
// for all of them, or takes one for each.
enum class Connection : unsigned char { kept, taken };
template <Connection connection>
void run_insert_alone(Side& side, benchmark::State& state);
template <Connection connection>
void run_insert_and_commit(Side& side, benchmark::State& state);
template <Connection connection>
void run_update_alone(Side& side, benchmark::State& state);
template <Connection connection>
void run_upsert_alone(Side& side, benchmark::State& state);

// One iteration is so many gets, by one thread for each side, without transactions.
inline constexpr int gets_of_threads = 20'000;
void run_get_threads(const std::vector<std::unique_ptr<Side>>& sides, benchmark::State& state);

// One iteration claims `claimed` runs, which commits.
inline constexpr int claimed = 10;
void run_claim(Side& side, benchmark::State& state);

}  // namespace lockstep::benchmarks
