// SPDX-License-Identifier: BSL-1.0
// Executions, nodes and variables as JSON or CSV, written while they are read: in constant memory,
// however many they are. Shared rules: workflow.hpp.
//
//     std::ofstream file("failed.csv");
//     workflow::export_executions(db, file, workflow::ExportFormat::csv,
//                                 {.status = workflow::ExecutionStatus::failed});
//
// The columns are those of the struct, in its order. Times are "2024-03-10T00:00:00.123456Z".
//   json  an array with one object on each line; stored JSON goes in as it is, null is null.
//   csv   RFC 4180 with a header: lines end in CRLF; fields are quoted where they have to be. Null
//   is
//         an empty field, an empty text a quoted one: "".
#pragma once

#include <iosfwd>

#include "lockstep/workflow/history.hpp"

namespace lockstep::workflow {

enum class ExportFormat : std::uint8_t { json, csv };

// Each returns the number of rows and throws IoError if `out` has failed, CorruptData for a stored
// text that is not JSON in a column of JSON (json only). What was written until then stays.

// The executions that the filter lets through, newest first, ties by id downwards. InvalidArgument
// as list_executions.
std::uint64_t export_executions(Executor& db, std::ostream& out, ExportFormat format,
                                const ExecutionFilter& filter = {});

// The nodes of an execution, in the order of load_nodes.
std::uint64_t export_node_executions(Executor& db, std::ostream& out, ExportFormat format,
                                     std::string_view execution_id);

// The changes of its variables, in the order of list_variable_snapshots.
std::uint64_t export_variable_snapshots(Executor& db, std::ostream& out, ExportFormat format,
                                        std::string_view execution_id);

}  // namespace lockstep::workflow
