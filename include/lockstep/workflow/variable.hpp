// SPDX-License-Identifier: BSL-1.0
// How the variables of an execution have changed: rows of `variable_snapshots`, which are only ever
// added. Shared rules: workflow.hpp.
#pragma once

#include "lockstep/executor.hpp"

namespace lockstep::workflow {

// One change. A value that is absent is null, which is not the JSON null.
struct VariableSnapshot {
  std::int64_t id = 0;  // given by the store; larger for later rows
  std::string execution_id;
  std::optional<std::string> node_execution_id =
      {};  // who changed it; null also once it is deleted
  std::string variable_name;
  std::optional<Json> old_value = {};
  std::optional<Json> new_value = {};
  std::optional<Timestamp> timestamp = {};  // as stored never null

  friend bool operator==(const VariableSnapshot&, const VariableSnapshot&) = default;
  static constexpr void columns(auto&& column) {
    column("id", &VariableSnapshot::id);
    column("execution_id", &VariableSnapshot::execution_id);
    column("node_execution_id", &VariableSnapshot::node_execution_id);
    column("variable_name", &VariableSnapshot::variable_name);
    column("old_value", &VariableSnapshot::old_value);
    column("new_value", &VariableSnapshot::new_value);
    column("timestamp", &VariableSnapshot::timestamp);
  }
};

// Inserts `snapshot`, whatever its id, and returns it as stored, with the id that it was given; an
// empty node_execution_id is null, a timestamp that is null is now. ForeignKey if execution_id
// names no execution or node_execution_id no node execution.
VariableSnapshot save_variable_snapshot(Executor& db, VariableSnapshot snapshot);

// The changes of one variable, or of all, by timestamp, ties by id. Empty for an execution that
// does not exist.
[[nodiscard]] std::vector<VariableSnapshot> list_variable_snapshots(
    Executor& db, std::string_view execution_id, std::optional<std::string_view> variable_name = {},
    std::optional<std::int64_t> limit = {});

}  // namespace lockstep::workflow
