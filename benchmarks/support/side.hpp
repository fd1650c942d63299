// SPDX-License-Identifier: BSL-1.0
// One side of a comparison: a way to do the work on one connection to one database. The raw clients
// and lockstep implement it, so that each workload is written once.
#pragma once

#include <functional>
#include <memory>
#include <span>

#include "benchmarks/support/jobs.hpp"
#include "lockstep/scheduler/claim.hpp"

namespace lockstep::benchmarks {

// Outside of a transaction every write commits by itself. What fails throws.
class Side {
 public:
  enum class Work : unsigned char { reads, writes };

  Side() = default;
  Side(const Side&) = delete;
  Side& operator=(const Side&) = delete;
  virtual ~Side() = default;

  // From here to give_back() all calls are made on one connection, where the side would ask a pool for
  // one each time. Outside of a transaction.
  virtual void keep_connection() {}
  virtual void give_back() {}

  virtual void begin(Work work) = 0;
  virtual void commit() = 0;
  virtual void rollback() = 0;

  [[nodiscard]] virtual Job get(std::string_view id) = 0;
  // The whole table, in memory.
  [[nodiscard]] virtual std::vector<Job> list() = 0;
  // The same, one row at a time in constant memory.
  virtual void stream(const std::function<void(const Job&)>& visit) = 0;

  virtual void insert(const Job& job) = 0;
  virtual void update(const Job& job) = 0;  // all but created_at
  virtual void upsert(const Job& job) = 0;

  // Many in one call, by the fastest way that the side has; without one, row by row.
  virtual void insert_all(std::span<const Job> jobs) = 0;
  virtual void update_all(std::span<const Job> jobs) {
    for (const Job& job : jobs) update(job);
  }
  virtual void upsert_all(std::span<const Job> jobs) {
    for (const Job& job : jobs) upsert(job);
  }

  // As scheduler::claim_due_runs, outside of a transaction.
  [[nodiscard]] virtual std::vector<scheduler::ClaimedRun> claim(
      const scheduler::ClaimRequest& request) = 0;
  // Makes every run pending again, outside of a transaction.
  virtual void give_back_runs() = 0;

  // Removes every job, outside of a transaction.
  virtual void clear() = 0;
  // What the engine does now and then by itself, done now, so that it is not done while measured.
  virtual void tidy() {}
};

}  // namespace lockstep::benchmarks
