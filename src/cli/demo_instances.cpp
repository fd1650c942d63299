// SPDX-License-Identifier: BSL-1.0
// A day of instances that serve models. import_json is left out: it needs a table of its own.
#include "cli/story.hpp"
#include "lockstep/instances/instances.hpp"

namespace lockstep::cli {
namespace {

using namespace std::chrono_literals;
using instances::InstanceStatus;
using instances::PermissionMode;

constexpr std::string_view user = "demo-alice";
constexpr std::string_view llama = "demo-llama-8b";
constexpr std::string_view qwen = "demo-qwen";

// Deleting a key deletes its permissions.
void remove_rows(Database& db) {
  db.transaction([](Transaction& tx) {
    for (const auto& key : instances::get_user_keys(tx, user)) instances::delete_key(tx, key.id);
    for (const auto name : {llama, qwen}) {
      ignore_not_found([&] { instances::delete_instance(tx, name); });
    }
  });
}

std::string clock_time(instances::UnixTime t) { return cli::clock_time(Timestamp(t)); }

void tell_instance(const instances::Instance& instance) {
  tell("instance", instance.name,
       std::string(to_text(instance.backend_type)) + " " + instance.backend_config.text + ", " +
           std::string(to_text(instance.status)) + " since " + clock_time(instance.updated_at));
}

void tell_options(const instances::Instance& instance) {
  std::vector<std::string> options;
  if (instance.auto_restart) {
    options.push_back("restarts at most " + std::to_string(instance.max_restarts) +
                      " times, after " + std::to_string(instance.restart_delay.count()) + " s");
  }
  if (instance.on_demand_start) options.emplace_back("starts on demand");
  if (instance.idle_timeout > 0min) {
    options.push_back("stops after " + std::to_string(instance.idle_timeout.count()) +
                      " idle minutes");
  }
  if (instance.docker_enabled) options.emplace_back("in a container");
  for (const auto& node : instance.nodes) options.push_back("on " + node);
  for (const auto& [name, value] : instance.environment) {
    options.push_back(name);
    options.back().append("=").append(value);
  }
  tell("", "", options.empty() ? "no options" : listed(options));
}

void set_up(Database& db, StoryClock& clock) {
  title(clock, 480min, "two models are set up");
  instances::create_instance(db, {.name = std::string(llama),
                                  .backend_config = Json{R"({"model": "llama-8b"})"},
                                  .auto_restart = true,
                                  .max_restarts = 3,
                                  .restart_delay = 5s,
                                  .nodes = {"gpu-2", "gpu-1"},
                                  .environment = {{"THREADS", "8"}},
                                  .owner_user_id = std::string(user)});
  instances::create_instance(db, {.name = std::string(qwen),
                                  .backend_type = instances::BackendType::vllm,
                                  .backend_config = Json{R"({"model": "qwen"})"},
                                  .on_demand_start = true,
                                  .idle_timeout = 30min,
                                  .docker_enabled = true,
                                  .owner_user_id = std::string(user)});
  for (const auto name : {llama, qwen}) {
    const auto instance = instances::get_instance_by_name(db, name);
    tell_instance(instance);
    tell_options(instance);
  }
}

void start(Database& db, StoryClock& clock) {
  title(clock, 485min, "they are started");
  instances::update_instance_status(db, llama, InstanceStatus::running);
  instances::update_instance_status(db, qwen, InstanceStatus::failed);
  for (const auto name : {llama, qwen}) tell_instance(instances::get_instance_by_name(db, name));
}

void change(Database& db, StoryClock& clock) {
  title(clock, 540min, "one gets another model, and keeps its id, its owner and its birth");
  const auto before = instances::get_instance_by_name(db, qwen);
  instances::save_instance(db, {.name = std::string(qwen),
                                .backend_type = instances::BackendType::vllm,
                                .backend_config = Json{R"({"model": "qwen-2"})"},
                                .status = InstanceStatus::running,
                                .owner_user_id = "demo-bob"});
  const auto after = instances::get_instance_by_name(db, qwen);
  tell_instance(after);
  tell_options(after);
  tell("", "",
       std::string(after.id == before.id ? "the same row" : "another row") + ", of " +
           after.owner_user_id.value_or("nobody") + ", made at " +
           clock_time(after.created_at.value()));
}

void tell_keys(Executor& db, const std::vector<instances::ApiKey>& keys) {
  for (const auto& key : keys) {
    if (key.user_id != user) continue;
    std::vector<std::string> allowed;
    for (const auto name : {llama, qwen}) {
      const auto id = instances::get_instance_by_name(db, name).id;
      if (instances::has_permission(db, key.id, id)) allowed.emplace_back(name);
    }
    std::string rest = key.permission_mode == PermissionMode::allow_all
                           ? "everything"
                           : "instances: " + listed(allowed);
    rest += key.expires_at ? ", until " + clock_time(*key.expires_at) : ", for ever";
    if (key.last_used_at) rest += ", used at " + clock_time(*key.last_used_at);
    tell("key", key.name, rest);
  }
}

// A key for one of the instances, until noon, and one for all of them.
std::int64_t make_keys(Database& db, StoryClock& clock) {
  title(clock, 600min, "who may use them; only hashes of keys are stored");
  const std::array allowed{instances::get_instance_by_name(db, llama).id};
  const auto made = instances::create_key(
      db,
      {.key_hash = "demo-hash-1",
       .name = "demo-ci",
       .user_id = std::string(user),
       .expires_at = instances::UnixTime((StoryClock::midnight + 12h).time_since_epoch() / 1s)},
      allowed);
  instances::create_key(db, {.key_hash = "demo-hash-2",
                             .name = "demo-admin",
                             .user_id = std::string(user),
                             .permission_mode = PermissionMode::allow_all});
  tell_keys(db, instances::get_user_keys(db, user));
  return made.id;
}

void use_keys(Database& db, StoryClock& clock, std::int64_t key_id) {
  title(clock, 660min, "one is used");
  instances::touch_key(db, key_id);
  tell_keys(db, {instances::get_key_by_id(db, key_id)});
  title(clock, 720min, "it is noon: the keys that have not expired");
  tell_keys(db, instances::get_active_keys(db));
}

void make_mistakes(Database& db) {
  title("Mistakes, told alike by every engine");
  provoke("a name twice", [&] { instances::create_instance(db, {.name = std::string(llama)}); });
  provoke("a name with a blank", [&] { instances::create_instance(db, {.name = "demo llama"}); });
  const auto key = [](std::string_view name) {
    return instances::ApiKey{
        .key_hash = "demo-hash-3", .name = std::string(name), .user_id = std::string(user)};
  };
  provoke("a key for nothing",
          [&] { instances::create_key(db, key("demo-lost"), std::array<std::int64_t, 1>{-1}); });
  provoke("an unknown instance",
          [&] { instances::update_instance_status(db, "demo-nobody", InstanceStatus::running); });
  tell("rolled back", "the key for nothing",
       "keys of " + std::string(user) + ": " +
           std::to_string(instances::get_user_keys(db, user).size()));
}

void take_down(Database& db, StoryClock& clock, std::int64_t key_id) {
  title(clock, 1080min, "one is deleted, and no key may use it any more");
  const auto before = instances::get_permissions(db, key_id).size();
  instances::delete_instance(db, llama);
  const auto after = instances::get_permissions(db, key_id).size();
  tell("permissions", "demo-ci",
       "before: " + std::to_string(before) + ", after: " + std::to_string(after));
}

void tell_story(Database& db, StoryClock& clock) {
  set_up(db, clock);
  start(db, clock);
  change(db, clock);
  const std::int64_t key_id = make_keys(db, clock);
  use_keys(db, clock, key_id);
  make_mistakes(db);
  take_down(db, clock, key_id);
}

}  // namespace

const Story instances_story{
    .domain = "instances",
    .title = "A day of the instances",
    .tell = tell_story,
    .remove = remove_rows,
    .look_for = [](Database& db) {
      provoke("demo-qwen", [&] { static_cast<void>(instances::get_instance_by_name(db, qwen)); });
      tell("keys", user, "left: " + std::to_string(instances::get_user_keys(db, user).size()));
    }};

}  // namespace lockstep::cli
