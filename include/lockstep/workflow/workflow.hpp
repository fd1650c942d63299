// SPDX-License-Identifier: BSL-1.0
// The workflow domain: executions of workflows, of their nodes, and the history of their variables.
//
//     using namespace lockstep;
//     auto run = workflow::new_execution("nightly", "1.0.0");
//     workflow::start(run, db.now());
//     workflow::save_execution(db, run);
//     workflow::save_node_execution(db, {.id = workflow::new_id(), .execution_id = run.id,
//                                        .node_id = "fetch", .node_type = "mcp_tool"});
//     auto page = workflow::list_executions(db, {.workflow_id = "nightly"}, {.limit = 20});
//
// Its tables are the migrations of the domain "workflow". Every operation runs on a Database, on a
// Transaction and with limits alike, but run_retention, which commits by itself. What all of them
// share:
//   - A key has 1 to 255 characters, unless its member says otherwise, and no white space at either
//     end. JSON is stored byte for byte, where its member does not say otherwise; an empty text is
//     null. An error without type or without message, and all else that cannot be stored, is
//     InvalidArgument, with nothing sent.
//   - The store sets created_at to Executor::now() when a row is first saved.
//   - A limit of nullopt means all rows, 0 none; a negative one is InvalidArgument.
//   - What was stored by others under a status or a type of error that there is not is CorruptData.
//   - Beyond the errors named at an operation, each throws what the executor throws.
#pragma once

#include "lockstep/workflow/execution.hpp"
#include "lockstep/workflow/export.hpp"
#include "lockstep/workflow/history.hpp"
#include "lockstep/workflow/lifecycle.hpp"
#include "lockstep/workflow/node_execution.hpp"
#include "lockstep/workflow/retention.hpp"
#include "lockstep/workflow/statistics.hpp"
#include "lockstep/workflow/variable.hpp"

namespace lockstep::workflow {

// Every statement that this module can send. Static storage.
[[nodiscard]] std::span<const Sql* const> statements();

// Primary and foreign keys of its tables. Static storage.
[[nodiscard]] std::span<const lockstep::Constraint> constraints() noexcept;

}  // namespace lockstep::workflow
