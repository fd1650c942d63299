// SPDX-License-Identifier: BSL-1.0
#include "lockstep/instances/instances.hpp"
#include "support/plan_check.hpp"
#include "support/target.hpp"

namespace lockstep::tests {
namespace {

// As the statements of instances take it: the public struct holds sets and maps.
struct InstanceRow {
  std::string name;
  std::string backend_type = "vllm";
  std::string backend_config_json = "{}";
  std::string status = "running";
  std::int64_t created_at = 0;
  std::int64_t updated_at = 0;
  bool auto_restart = false;
  std::int32_t max_restarts = -1;
  std::int32_t restart_delay = 0;
  bool on_demand_start = false;
  std::int32_t idle_timeout = 0;
  bool docker_enabled = false;
  std::optional<std::string> command_override = {};
  std::optional<std::string> nodes = {};
  std::optional<std::string> environment = {};
  std::optional<std::string> owner_user_id = {};

  static constexpr void columns(auto&& column) {
    column("name", &InstanceRow::name);
    column("backend_type", &InstanceRow::backend_type);
    column("backend_config_json", &InstanceRow::backend_config_json);
    column("status", &InstanceRow::status);
    column("created_at", &InstanceRow::created_at);
    column("updated_at", &InstanceRow::updated_at);
    column("auto_restart", &InstanceRow::auto_restart);
    column("max_restarts", &InstanceRow::max_restarts);
    column("restart_delay", &InstanceRow::restart_delay);
    column("on_demand_start", &InstanceRow::on_demand_start);
    column("idle_timeout", &InstanceRow::idle_timeout);
    column("docker_enabled", &InstanceRow::docker_enabled);
    column("command_override", &InstanceRow::command_override);
    column("nodes", &InstanceRow::nodes);
    column("environment", &InstanceRow::environment);
    column("owner_user_id", &InstanceRow::owner_user_id);
  }
};

// That of the module returns the id, which many rows at once cannot.
constexpr Sql create_key{
    "test.create_key",
    "INSERT INTO api_keys (key_hash, name, user_id, expires_at, created_at, updated_at) "
    "VALUES (:key_hash, :name, :user_id, :expires_at, :created_at, 0)"};

const Sql& statement(std::string_view name) {
  return find_statement(instances::statements(), name);
}

void seed(Database& db) {
  db.insert_all(statement("instances.save_instance"), plan_table([](int n) {
                  return InstanceRow{.name = plan_key(n), .created_at = n};
                }));
  // A hundred users; one key in a hundred has not expired.
  db.insert_all(create_key, plan_table([](int n) {
                  return std::tuple<std::string, std::string, std::string, int, int>(
                      plan_key(n), plan_key(n), plan_key(n % 100), n % 100 == 0 ? 2000 : 1000, n);
                }));
  db.insert_all(statement("instances.create_key.permissions"), plan_table([](int n) {
                  return std::tuple<std::int64_t, std::int64_t>(n / 10 + 1, n % 10 + 1);
                }));
}

TEST_CASE("plans: the instances' statements find their rows by an index") {
  check_plans({.name = "instances",
               .statements = instances::statements(),
               .seed = seed,
               .arguments =
                   {
                       // which rows
                       {"id", plan_rows / 2},
                       {"name", a_plan_key},
                       {"user_id", plan_key(7)},
                       {"now", 1500},
                       {"key_id", 7},
                       {"instance_id", 3},
                       // what is stored
                       {"backend_type", "mlx_lm"},
                       {"backend_config_json", "{}"},
                       {"status", "stopped"},
                       {"created_at", 1},
                       {"updated_at", 1},
                       {"auto_restart", true},
                       {"max_restarts", -1},
                       {"restart_delay", 1},
                       {"on_demand_start", true},
                       {"idle_timeout", 1},
                       {"docker_enabled", true},
                       {"command_override", nullptr},
                       {"nodes", nullptr},
                       {"environment", nullptr},
                       {"owner_user_id", nullptr},
                       {"key_hash", "hash"},
                       {"permission_mode", "allow_all"},
                       {"expires_at", nullptr},
                   },
               .some_engines = {"instances.get_active_keys"}});
}

}  // namespace
}  // namespace lockstep::tests
