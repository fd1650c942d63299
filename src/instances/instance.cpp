// SPDX-License-Identifier: BSL-1.0
#include "lockstep/instances/instance.hpp"

#include "checks.hpp"
#include "json.hpp"
#include "schema.hpp"

namespace lockstep::instances {
namespace {

using detail::statement;

constexpr Sql create_sql = statement("instances.create_instance", R"(
INSERT INTO instances (name, backend_type, backend_config_json, status, created_at, updated_at,
                       auto_restart, max_restarts, restart_delay, on_demand_start, idle_timeout,
                       docker_enabled, command_override, nodes, environment, owner_user_id)
VALUES (:name, :backend_type, :backend_config_json, :status, :created_at, :updated_at,
        :auto_restart, :max_restarts, :restart_delay, :on_demand_start, :idle_timeout,
        :docker_enabled, :command_override, :nodes, :environment, :owner_user_id)
RETURNING id)");

// MySQL's text names no key: `name` is the only one that can be hit, since the statement gives no
// id.
constexpr Sql save_sql = statement("instances.save_instance", R"(
INSERT INTO instances (name, backend_type, backend_config_json, status, created_at, updated_at,
                       auto_restart, max_restarts, restart_delay, on_demand_start, idle_timeout,
                       docker_enabled, command_override, nodes, environment, owner_user_id)
VALUES (:name, :backend_type, :backend_config_json, :status, :created_at, :updated_at,
        :auto_restart, :max_restarts, :restart_delay, :on_demand_start, :idle_timeout,
        :docker_enabled, :command_override, :nodes, :environment, :owner_user_id)
ON CONFLICT (name) DO UPDATE
SET backend_type = excluded.backend_type, backend_config_json = excluded.backend_config_json,
    status = excluded.status, updated_at = excluded.updated_at,
    auto_restart = excluded.auto_restart, max_restarts = excluded.max_restarts,
    restart_delay = excluded.restart_delay, on_demand_start = excluded.on_demand_start,
    idle_timeout = excluded.idle_timeout, docker_enabled = excluded.docker_enabled,
    command_override = excluded.command_override, nodes = excluded.nodes,
    environment = excluded.environment)",
                                   {.mysql = R"(
INSERT INTO instances (name, backend_type, backend_config_json, status, created_at, updated_at,
                       auto_restart, max_restarts, restart_delay, on_demand_start, idle_timeout,
                       docker_enabled, command_override, nodes, environment, owner_user_id)
VALUES (:name, :backend_type, :backend_config_json, :status, :created_at, :updated_at,
        :auto_restart, :max_restarts, :restart_delay, :on_demand_start, :idle_timeout,
        :docker_enabled, :command_override, :nodes, :environment, :owner_user_id)
ON DUPLICATE KEY UPDATE
    backend_type = VALUES(backend_type), backend_config_json = VALUES(backend_config_json),
    status = VALUES(status), updated_at = VALUES(updated_at),
    auto_restart = VALUES(auto_restart), max_restarts = VALUES(max_restarts),
    restart_delay = VALUES(restart_delay), on_demand_start = VALUES(on_demand_start),
    idle_timeout = VALUES(idle_timeout), docker_enabled = VALUES(docker_enabled),
    command_override = VALUES(command_override), nodes = VALUES(nodes),
    environment = VALUES(environment))"});

constexpr Sql get_by_name_sql = statement("instances.get_instance_by_name", R"(
SELECT id, name, backend_type, backend_config_json, status, created_at, updated_at,
       auto_restart, max_restarts, restart_delay, on_demand_start, idle_timeout,
       docker_enabled, command_override, nodes, environment, owner_user_id
FROM instances
WHERE name = :name)");

constexpr Sql get_all_sql = statement("instances.get_all_instances", R"(
SELECT id, name, backend_type, backend_config_json, status, created_at, updated_at,
       auto_restart, max_restarts, restart_delay, on_demand_start, idle_timeout,
       docker_enabled, command_override, nodes, environment, owner_user_id
FROM instances
ORDER BY created_at, id)",
                                      {}, "it returns all instances");

constexpr Sql update_sql = statement("instances.update_instance", R"(
UPDATE instances
SET backend_type = :backend_type, backend_config_json = :backend_config_json, status = :status,
    updated_at = :updated_at, auto_restart = :auto_restart, max_restarts = :max_restarts,
    restart_delay = :restart_delay, on_demand_start = :on_demand_start,
    idle_timeout = :idle_timeout, docker_enabled = :docker_enabled,
    command_override = :command_override, nodes = :nodes, environment = :environment
WHERE name = :name)");

constexpr Sql update_status_sql = statement("instances.update_instance_status", R"(
UPDATE instances
SET status = :status, updated_at = :now
WHERE name = :name)");

constexpr Sql delete_sql = statement("instances.delete_instance", R"(
DELETE FROM instances
WHERE name = :name)");

// An Instance as its columns are. Type and status are texts here, so that one that is unknown
// spoils its own row and not a whole list.
struct Row {
  std::int64_t id = 0;
  std::string name;
  std::string backend_type;
  Json backend_config;
  std::string status;
  UnixTime created_at{0};
  UnixTime updated_at{0};
  bool auto_restart = false;
  std::int32_t max_restarts = 0;
  std::chrono::seconds restart_delay{0};
  bool on_demand_start = false;
  std::chrono::minutes idle_timeout{0};
  bool docker_enabled = false;
  std::optional<std::string> command_override;
  std::optional<Json> nodes;
  std::optional<Json> environment;
  std::optional<std::string> owner_user_id;

