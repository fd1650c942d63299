// SPDX-License-Identifier: BSL-1.0
// The instances domain: models that are served, and the API keys that may use them.
//
//     using namespace lockstep;
//     auto made = instances::create_instance(db, {.name = "llama-8b", .auto_restart = true});
//     instances::update_instance_status(db, "llama-8b", instances::InstanceStatus::running);
//     instances::create_key(db, {.key_hash = hash, .name = "ci", .user_id = "u-1"},
//                           std::array{made.id});
//
// Its tables are the migrations of the domain "instances". Every operation runs on a Database, on a
// Transaction and with limits alike, but import_json, which commits by itself; the configuration is
// in lockstep/instances/config.hpp, with a library of its own. What all operations share:
//   - A key has 1 to 255 characters, unless its member says otherwise, and no white space at either
//     end. JSON is stored byte for byte. All else is InvalidArgument, with nothing sent.
//   - Times are Unix seconds. The store sets updated_at, and a key's created_at, to
//     Executor::now(), and ignores what the caller has put there.
//   - Beyond the errors named at an operation, each throws what the executor throws.
#pragma once

#include "lockstep/instances/api_key.hpp"
#include "lockstep/instances/import.hpp"
#include "lockstep/instances/instance.hpp"

namespace lockstep::instances {

// Every statement that this module can send. Static storage.
[[nodiscard]] std::span<const Sql* const> statements();

// Primary, unique and foreign keys and checks of its tables. Static storage.
[[nodiscard]] std::span<const Constraint> constraints() noexcept;

}  // namespace lockstep::instances
