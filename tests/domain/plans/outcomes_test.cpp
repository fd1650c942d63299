// SPDX-License-Identifier: BSL-1.0
#include "lockstep/outcome.hpp"
#include "support/plan_check.hpp"
#include "support/target.hpp"

namespace lockstep::tests {
namespace {

using std::chrono::seconds;

void seed(Database& db) {
  const auto make = [](int n) {
    return std::tuple<std::string, Timestamp>(plan_key(n), Clock::start + seconds(n));
  };
  db.insert_all(find_statement(outcome_statements(), "lockstep.create_outcome"), plan_table(make));
}

TEST_CASE("plans: lockstep's own statements find their rows by an index") {
  check_plans({.name = "lockstep",
               .statements = outcome_statements(),
               .seed = seed,
               .arguments = {{"token", a_plan_key},
                             {"created_at", Clock::start},
                             {"before", Clock::start + seconds(10)}}});
}

}  // namespace
}  // namespace lockstep::tests
