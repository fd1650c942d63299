// SPDX-License-Identifier: BSL-1.0
// Rows that the instances' tests begin with.
#pragma once

#include "lockstep/instances/instances.hpp"
#include "support/rows.hpp"

namespace lockstep::tests {

using namespace std::chrono_literals;

// Clock::start as the module stores it.
inline constexpr instances::UnixTime start_seconds =
    std::chrono::floor<instances::UnixTime>(Clock::start.time_since_epoch());

inline instances::Instance instance(std::string name) { return {.name = std::move(name)}; }

// Nothing in it is a default.
inline instances::Instance full_instance(std::string name) {
  return {.name = std::move(name),
          .backend_type = instances::BackendType::vllm,
          .backend_config = Json{R"({"port": 8080,  "model":"m", "temp":[1.0, 1e3], "port": 1})"},
          .status = instances::InstanceStatus::restarting,
          .created_at = 1'600'000'000s,
          .auto_restart = true,
          .max_restarts = 7,
          .restart_delay = 5s,
          .on_demand_start = true,
          .idle_timeout = 30min,
          .docker_enabled = true,
          .command_override = "/opt/vllm --serve\n",
          .nodes = {"main", "gpu-\xE2\x98\x83", "a \"quoted\" \\ node"},
          .environment = {{"GR\xC3\x9C\xC3\x9F"
                           "E",
                           "na\xC3\xAFve \xF0\x9F\x98\x80\n\t\"\\"},
                          {"EMPTY", ""}},
          .owner_user_id = "user-1"};
}

inline instances::ApiKey api_key(std::string name, std::string user_id = "user-1") {
  return {.key_hash = "$argon2id$v=19$m=65536,t=1,p=4$c2FsdA$aGFzaA",
          .name = std::move(name),
          .user_id = std::move(user_id)};
}

}  // namespace lockstep::tests
