// SPDX-License-Identifier: BSL-1.0
// A task from its start to its end, with a statement of its own.
#include <lockstep/agent/agent.hpp>
#include <lockstep/database.hpp>

namespace {

struct Last {
  std::string caller_id;
  std::optional<std::string> error;
  static constexpr void columns(auto&& column) {
    column("caller_id", &Last::caller_id);
    column("error", &Last::error);
  }
};

constexpr lockstep::Sql last_of{"report.last",
                                "SELECT caller_id, error FROM tasks WHERE caller_id = :caller_id "
                                "ORDER BY created_at DESC LIMIT 1"};

}  // namespace

int main(int argc, char** argv) {
  using namespace lockstep;
  auto db = Database::open(argc > 1 ? argv[1] : "sqlite:tasks.db");
  agent::fail_stuck_tasks(db);
  agent::save_task(db, {.id = "task-1", .command = "deploy", .caller_id = "u-1"});
  agent::update_task_status(db, "task-1", agent::TaskStatus::running);
  agent::complete_task(db, "task-1", Json{R"({"ok": true})"});
  const auto last = db.fetch_optional<Last>(last_of, "u-1");
  return last && !last->error ? 0 : 1;
}
