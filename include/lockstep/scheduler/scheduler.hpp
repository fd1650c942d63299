// SPDX-License-Identifier: BSL-1.0
// The scheduler domain: jobs, their runs, what limits them, what is done about it, how it went.
//
//     using namespace lockstep;
//     scheduler::create_job(db, {.id = "report", .name = "Daily report", .schedule = "0 0 * * *"});
//     scheduler::create_job_run(db, {.job_id = "report", .run_id = "run-1", .scheduled_at = now});
//     scheduler::complete_job_run(db, "run-1", true);
//
// Its tables are the migrations of the domain "scheduler". Every operation runs on a Database, on a
// Transaction and with limits alike, but claim_due_runs, which commits by itself. What all of them
// share:
//   - A key has 1 to 255 characters, unless its member says otherwise, and no white space at either
//     end. A duration is a text as Go writes it ("5m", "1h30m"). JSON is stored byte for byte;
//     where it may be null, an empty text is null. All else is InvalidArgument, with nothing sent.
//   - The store sets created_at, updated_at and completed_at to Executor::now(), and ignores what
//     the caller has put into the first two. Under a clock that stands still SQLite and PostgreSQL
//     write their own time into updated_at: the fallback that their tables have for raw SQL takes
//     an update to the same time for one that left updated_at out.
//   - A limit of nullopt means all rows, 0 none; a negative one is InvalidArgument.
//   - Beyond the errors named at an operation, each throws what the executor throws.
#pragma once

#include "lockstep/scheduler/action.hpp"
#include "lockstep/scheduler/action_run.hpp"
#include "lockstep/scheduler/claim.hpp"
#include "lockstep/scheduler/constraint.hpp"
#include "lockstep/scheduler/job.hpp"
#include "lockstep/scheduler/job_run.hpp"
#include "lockstep/scheduler/stats.hpp"
#include "lockstep/scheduler/stats_collector_stats.hpp"
#include "lockstep/scheduler/syncer_stats.hpp"
#include "lockstep/scheduler/types.hpp"
#include "lockstep/scheduler/violation.hpp"
#include "lockstep/scheduler/webhook.hpp"
#include "lockstep/scheduler/webhook_handler_stats.hpp"

namespace lockstep::scheduler {

// Every statement that this module can send. Static storage.
[[nodiscard]] std::span<const Sql* const> statements();

// Primary, unique and foreign keys and checks of its tables. Static storage.
[[nodiscard]] std::span<const lockstep::Constraint> constraints() noexcept;

}  // namespace lockstep::scheduler
