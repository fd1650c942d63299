// SPDX-License-Identifier: BSL-1.0
#include "lockstep/provisioning/provisioning.hpp"

#include "schema.hpp"

namespace lockstep::provisioning {

std::span<const Sql* const> statements() {
  static const std::vector<const Sql*> all = [] {
    std::vector<const Sql*> list;
    for (const auto part : {detail::run_statements(), detail::plan_unit_statements(),
                            detail::event_statements(), detail::resource_state_statements(),
                            detail::fact_statements(), detail::audit_statements()}) {
      list.insert(list.end(), part.begin(), part.end());
    }
    return list;
  }();
  return all;
}

std::span<const Constraint> constraints() noexcept { return detail::schema; }

}  // namespace lockstep::provisioning
