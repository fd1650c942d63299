// SPDX-License-Identifier: BSL-1.0
#include "lockstep/agent/agent.hpp"

#include "schema.hpp"

namespace lockstep::agent {

std::span<const Sql* const> statements() {
  static const std::vector<const Sql*> all = [] {
    std::vector<const Sql*> list;
    for (const auto part :
         {detail::task_statements(), detail::claim_statements(), detail::approval_statements(),
          detail::session_statements(), detail::dead_letter_statements(),
          detail::audit_statements(), detail::meta_statements(), detail::retention_statements()}) {
      list.insert(list.end(), part.begin(), part.end());
    }
    return list;
  }();
  return all;
}

std::span<const Constraint> constraints() noexcept { return detail::schema; }

}  // namespace lockstep::agent
