// SPDX-License-Identifier: BSL-1.0
#include "lockstep/scheduler/scheduler.hpp"

#include "schema.hpp"

namespace lockstep::scheduler {

std::span<const Sql* const> statements() {
  static const std::vector<const Sql*> all = [] {
    std::vector<const Sql*> list;
    for (const auto part :
         {detail::constraint_statements(), detail::action_statements(), detail::job_statements(),
          detail::job_run_statements(), detail::claim_statements(), detail::violation_statements(),
          detail::stats_statements(), detail::job_run_batch_statements(),
          detail::stats_upsert_statements(), detail::type_statements(),
          detail::action_run_statements(), detail::syncer_stats_statements(),
          detail::stats_collector_stats_statements(), detail::webhook_statements(),
          detail::webhook_handler_stats_statements()}) {
      list.insert(list.end(), part.begin(), part.end());
    }
    return list;
  }();
  return all;
}

std::span<const lockstep::Constraint> constraints() noexcept { return detail::schema; }

}  // namespace lockstep::scheduler
