// SPDX-License-Identifier: BSL-1.0
#include "lockstep/workflow/files/validate.hpp"

#include <set>

#include "graph.hpp"
#include "id.hpp"

namespace lockstep::workflow {
namespace {

using detail::Findings;

std::string place(std::string_view list, std::size_t i, std::string_view member) {
  return std::string(list) + "[" + std::to_string(i) + "]." + std::string(member);
}

// Each is there, and once.
class Unique {
 public:
  Unique(Findings& findings, std::string_view list, std::string_view member)
      : findings_(findings), list_(list), member_(member) {}

  void look_at(std::size_t i, const std::string& text) {
    if (text.empty()) {
      findings_.add(place(list_, i, member_), "missing");
    } else if (const auto [it, added] = first_.emplace(text, i); !added) {
      findings_.add(place(list_, i, member_), "same as " + place(list_, it->second, member_));
    }
  }

 private:
  Findings& findings_;
  std::string_view list_, member_;
  std::map<std::string_view, std::size_t> first_;
};

bool is_variable_name(std::string_view name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  for (const char c : name) {
    if (!is_letter(c) && c != '_' && (c < '0' || c > '9')) return false;
  }
  return !name.empty() && is_letter(name.front());
}

void check_variables(const WorkflowDefinition& definition, Findings& findings) {
  Unique names(findings, "variables", "name");
  for (std::size_t i = 0; i < definition.variables.size(); ++i) {
    const VariableDefinition& variable = definition.variables[i];
    names.look_at(i, variable.name);
    if (!variable.name.empty() && !is_variable_name(variable.name)) {
      findings.add(place("variables", i, "name"), "not a letter, then letters, digits and '_'");
    }
    if (!variable.default_value) continue;
    if (variable.required) {
      findings.add(place("variables", i, "default"), "of a variable that is required");
    }
    if (!detail::is_of_type(*variable.default_value, variable.type)) {
      findings.add(place("variables", i, "default"), "not of the type");
    }
  }
}

bool is_web_url(std::string_view url) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (url.starts_with(scheme)) {
      const std::string_view rest = url.substr(scheme.size());
      return !rest.empty() && rest.find_first_of("/?#: ") != 0;
    }
  }
  return false;
}

void check_server(const ServerDefinition& server, std::size_t i, Findings& findings) {
  const bool local = server.transport == Transport::stdio;
  const auto add = [&](std::string_view member, std::string_view why) {
    findings.add(place("servers", i, member), why);
  };
  if (local && server.command.empty()) add("command", "missing for stdio");
  if (local && !server.url.empty()) add("url", "not for stdio");
  if (!local && !server.command.empty()) add("command", "for stdio only");
  if (!local && !server.args.empty()) add("args", "for stdio only");
  if (!local && !is_web_url(server.url)) add("url", "not an http or https URL");
}

void check_servers(const WorkflowDefinition& definition, Findings& findings) {
  Unique ids(findings, "servers", "id");
  for (std::size_t i = 0; i < definition.servers.size(); ++i) {
    ids.look_at(i, definition.servers[i].id);
    check_server(definition.servers[i], i, findings);
  }
}

void check_head(const WorkflowDefinition& definition, Findings& findings) {
  if (!detail::is_id(definition.id)) findings.add("id", "not the name of a file");
  if (definition.name.empty()) findings.add("name", "missing");
  if (definition.version.empty()) findings.add("version", "missing");
}

// What stands in one node.
struct NodeCheck {
  const WorkflowDefinition& definition;
  std::size_t index;
  Findings& findings;

  void need(std::string_view member, bool is_there) const {
    if (!is_there) findings.add(place("nodes", index, member), "missing");
  }
  void operator()(const StartNode&) const {}
  void operator()(const EndNode&) const {}
  void operator()(const PassthroughNode&) const {}
  void operator()(const ConditionNode& node) const { need("condition", !node.condition.empty()); }
  void operator()(const TransformNode& node) const {
    need("input", !node.input.empty());
    need("expression", !node.expression.empty());
    need("output", !node.output.empty());
  }
  void operator()(const ToolNode& node) const {
    need("server", !node.server.empty());
    need("tool", !node.tool.empty());
    need("output", !node.output.empty());
    if (node.server.empty()) return;
    for (const ServerDefinition& server : definition.servers) {
      if (server.id == node.server) return;
    }
    findings.add(place("nodes", index, "server"), "no such server");
  }
  void operator()(const ParallelNode& node) const { need("branches", !node.branches.empty()); }
  void operator()(const LoopNode& node) const {
    need("collection", !node.collection.empty());
    need("item", !node.item.empty());
    need("body", !node.body.empty());
  }
};

void check_nodes(const WorkflowDefinition& definition, Findings& findings) {
  Unique ids(findings, "nodes", "id");
  std::size_t starts = 0;
  std::size_t ends = 0;
  for (std::size_t i = 0; i < definition.nodes.size(); ++i) {
    const NodeDefinition& node = definition.nodes[i];
    ids.look_at(i, node.id);
    std::visit(NodeCheck{definition, i, findings}, node.work);
    if (std::holds_alternative<StartNode>(node.work)) ++starts;
    if (std::holds_alternative<EndNode>(node.work)) ++ends;
  }
  if (starts == 0) findings.add("nodes", "no start");
  if (starts > 1) findings.add("nodes", "more than one start");
  if (ends == 0) findings.add("nodes", "no end");
}

void check_edges(const WorkflowDefinition& definition, Findings& findings) {
  std::set<std::pair<std::string_view, std::string_view>> pairs;
  Unique ids(findings, "edges", "id");
  for (std::size_t i = 0; i < definition.edges.size(); ++i) {
    const EdgeDefinition& edge = definition.edges[i];
    ids.look_at(i, edge.id);
    if (edge.from.empty()) findings.add(place("edges", i, "from"), "missing");
    if (edge.to.empty()) findings.add(place("edges", i, "to"), "missing");
    if (edge.from.empty() || edge.to.empty()) continue;
    if (edge.from == edge.to) findings.add(place("edges", i, "to"), "the node it comes from");
    if (!pairs.emplace(edge.from, edge.to).second) {
      findings.add(place("edges", i, "to"), "a second edge between these nodes");
    }
  }
}

}  // namespace

bool detail::is_of_type(const Datum& datum, VariableType type) {
  switch (type) {
    case VariableType::any:
      return true;
    case VariableType::string:
      return datum.as<std::string>() != nullptr;
    case VariableType::number:
      return datum.as<std::int64_t>() != nullptr || datum.as<double>() != nullptr;
    case VariableType::boolean:
      return datum.as<bool>() != nullptr;
    case VariableType::object:
      return datum.as<Datum::Map>() != nullptr;
    case VariableType::array:
      return datum.as<Datum::List>() != nullptr;
  }
  return false;
}

std::vector<Problem> validate(const WorkflowDefinition& definition) {
  Findings findings;
  check_head(definition, findings);
  check_variables(definition, findings);
  check_servers(definition, findings);
  check_nodes(definition, findings);
  check_edges(definition, findings);
  detail::check_graph(definition, findings);
  return findings.take();
}

}  // namespace lockstep::workflow
