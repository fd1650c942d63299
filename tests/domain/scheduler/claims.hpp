// SPDX-License-Identifier: BSL-1.0
// What the tests of claims look at and begin with.
#pragma once

#include "rows.hpp"

namespace lockstep::tests {

inline constexpr Sql end_lease{"test.end_lease",
                               "UPDATE job_runs SET lease_until = :at WHERE run_id = :run_id"};
// A time that has passed by the clock of every server.
inline constexpr Timestamp long_ago = std::chrono::sys_days(std::chrono::year(2000) / 1 / 1);

// What the lease of a run looks like in the database.
struct Lease {
  std::optional<std::string> claimed_by;
  std::optional<Timestamp> lease_until;
  std::int64_t fence = 0;

  friend bool operator==(const Lease&, const Lease&) = default;
  static constexpr void columns(auto&& column) {
    column("claimed_by", &Lease::claimed_by);
    column("lease_until", &Lease::lease_until);
    column("fence", &Lease::fence);
  }
};

inline Lease lease_of(Executor& db, std::string_view run_id) {
  return db.fetch_one<Lease>("SELECT claimed_by, lease_until, fence FROM job_runs WHERE run_id = ?",
                             run_id);
}

inline scheduler::ClaimRequest by(std::string worker, Timestamp now = noon,
                                  std::int64_t limit = 10) {
  return {.worker = std::move(worker), .now = now, .limit = limit, .lease = 90s};
}

}  // namespace lockstep::tests