  static constexpr void columns(auto&& column) {
    column("id", &Row::id);
    column("name", &Row::name);
    column("backend_type", &Row::backend_type);
    column("backend_config_json", &Row::backend_config);
    column("status", &Row::status);
    column("created_at", &Row::created_at);
    column("updated_at", &Row::updated_at);
    column("auto_restart", &Row::auto_restart);
    column("max_restarts", &Row::max_restarts);
    column("restart_delay", &Row::restart_delay);
    column("on_demand_start", &Row::on_demand_start);
    column("idle_timeout", &Row::idle_timeout);
    column("docker_enabled", &Row::docker_enabled);
    column("command_override", &Row::command_override);
    column("nodes", &Row::nodes);
    column("environment", &Row::environment);
    column("owner_user_id", &Row::owner_user_id);
  }
};

// The row of `instance` as it is written now. Throws what check_instance does.
Row row_of(const Instance& instance, UnixTime now) {
  detail::check_instance(instance);
  Row row{.id = instance.id,
          .name = instance.name,
          .backend_type = std::string(to_text(instance.backend_type)),
          .backend_config = instance.backend_config,
          .status = std::string(to_text(instance.status)),
          .created_at = instance.created_at.value_or(now),
          .updated_at = now,
          .auto_restart = instance.auto_restart,
          .max_restarts = instance.max_restarts,
          .restart_delay = instance.restart_delay,
          .on_demand_start = instance.on_demand_start,
          .idle_timeout = instance.idle_timeout,
          .docker_enabled = instance.docker_enabled,
          .command_override = instance.command_override,
          .nodes = detail::nodes_json(instance.nodes),
          .environment = detail::environment_json(instance.environment),
          .owner_user_id = instance.owner_user_id};
  if (row.command_override && row.command_override->empty()) row.command_override.reset();
  return row;
}

bool is_json(const Json& json) {
  try {
    require_json("json", json.text);
    return true;
  } catch (const InvalidArgument&) {
    return false;
  }
}

// Reads `row` into `instance`; what is wrong with the row, or "".
std::string_view read(Row&& row, Instance& instance) {
  const auto type = find_enum<BackendType>(row.backend_type);
  if (!type) return "backend_type: unknown";
  const auto status = find_enum<InstanceStatus>(row.status);
  if (!status) return "status: unknown";
  if (!is_json(row.backend_config)) return "backend_config_json: not JSON";
  if (!detail::read_nodes(row.nodes, instance.nodes)) return "nodes: not a JSON array of texts";
  if (!detail::read_environment(row.environment, instance.environment)) {
    return "environment: not a JSON object of texts";
  }
  instance.id = row.id;
  instance.name = std::move(row.name);
  instance.backend_type = *type;
  instance.backend_config = std::move(row.backend_config);
  instance.status = *status;
  instance.created_at = row.created_at;
  instance.updated_at = row.updated_at;
  instance.auto_restart = row.auto_restart;
  instance.max_restarts = row.max_restarts;
  instance.restart_delay = row.restart_delay;
  instance.on_demand_start = row.on_demand_start;
  instance.idle_timeout = row.idle_timeout;
  instance.docker_enabled = row.docker_enabled;
  instance.command_override = std::move(row.command_override);
  instance.owner_user_id = std::move(row.owner_user_id);
  return {};
}

[[noreturn]] void raise_unreadable(const Sql& sql, std::int64_t id, std::string_view why) {
  ErrorInfo info;
  info.kind = ErrorKind::corrupt_data;
  info.what = "instance " + std::to_string(id) + ": " + std::string(why);
  info.statement = sql.name();
  raise(std::move(info));
}

Instance instance_of(Row row, const Sql& sql) {
  const std::int64_t id = row.id;
  Instance instance;
  if (const auto why = read(std::move(row), instance); !why.empty()) raise_unreadable(sql, id, why);
  return instance;
}

}  // namespace

