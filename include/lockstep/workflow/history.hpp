// SPDX-License-Identifier: BSL-1.0
// The history of executions: lists by filter, a page at a time. Shared rules: workflow.hpp.
//
//     auto page = workflow::list_executions(
//         db, {.workflow_id = "nightly", .status = workflow::ExecutionStatus::failed},
//         {.limit = 20, .offset = 40});
//     show(page.executions, page.total_count);
#pragma once

#include "lockstep/workflow/execution.hpp"

namespace lockstep::workflow {

// What an execution must be, all of it.
struct ExecutionFilter {
  std::optional<std::string> workflow_id = {};
  std::optional<ExecutionStatus> status = {};
  std::optional<Timestamp> started_after = {};   // that instant or later
  std::optional<Timestamp> started_before = {};  // before that instant
  // A part of workflow_id, ASCII letters in either case (on MySQL other letters too), every other
  // character for itself; at most 255 bytes. Empty: any.
  std::string workflow_name_search = {};
};

struct ExecutionPage {
  std::vector<Execution> executions;
  std::int64_t total_count = 0;  // that the filter lets through, on any page
  std::optional<std::int64_t> limit = {};
  std::int64_t offset = 0;
};

// A page of the executions that the filter lets through, newest first, ties by id downwards, and
// how many there are: both from one statement, and so of one moment. InvalidArgument for a negative
// limit or offset and for a started_after later than started_before; equal ones let nothing
// through.
[[nodiscard]] ExecutionPage list_executions(Executor& db, const ExecutionFilter& filter = {},
                                            const Page& page = {});

// The workflow's executions, newest first, ties by id downwards.
[[nodiscard]] std::vector<Execution> list_executions_by_workflow(
    Executor& db, std::string_view workflow_id, std::optional<std::int64_t> limit = {});

// The executions with this status, newest first, ties by id downwards.
[[nodiscard]] std::vector<Execution> list_executions_by_status(
    Executor& db, ExecutionStatus status, std::optional<std::int64_t> limit = {});

}  // namespace lockstep::workflow
