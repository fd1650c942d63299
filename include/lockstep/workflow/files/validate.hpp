// SPDX-License-Identifier: BSL-1.0
// Whether a workflow can be meant: what its nodes, edges, variables and servers say of each other.
#pragma once

#include "lockstep/workflow/files/definition.hpp"

namespace lockstep::workflow {

struct Problem {
  std::string path;     // "nodes[2].id"; empty: of the whole
  std::string message;  // without values of the workflow
  friend bool operator==(const Problem&, const Problem&) = default;
};

// All that is wrong, in the order of the members; empty: nothing. The rules:
//   - id is one of a file; name and version are there.
//   - Variables: a name of a letter, then letters, digits and '_', used once; a default of the
//     type; none for one that is required.
//   - Servers: an id, used once; stdio with a command and without url; sse and http with an http or
//     https url, without command and args.
//   - Nodes: an id, used once; one start, an end or more; what each type has to have; the server of
//     a tool, the nodes of a branch or a body are there.
//   - Edges: an id, both nodes there and not the same, each pair once; no cycle; a condition node
//     has two, each with a condition. If there is an edge, every node can be reached from the
//     start; a branch or body is reached with its node.
// Expressions and "${...}" are not looked into.
[[nodiscard]] std::vector<Problem> validate(const WorkflowDefinition& definition);

}  // namespace lockstep::workflow
