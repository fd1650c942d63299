// SPDX-License-Identifier: BSL-1.0
#include "lockstep/workflow/workflow.hpp"

#include "schema.hpp"

namespace lockstep::workflow {

std::span<const Sql* const> statements() {
  static const std::vector<const Sql*> all = [] {
    std::vector<const Sql*> list;
    for (const auto part : {detail::execution_statements(), detail::node_execution_statements(),
                            detail::history_statements(), detail::variable_statements(),
                            detail::retention_statements(), detail::statistics_statements(),
                            detail::export_statements()}) {
      list.insert(list.end(), part.begin(), part.end());
    }
    return list;
  }();
  return all;
}

std::span<const lockstep::Constraint> constraints() noexcept { return detail::schema; }

}  // namespace lockstep::workflow
