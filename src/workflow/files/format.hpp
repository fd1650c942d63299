// SPDX-License-Identifier: BSL-1.0
// The format of the files: which key stands for which member, and in which order. Each is said
// once; a Reader and a Writer go over it.
#pragma once

#include "lockstep/workflow/files/definition.hpp"

namespace lockstep::workflow::detail {

enum class Need : bool { optional, required };

// fields(io, value) calls io.field(key, member, need) for each member, and io.rest(extra) last.
template <class T>
struct Format;

template <>
struct Format<Metadata> {
  static void fields(auto& io, auto& v) {
    io.field("author", v.author);
    io.field("created", v.created);
    io.field("last_modified", v.last_modified);
    io.field("tags", v.tags);
    io.field("icon", v.icon);
    io.rest(v.extra);
  }
};

template <>
struct Format<VariableDefinition> {
  static void fields(auto& io, auto& v) {
    io.field("name", v.name, Need::required);
    io.field("type", v.type, Need::required);
    io.field("required", v.required);
    io.field("default", v.default_value);
    io.field("description", v.description);
    io.rest(v.extra);
  }
};

template <>
struct Format<ServerDefinition> {
  static void fields(auto& io, auto& v) {
    io.field("id", v.id, Need::required);
    io.field("name", v.name);
    io.field("command", v.command);
    io.field("args", v.args);
    io.field("transport", v.transport);
    io.field("env", v.env);
    io.field("credential_ref", v.credential_ref);
    io.field("url", v.url);
    io.field("headers", v.headers);
    io.rest(v.extra);
  }
};

template <>
struct Format<StartNode> {
  static constexpr std::string_view name = "start";
  static void fields(auto&, auto&) {}
};

template <>
struct Format<EndNode> {
  static constexpr std::string_view name = "end";
  static void fields(auto& io, auto& v) { io.field("return", v.return_value); }
};

template <>
struct Format<ToolNode> {
  static constexpr std::string_view name = "mcp_tool";
  static void fields(auto& io, auto& v) {
    io.field("server", v.server, Need::required);
    io.field("tool", v.tool, Need::required);
    io.field("parameters", v.parameters);
    io.field("output", v.output, Need::required);
  }
};

template <>
struct Format<TransformNode> {
  static constexpr std::string_view name = "transform";
  static void fields(auto& io, auto& v) {
    io.field("input", v.input, Need::required);
    io.field("expression", v.expression, Need::required);
    io.field("output", v.output, Need::required);
  }
};

template <>
struct Format<ConditionNode> {
  static constexpr std::string_view name = "condition";
  static void fields(auto& io, auto& v) { io.field("condition", v.condition, Need::required); }
};

template <>
struct Format<PassthroughNode> {
  static constexpr std::string_view name = "passthrough";
  static void fields(auto&, auto&) {}
};

template <>
struct Format<ParallelNode> {
  static constexpr std::string_view name = "parallel";
  static void fields(auto& io, auto& v) {
    io.field("branches", v.branches, Need::required);
    io.field("merge_strategy", v.merge_strategy);
  }
};

template <>
struct Format<LoopNode> {
  static constexpr std::string_view name = "loop";
  static void fields(auto& io, auto& v) {
    io.field("collection", v.collection, Need::required);
    io.field("item", v.item, Need::required);
    io.field("body", v.body, Need::required);
    io.field("break_condition", v.break_condition);
  }
};

template <>
struct Format<NodeDefinition> {
  static void fields(auto& io, auto& v) {
    io.field("id", v.id, Need::required);
    io.work("type", v.work);
    io.rest(v.extra);
  }
};

template <>
struct Format<EdgeDefinition> {
  static void fields(auto& io, auto& v) {
    io.field("id", v.id);
    io.field("from", v.from, Need::required);
    io.field("to", v.to, Need::required);
    io.field("condition", v.condition);
    io.field("label", v.label);
    io.rest(v.extra);
  }
};

template <>
struct Format<WorkflowDefinition> {
  static void fields(auto& io, auto& v) {
    io.field("id", v.id);
    io.field("name", v.name, Need::required);
    io.field("version", v.version, Need::required);
    io.field("description", v.description);
    io.field("metadata", v.metadata);
    io.field("variables", v.variables);
    io.field("servers", v.servers);
    io.field("nodes", v.nodes);
    io.field("edges", v.edges);
    io.rest(v.extra);
  }
};

// A struct of the format.
template <class T>
concept Formatted = requires {
  sizeof(Format<T>);
};

}  // namespace lockstep::workflow::detail
