// SPDX-License-Identifier: BSL-1.0
// The plan that an engine makes for a statement, and what of it reads whole tables.
#pragma once

#include "lockstep/database.hpp"

namespace lockstep::tests {

// Arguments by position whose number is known at run time only.
struct PlanArguments {
  std::vector<Value> values;
};

struct Plan {
  std::string text;  // what the engine says, line by line
  // The lines that read a table from its begin to its end, or all of one of its indexes: without a
  // condition that an index answers, or to build an index for this one execution. An index of
  // which only some rows are part (partial) is read as if it had all.
  std::vector<std::string> whole_reads;
  // The engine looked for the rows already, found none, and so made no plan: only MySQL does.
  bool matches_nothing = false;
};

// Asks for the plan of `statement`, without running it. What is read only as far as LIMIT says is
// no whole read: in a statement without WHERE, one table whose index has the order of ORDER BY.
// PostgreSQL is asked for the best plan that has indexes in it, as it would be for large tables.
[[nodiscard]] Plan explain(Transaction& tx, std::string_view statement,
                           const PlanArguments& arguments);

// Lets the engine count what is in a table, for its plans.
void analyze(Executor& db, std::string_view table);

}  // namespace lockstep::tests

namespace lockstep::detail {

template <>
class ArgumentList<tests::PlanArguments> {
 public:
  explicit ArgumentList(const tests::PlanArguments& arguments) : values_(arguments.values) {}
  [[nodiscard]] Arguments view() const noexcept {
    Arguments view;
    view.values = values_;
    return view;
  }

 private:
  std::span<const Value> values_;
};

}  // namespace lockstep::detail
