// SPDX-License-Identifier: BSL-1.0
#include "lockstep/provisioning/provisioning.hpp"
#include "support/plan_check.hpp"
#include "support/target.hpp"

namespace lockstep::tests {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp start = Clock::start;

const Sql& statement(std::string_view name) {
  return find_statement(provisioning::statements(), name);
}

// Every hundredth run has a hundred units, and every hundredth unit a hundred events.
std::string parent_key(int n) { return plan_key(n / 100 * 100); }

void seed_runs(Database& db) {
  using namespace provisioning;
  db.insert_all(statement("provisioning.create_run"), plan_table([](int n) {
                  return Run{.id = plan_key(n),
                             .plan_path = "/plans/web",
                             .started_at = start + n * 1s,
                             .created_at = start,
                             .updated_at = start};
                }));
  db.insert_all(statement("provisioning.create_plan_unit"), plan_table([](int n) {
                  return PlanUnit{.id = plan_key(n),
                                  .run_id = parent_key(n),
                                  .resource_type = "linux.pkg",
                                  .resource_name = plan_key(n),
                                  .desired_state = {"{}"},
                                  .created_at = start + n * 1s,
                                  .updated_at = start};
                }));
  db.insert_all(statement("provisioning.upsert_resource_state"), plan_table([](int n) {
                  return ResourceState{.id = plan_key(n),
                                       .resource_type = "linux.pkg",
                                       .resource_name = plan_key(n),
                                       .state = {"{}"},
                                       .hash = plan_key(n),
                                       .last_run_id = parent_key(n),
                                       .last_applied = start + n * 1s,
                                       .created_at = start,
                                       .updated_at = start};
                }));
}

// Without RETURNING, which a row of many cannot answer.
constexpr Sql insert_event{"test.insert_event",
                           "INSERT INTO events (run_id, plan_unit_id, level, message, timestamp) "
                           "VALUES (:run_id, :plan_unit_id, :level, :message, :timestamp)"};
constexpr Sql insert_entry{"test.insert_entry",
                           "INSERT INTO audit (action, actor, timestamp) "
                           "VALUES (:action, :actor, :timestamp)"};

// One event in a hundred is an error. A target has a hundred facts, of which ten end some day.
void seed_logs(Database& db) {
  using namespace provisioning;
  db.insert_all(insert_event, plan_table([](int n) {
                  return Event{.run_id = parent_key(n),
                               .plan_unit_id = parent_key(n),
                               .level = n % 100 == 0 ? EventLevel::error : EventLevel::info,
                               .message = "m",
                               .timestamp = start + n * 1s};
                }));
  db.insert_all(insert_entry, plan_table([](int n) {
                  return AuditEntry{.action = parent_key(n),
                                    .actor = plan_key(n % 100 * 100),
                                    .timestamp = start + n * 1s};
                }));
  db.insert_all(statement("provisioning.upsert_fact"), plan_table([](int n) {
                  Fact fact{.id = plan_key(n),
                            .target_id = parent_key(n),
                            .namespace_ = plan_key(n % 100 * 100),
                            .key = plan_key(n),
                            .value = {"0"},
                            .created_at = start + n * 1s,
                            .updated_at = start};
                  if (n % 10 == 0) fact.expires_at = start + n * 1s;
                  return fact;
                }));
}

void seed(Database& db) {
  seed_runs(db);
  seed_logs(db);
}

std::vector<PlanArgument> arguments() {
  return {
      // keys
      {"id", a_plan_key},
      {"run_id", a_plan_key},
      {"plan_unit_id", a_plan_key},
      {"resource_type", "linux.pkg"},
      {"resource_name", a_plan_key},
      {"last_run_id", a_plan_key},
      {"target_id", a_plan_key},
      {"namespace", plan_key(0)},
      {"key", a_plan_key},
      {"action", a_plan_key},
      {"action", "update", "provisioning.create_plan_unit"},
      {"actor", plan_key(0)},
      // which rows, and how many
      {"level", "error"},
      {"now", start + 100s},
      {"limit", 10},
      {"offset", 5},
      // what is stored
      {"plan_path", "/plans/web"},
      {"status", "completed"},
      {"started_at", start},
      {"completed_at", start},
      {"error", nullptr},
      {"metadata", "{}"},
      {"created_at", start},
      {"updated_at", start},
      {"dependencies", "[]"},
      {"desired_state", "{}"},
      {"actual_state", nullptr},
      {"keep_actual_state", false},
      {"diff", nullptr},
      {"retries", 0},
      {"message", "m"},
      {"details", nullptr},
      {"timestamp", start},
      {"state", "{}"},
      {"hash", "abc"},
      {"last_applied", start},
      {"value", "0"},
      {"ttl", 0},
      {"expires_at", start},
      {"ip_address", nullptr},
  };
}

TEST_CASE("plans: the provisioning statements find their rows by an index") {
  check_plans({.name = "provisioning",
               .statements = provisioning::statements(),
               .seed = seed,
               .arguments = arguments(),
               .some_engines = {"provisioning.list_facts"}});
}

}  // namespace
}  // namespace lockstep::tests
