// SPDX-License-Identifier: BSL-1.0
// The provisioning domain: runs of plans, what they did, and what is known of their targets.
//
//     using namespace lockstep;
//     provisioning::create_run(db, {.id = "run-1", .plan_path = "/plans/web", .started_at = now});
//     provisioning::create_plan_unit(db, {.id = "unit-1", .run_id = "run-1",
//                                         .resource_type = "linux.pkg", .resource_name = "apache2",
//                                         .desired_state = {R"({"state": "present"})"}});
//     provisioning::update_run_status(db, "run-1", provisioning::RunStatus::completed);
//
// Its tables are the migrations of the domain "provisioning". Every operation runs on a Database,
// on a Transaction and with limits alike. What all of them share:
//   - A key has 1 to 255 characters, unless its member says otherwise, and no white space at either
//     end. JSON is stored byte for byte; where it may be null, an empty text is null. All else is
//     InvalidArgument, with nothing sent.
//   - The store sets completed_at of updates, and updated_at of updates and upserts, to
//     Executor::now(). Under a clock that stands still SQLite and PostgreSQL write their own time
//     into updated_at: the fallback that their tables have for raw SQL takes an update to the same
//     time for one that left updated_at out.
//   - A limit of nullopt means all rows, 0 none; a negative limit or offset is InvalidArgument.
//   - Where a row is read after the write, on a Database, NotFound tells that somebody else has
//     deleted it in between.
//   - Beyond the errors named at an operation, each throws what the executor throws.
#pragma once

#include "lockstep/provisioning/audit.hpp"
#include "lockstep/provisioning/event.hpp"
#include "lockstep/provisioning/fact.hpp"
#include "lockstep/provisioning/plan_unit.hpp"
#include "lockstep/provisioning/resource_state.hpp"
#include "lockstep/provisioning/run.hpp"

namespace lockstep::provisioning {

// Every statement that this module can send. Static storage.
[[nodiscard]] std::span<const Sql* const> statements();

// Primary, unique and foreign keys and checks of its tables. Static storage.
[[nodiscard]] std::span<const Constraint> constraints() noexcept;

}  // namespace lockstep::provisioning
