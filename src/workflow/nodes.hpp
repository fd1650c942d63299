// SPDX-License-Identifier: BSL-1.0
// How nodes are written: for a node by itself and for those of an execution.
#pragma once

#include "lockstep/workflow/node_execution.hpp"

namespace lockstep::workflow::detail {

// Gives the node the id of its execution, if it has none. InvalidArgument if it has another one.
void join(NodeExecution& node, const std::string& execution_id);

// InvalidArgument for a node that cannot be stored; what stands for nothing becomes null.
void check(NodeExecution& node);

// Writes nodes that were checked. A node of another execution with the same id is overwritten: tell
// it from what is read afterwards, and undo it by refuse_foreign_node.
void write(Transaction& tx, const std::vector<NodeExecution>& nodes);

// Throws Duplicate.
[[noreturn]] void refuse_foreign_node();

}  // namespace lockstep::workflow::detail
