// SPDX-License-Identifier: BSL-1.0
// expect: is not a constant expression
#include "lockstep/sql.hpp"

constexpr std::string_view constant = "SELECT 1";

lockstep::Sql make([[maybe_unused]] std::string_view text) {
#ifdef RIGHT
  return {"jobs.count", constant};
#else
  return {"jobs.count", text};
#endif
}
