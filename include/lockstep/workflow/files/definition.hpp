// SPDX-License-Identifier: BSL-1.0
// Workflows as their files describe them. Members stand in the order in which they are written.
//
//     id: greet
//     name: Greet
//     version: "1.0"
//     nodes:
//       - id: start
//         type: start
//       - id: end
//         type: end
//     edges:
//       - id: e1
//         from: start
//         to: end
//
// An empty text, list or map is not written, and is what a member is that the file does not have.
// `extra` has the keys that the format does not name; they are kept, after the others.
#pragma once

#include <optional>

#include "lockstep/columns.hpp"
#include "lockstep/workflow/files/datum.hpp"

namespace lockstep::workflow {

using Texts = std::vector<std::string>;
using TextMap = std::map<std::string, std::string>;

struct Metadata {
  std::string author = {};
  std::optional<Timestamp> created = {};
  std::optional<Timestamp> last_modified = {};
  Texts tags = {};
  std::string icon = {};
  Datum::Map extra = {};
  friend bool operator==(const Metadata&, const Metadata&) = default;
};

enum class VariableType : std::uint8_t { any, string, number, boolean, object, array };
[[nodiscard]] constexpr auto enum_texts(VariableType) {
  return std::array<std::string_view, 6>{"any", "string", "number", "boolean", "object", "array"};
}

struct VariableDefinition {
  std::string name = {};
  VariableType type = VariableType::any;
  bool required = false;
  std::optional<Datum> default_value = {};  // nullopt: has none; a Datum that is null: null
  std::string description = {};
  Datum::Map extra = {};
  friend bool operator==(const VariableDefinition&, const VariableDefinition&) = default;
};

enum class Transport : std::uint8_t { stdio, sse, http };
[[nodiscard]] constexpr auto enum_texts(Transport) {
  return std::array<std::string_view, 3>{"stdio", "sse", "http"};
}

struct ServerDefinition {
  std::string id = {};
  std::string name = {};
  std::string command = {};
  Texts args = {};
  Transport transport = Transport::stdio;
  TextMap env = {};
  std::string credential_ref = {};  // a key of the credential store, never a secret
  std::string url = {};
  TextMap headers = {};
  Datum::Map extra = {};
  friend bool operator==(const ServerDefinition&, const ServerDefinition&) = default;
};

// What the nodes of each type have. A text or list without "may be empty" has to be there.
struct StartNode {
  friend bool operator==(const StartNode&, const StartNode&) = default;
};
struct EndNode {
  std::string return_value = {};  // key "return"; an expression; may be empty
  friend bool operator==(const EndNode&, const EndNode&) = default;
};
struct ToolNode {  // type "mcp_tool"
  std::string server = {}, tool = {};
  Datum::Map parameters = {};  // may be empty
  std::string output = {};     // the variable that gets the result
  friend bool operator==(const ToolNode&, const ToolNode&) = default;
};
struct TransformNode {
  std::string input = {}, expression = {}, output = {};
  friend bool operator==(const TransformNode&, const TransformNode&) = default;
};
struct ConditionNode {
  std::string condition = {};
  friend bool operator==(const ConditionNode&, const ConditionNode&) = default;
};
struct PassthroughNode {
  friend bool operator==(const PassthroughNode&, const PassthroughNode&) = default;
};
struct ParallelNode {
  std::vector<Texts> branches = {};  // ids of nodes
  std::string merge_strategy = "wait_all";
  friend bool operator==(const ParallelNode&, const ParallelNode&) = default;
};
struct LoopNode {
  std::string collection = {}, item = {};
  Texts body = {};                   // ids of nodes
  std::string break_condition = {};  // may be empty
  friend bool operator==(const LoopNode&, const LoopNode&) = default;
};

struct NodeDefinition {
  std::string id = {};
  std::variant<StartNode, EndNode, ToolNode, TransformNode, ConditionNode, PassthroughNode,
               ParallelNode, LoopNode>
      work = {};
  Datum::Map extra = {};
  friend bool operator==(const NodeDefinition&, const NodeDefinition&) = default;
};

struct EdgeDefinition {
  std::string id = {};  // "<from>-><to>" if a file does not say it
  std::string from = {}, to = {};
  std::string condition = {};  // an expression; may be empty
  std::string label = {};
  Datum::Map extra = {};
  friend bool operator==(const EdgeDefinition&, const EdgeDefinition&) = default;
};

struct WorkflowDefinition {
  std::string id = {};  // see FileRepository
  std::string name = {};
  std::string version = {};
  std::string description = {};
  Metadata metadata = {};
  std::vector<VariableDefinition> variables = {};
  std::vector<ServerDefinition> servers = {};
  std::vector<NodeDefinition> nodes = {};
  std::vector<EdgeDefinition> edges = {};
  Datum::Map extra = {};
  friend bool operator==(const WorkflowDefinition&, const WorkflowDefinition&) = default;
};

}  // namespace lockstep::workflow
