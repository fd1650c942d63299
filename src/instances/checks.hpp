// SPDX-License-Identifier: BSL-1.0
// What the instances' module refuses before anything is sent, and its time.
#pragma once

#include "lockstep/instances/instance.hpp"

namespace lockstep::instances::detail {

// InvalidArgument for a name that no instance can have.
void check_name(std::string_view name);

// InvalidArgument, naming the member, for an instance that not every engine could store.
void check_instance(const Instance& instance);

[[nodiscard]] inline UnixTime unix_now(const Executor& db) {
  return std::chrono::floor<UnixTime>(db.now().time_since_epoch());
}

}  // namespace lockstep::instances::detail
