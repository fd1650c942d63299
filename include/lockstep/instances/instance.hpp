// SPDX-License-Identifier: BSL-1.0
// Models that are served, and how: rows of `instances`. Shared rules: instances.hpp.
#pragma once

#include <map>
#include <set>

#include "lockstep/executor.hpp"

namespace lockstep::instances {

// Seconds since 1970, UTC.
using UnixTime = std::chrono::seconds;

enum class BackendType : std::uint8_t { llama_cpp, mlx_lm, vllm };

[[nodiscard]] constexpr auto enum_texts(BackendType) {
  return std::array<std::string_view, 3>{"llama_cpp", "mlx_lm", "vllm"};
}

enum class InstanceStatus : std::uint8_t { stopped, running, failed, restarting, shutting_down };

[[nodiscard]] constexpr auto enum_texts(InstanceStatus) {
  return std::array<std::string_view, 5>{"stopped", "running", "failed", "restarting",
                                         "shutting_down"};
}

// One instance. An option that is left out is stored as the default that its column has.
struct Instance {
  std::int64_t id = 0;  // given by the store
  std::string name;     // unique: 1 to 50 letters, digits, '.', '_' and '-'
  BackendType backend_type = BackendType::llama_cpp;
  Json backend_config{"{}"};
  InstanceStatus status = InstanceStatus::stopped;
  std::optional<UnixTime> created_at = {};  // null: now; never null in what the store returns
  UnixTime updated_at{0};                   // set by the store

  bool auto_restart = false;
  std::int32_t max_restarts = -1;  // -1: without limit; stored as it is, never clamped
  std::chrono::seconds restart_delay{0};
  bool on_demand_start = false;
  std::chrono::minutes idle_timeout{0};
  bool docker_enabled = false;
  std::optional<std::string> command_override = {};  // an empty text is null
  std::set<std::string> nodes = {};                  // names of the nodes it may run on
  std::map<std::string, std::string> environment = {};
  std::optional<std::string> owner_user_id = {};  // a key; set when the row is inserted only

  friend bool operator==(const Instance&, const Instance&) = default;
};

// Inserts `instance` and returns it as stored, with its id. Duplicate if the name exists.
Instance create_instance(Executor& db, const Instance& instance);

// NotFound if there is none, CorruptData if the row cannot be read: see load_all_instances.
[[nodiscard]] Instance get_instance_by_name(Executor& db, std::string_view name);

// All instances, oldest created_at first, ties by id. CorruptData if one cannot be read.
[[nodiscard]] std::vector<Instance> get_all_instances(Executor& db);

// A row that another program has written, and that makes no Instance.
struct UnreadableInstance {
  std::int64_t id = 0;
  std::string name;
  std::string error;  // what is wrong with it: "nodes: not a JSON array of texts"
};

struct LoadedInstances {
  std::vector<Instance> instances;
  std::vector<UnreadableInstance> unreadable;
};

// The same, and rows that cannot be read apart: those with a type or status that this program does
// not know, or with JSON of another shape.
[[nodiscard]] LoadedInstances load_all_instances(Executor& db);

// Overwrites everything of the instance with that name but id, created_at and owner_user_id, and
// returns the row as stored. NotFound if there is none.
Instance update_instance(Executor& db, const Instance& instance);

// Sets the status alone. NotFound if there is none.
void update_instance_status(Executor& db, std::string_view name, InstanceStatus status);

// Inserts `instance`, or updates the one with its name as update_instance does, in one statement.
// Returns the row as stored, with its id.
Instance save_instance(Executor& db, const Instance& instance);

// Takes it out of the permissions of every API key. NotFound if there is none.
void delete_instance(Executor& db, std::string_view name);

}  // namespace lockstep::instances
