// SPDX-License-Identifier: BSL-1.0
#include "graph.hpp"

#include <algorithm>

namespace lockstep::workflow::detail {
namespace {

constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

// The nodes by number, with the edges between them.
class Graph {
 public:
  Graph(const WorkflowDefinition& definition, Findings& findings)
      : definition_(definition), findings_(findings), edges_(size()), members_(size()) {
    for (std::size_t i = 0; i < size(); ++i) numbers_.emplace(definition.nodes[i].id, i);
    for (std::size_t i = 0; i < definition.edges.size(); ++i) add_edge(i);
    for (std::size_t i = 0; i < size(); ++i) add_members(i);
  }

  void check_conditions() const {
    for (std::size_t i = 0; i < size(); ++i) {
      if (!std::holds_alternative<ConditionNode>(definition_.nodes[i].work)) continue;
      std::size_t ways = 0;
      std::size_t bare = 0;
      for (const EdgeDefinition& edge : definition_.edges) {
        if (edge.from != definition_.nodes[i].id) continue;
        ++ways;
        if (edge.condition.empty()) ++bare;
      }
      if (ways != 2) findings_.add(node(i), "a condition without exactly two edges");
      if (bare > 0) findings_.add(node(i), "a condition with an edge that has none");
    }
  }

  // Takes away nodes that nothing leads to, or that lead nowhere; what is left goes round.
  void check_cycles() const {
    std::vector<bool> left(size(), true);
    peel(left, edges_);
    peel(left, reversed());
    for (std::size_t i = 0; i < size(); ++i) {
      if (left[i]) findings_.add(node(i), "part of a cycle, or between two");
    }
  }

  void check_reach() const {
    const auto is_start = [](const NodeDefinition& each) {
      return std::holds_alternative<StartNode>(each.work);
    };
    const auto start = std::find_if(definition_.nodes.begin(), definition_.nodes.end(), is_start);
    if (definition_.edges.empty() || start == definition_.nodes.end()) return;
    std::vector<bool> reached(size(), false);
    std::vector<std::size_t> open{static_cast<std::size_t>(start - definition_.nodes.begin())};
    while (!open.empty()) {
      const std::size_t at = open.back();
      open.pop_back();
      if (reached[at]) continue;
      reached[at] = true;
      open.insert(open.end(), edges_[at].begin(), edges_[at].end());
      open.insert(open.end(), members_[at].begin(), members_[at].end());
    }
    for (std::size_t i = 0; i < size(); ++i) {
      if (!reached[i]) findings_.add(node(i), "cannot be reached from the start");
    }
  }

 private:
  using Ways = std::vector<std::vector<std::size_t>>;

  [[nodiscard]] std::size_t size() const { return definition_.nodes.size(); }
  static std::string node(std::size_t i) { return "nodes[" + std::to_string(i) + "]"; }

  // Nowhere if there is none, which is told; an empty id has been told.
  [[nodiscard]] std::size_t find(const std::string& id, const std::string& path) const {
    const auto it = numbers_.find(id);
    if (it != numbers_.end() && !id.empty()) return it->second;
    if (!id.empty()) findings_.add(path, "no such node");
    return nowhere;
  }
  void add_edge(std::size_t i) {
    const EdgeDefinition& edge = definition_.edges[i];
    const std::string path = "edges[" + std::to_string(i) + "]";
    const std::size_t from = find(edge.from, path + ".from");
    const std::size_t to = find(edge.to, path + ".to");
    if (from != nowhere && to != nowhere && from != to) edges_[from].push_back(to);
  }
  void add_members(std::size_t i) {
    if (const auto* parallel = std::get_if<ParallelNode>(&definition_.nodes[i].work)) {
      for (std::size_t b = 0; b < parallel->branches.size(); ++b) {
        const std::string path = node(i) + ".branches[" + std::to_string(b) + "]";
        if (parallel->branches[b].empty()) findings_.add(path, "no node");
        add_members(i, parallel->branches[b], path);
      }
    } else if (const auto* loop = std::get_if<LoopNode>(&definition_.nodes[i].work)) {
      add_members(i, loop->body, node(i) + ".body");
    }
  }
  void add_members(std::size_t i, const Texts& ids, const std::string& path) {
    for (std::size_t k = 0; k < ids.size(); ++k) {
      const std::string place = path + "[" + std::to_string(k) + "]";
      if (ids[k].empty()) findings_.add(place, "missing");
      const std::size_t member = find(ids[k], place);
      if (member != nowhere) members_[i].push_back(member);
    }
  }

  [[nodiscard]] Ways reversed() const {
    Ways ways(size());
    for (std::size_t from = 0; from < size(); ++from) {
      for (const std::size_t to : edges_[from]) ways[to].push_back(from);
    }
    return ways;
  }
  void peel(std::vector<bool>& left, const Ways& ways) const {
    std::vector<std::size_t> coming(size(), 0);
    for (std::size_t from = 0; from < size(); ++from) {
      if (!left[from]) continue;
      for (const std::size_t to : ways[from]) ++coming[to];
    }
    std::vector<std::size_t> free;
    for (std::size_t i = 0; i < size(); ++i) {
      if (left[i] && coming[i] == 0) free.push_back(i);
    }
    while (!free.empty()) {
      const std::size_t at = free.back();
      free.pop_back();
      left[at] = false;
      for (const std::size_t to : ways[at]) {
        if (--coming[to] == 0 && left[to]) free.push_back(to);
      }
    }
  }

  const WorkflowDefinition& definition_;
  Findings& findings_;
  std::map<std::string_view, std::size_t> numbers_;
  Ways edges_;    // from each node to others
  Ways members_;  // of branches and bodies
};

}  // namespace

void check_graph(const WorkflowDefinition& definition, Findings& findings) {
  const Graph graph(definition, findings);
  graph.check_conditions();
  graph.check_cycles();
  graph.check_reach();
}

}  // namespace lockstep::workflow::detail