std::span<const Sql* const> detail::instance_statements() noexcept {
  static constexpr std::array all{&create_sql, &save_sql,          &get_by_name_sql, &get_all_sql,
                                  &update_sql, &update_status_sql, &delete_sql};
  return all;
}

Instance create_instance(Executor& db, const Instance& instance) {
  Row row = row_of(instance, detail::unix_now(db));
  row.id = db.insert_returning<std::int64_t>(create_sql, row);
  return instance_of(std::move(row), create_sql);
}

Instance get_instance_by_name(Executor& db, std::string_view name) {
  detail::check_name(name);
  return instance_of(db.fetch_one<Row>(get_by_name_sql, name), get_by_name_sql);
}

std::vector<Instance> get_all_instances(Executor& db) {
  std::vector<Instance> all;
  for (Row& row : db.fetch_all<Row>(get_all_sql)) {
    all.push_back(instance_of(std::move(row), get_all_sql));
  }
  return all;
}

LoadedInstances load_all_instances(Executor& db) {
  LoadedInstances loaded;
  for (Row& row : db.fetch_all<Row>(get_all_sql)) {
    const std::int64_t id = row.id;
    std::string name = row.name;
    Instance instance;
    if (const auto why = read(std::move(row), instance); why.empty()) {
      loaded.instances.push_back(std::move(instance));
    } else {
      loaded.unreadable.push_back({id, std::move(name), std::string(why)});
    }
  }
  return loaded;
}

Instance update_instance(Executor& db, const Instance& instance) {
  db.execute_one(update_sql, row_of(instance, detail::unix_now(db)));
  return instance_of(db.fetch_one<Row>(get_by_name_sql, instance.name), update_sql);
}

void update_instance_status(Executor& db, std::string_view name, InstanceStatus status) {
  detail::check_name(name);
  db.execute_one(update_status_sql, status, detail::unix_now(db), name);
}

Instance save_instance(Executor& db, const Instance& instance) {
  const Row row = row_of(instance, detail::unix_now(db));
  return db.atomically([&](Transaction& tx) {
    tx.execute(save_sql, row);
    return instance_of(tx.fetch_one<Row>(get_by_name_sql, row.name), save_sql);
  });
}

void delete_instance(Executor& db, std::string_view name) {
  detail::check_name(name);
  db.execute_one(delete_sql, name);
}

}  // namespace lockstep::instances
