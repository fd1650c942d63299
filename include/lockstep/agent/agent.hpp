// SPDX-License-Identifier: BSL-1.0
// The agent domain: tasks of a chat agent, approvals, sessions, undelivered messages, an audit log.
//
//     using namespace lockstep;
//     agent::save_task(db, {.id = "t-1", .command = "deploy", .params = Json{"[1]"}});
//     agent::update_task_status(db, "t-1", agent::TaskStatus::running);
//     agent::complete_task(db, "t-1", Json{R"({"deployed":true})"});
//
// Its tables are the migrations of the domain "agent". Every operation runs on a Database, on a
// Transaction and with limits alike, but claim_tasks and run_retention, which commit by themselves.
// What all of them share:
//   - A key has 1 to 255 characters, unless its member says otherwise, and no white space at either
//     end. JSON is stored byte for byte. All else is InvalidArgument, with nothing sent.
//   - Times are UnixMs: milliseconds since 1970. Where a member says so, 0 is filled with
//     Executor::now(); where it may be null, 0 is null. A negative one is InvalidArgument. Only the
//     lease of a task is told by the server's clock.
//   - Where a text may be null, an empty one is null.
//   - save_* inserts or overwrites by the key and deletes nothing on the way: rows of others that
//     refer to it stay.
//   - find_* returns nullopt for what is not there, get_* and changes throw NotFound.
//   - A limit of nullopt means all rows, 0 none; a negative one is InvalidArgument.
//   - Beyond the errors named at an operation, each throws what the executor throws.
#pragma once

#include "lockstep/agent/approval.hpp"
#include "lockstep/agent/audit.hpp"
#include "lockstep/agent/claim.hpp"
#include "lockstep/agent/dead_letter.hpp"
#include "lockstep/agent/meta.hpp"
#include "lockstep/agent/retention.hpp"
#include "lockstep/agent/session.hpp"
#include "lockstep/agent/task.hpp"

namespace lockstep::agent {

// Every statement that this module can send. Static storage.
[[nodiscard]] std::span<const Sql* const> statements();

// The primary keys of its tables. Static storage.
[[nodiscard]] std::span<const Constraint> constraints() noexcept;

}  // namespace lockstep::agent
