// SPDX-License-Identifier: BSL-1.0
#include "lockstep/instances/instances.hpp"

#include "schema.hpp"

namespace lockstep::instances {

std::span<const Sql* const> statements() {
  static const std::vector<const Sql*> all = [] {
    std::vector<const Sql*> list;
    for (const auto part : {detail::instance_statements(), detail::api_key_statements(),
                            detail::import_statements()}) {
      list.insert(list.end(), part.begin(), part.end());
    }
    return list;
  }();
  return all;
}

std::span<const Constraint> constraints() noexcept { return detail::schema; }

}  // namespace lockstep::instances
