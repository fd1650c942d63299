// SPDX-License-Identifier: BSL-1.0
#include "testing/domains.hpp"

#include <algorithm>
#include <array>

#include "lockstep/scheduler/scheduler.hpp"

namespace lockstep::testing::detail {
namespace {

constexpr std::array<Table, 1> own_tables{{
    {"lockstep_outcomes"},
}};

constexpr std::array<Table, 8> scheduler_tables{{
    {"orchestrator_stats"},
    {"scheduler_stats"},
    {"constraint_violations"},
    {"job_runs"},
    {"job_actions"},
    {"jobs"},
    {"actions"},
    {"constraints"},
}};

void seed_scheduler(Executor& db) {
  scheduler::create_job(db, {.id = "job-1",
                             .name = "Test Job 1",
                             .schedule = "0 0 * * *",
                             .pod_spec = Json{R"({"image": "test:latest"})"}});
  scheduler::create_job(db, {.id = "job-2",
                             .name = "Test Job 2",
                             .schedule = "*/5 * * * *",
                             .pod_spec = Json{R"({"image": "test2:latest"})"}});
}

constexpr std::array<Domain, 2> domains{{
    {"scheduler", scheduler_tables, seed_scheduler},
    {"lockstep", own_tables, nullptr},
}};

}  // namespace

std::span<const Domain> all_domains() noexcept { return domains; }

std::vector<const Domain*> find_domains(const std::vector<std::string>& names) {
  std::vector<const Domain*> found;
  if (names.empty()) {
    for (const Domain& domain : domains) found.push_back(&domain);
    return found;
  }
  for (const std::string& name : names) {
    const auto it = std::find_if(domains.begin(), domains.end(),
                                 [&](const Domain& domain) { return domain.name == name; });
    if (it == domains.end()) raise(ErrorKind::invalid_argument, "unknown domain");
    if (&*it != &domains.back()) found.push_back(&*it);
  }
  found.push_back(&domains.back());
  return found;
}

}  // namespace lockstep::testing::detail
