// SPDX-License-Identifier: BSL-1.0
// One run of a plan, and what it left behind, with a statement of its own.
#include <lockstep/database.hpp>
#include <lockstep/provisioning/provisioning.hpp>

namespace {

constexpr lockstep::Sql stale{"report.stale",
                              "SELECT id, last_applied FROM resource_states "
                              "WHERE last_applied < :before ORDER BY id LIMIT :count"};

}  // namespace

int main(int argc, char** argv) {
  using namespace lockstep;
  auto db = Database::open(argc > 1 ? argv[1] : "sqlite:plans.db");
  try {
    db.transaction([&](Transaction& tx) {
      provisioning::create_run(
          tx, {.id = "run-1", .plan_path = "/plans/web", .started_at = tx.now()});
      provisioning::create_plan_unit(tx, {.id = "unit-1",
                                          .run_id = "run-1",
                                          .resource_type = "linux.pkg",
                                          .resource_name = "apache2",
                                          .desired_state = {R"({"state": "present"})"}});
    });
  } catch (const Duplicate&) {
    return 1;
  }
  provisioning::update_run_status(db, "run-1", provisioning::RunStatus::completed);
  using Row = std::tuple<std::string, Timestamp>;
  const auto old = db.fetch_all<Row>(stale, db.now() - std::chrono::days(7), 100);
  return old.empty() ? 0 : 2;
}
