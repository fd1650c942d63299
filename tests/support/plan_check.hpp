// SPDX-License-Identifier: BSL-1.0
// Looks at the plan of every statement of a domain, on the target. A domain is one source in
// tests/domain/plans: its rows and its values for placeholders.
#pragma once

#include <variant>

#include "support/plan.hpp"

namespace lockstep::tests {

using PlanValue = std::variant<std::nullptr_t, bool, std::int64_t, double, std::string, Timestamp>;

// What a placeholder stands for: in every statement, or only in the one that is named, if it needs
// another value there. Values are those of rows that are there, and select few of them.
struct PlanArgument {
  std::string_view placeholder;
  PlanValue value;
  std::string_view statement = {};
};

// So many rows has every table at least; a key of row number n = 0, 1, ...
inline constexpr int plan_rows = 10'000;
[[nodiscard]] std::string plan_key(int n);
// The middle row.
inline const std::string a_plan_key = plan_key(plan_rows / 2);

// make(0), make(1), ... as the rows of a table.
template <class F>
[[nodiscard]] auto plan_table(F&& make) {
  std::vector<decltype(make(0))> rows;
  rows.reserve(plan_rows);
  for (int n = 0; n < plan_rows; ++n) rows.push_back(make(n));
  return rows;
}

struct PlanDomain {
  std::string_view name;  // as its migrations are called
  std::span<const Sql* const> statements;
  void (*seed)(Database& db);  // fills each table of the domain
  std::vector<PlanArgument> arguments;
  // Statements that read a whole table, for their reason, on some engines and not on others.
  // Whether any engine needs the reason is not told for them.
  std::vector<std::string_view> some_engines = {};
};

// The statement of that name, to fill a table with. Throws std::out_of_range if there is none.
[[nodiscard]] const Sql& find_statement(std::span<const Sql* const> statements,
                                        std::string_view name);

// Fills a new database and looks at the plan of each statement there. The test fails
//   - for a statement that reads a whole table without Sql::reads_all,
//   - for one that has this reason and reads none, though a WHERE says which rows it wants,
//   - for a table with fewer rows, a placeholder without a value, a value without a placeholder,
//     and values that match no row, where the engine tells.
void check_plans(const PlanDomain& domain);

}  // namespace lockstep::tests
