// SPDX-License-Identifier: BSL-1.0
// expect: the descriptor must list every member of the struct, once
#include "lockstep/columns.hpp"

struct Job {
  std::string id;
  static constexpr void columns(auto&& column) {
    column("id", &Job::id);
#ifndef RIGHT
    column("name", &Job::id);
#endif
  }
};

static_assert(lockstep::detail::ShapeOf<Job>::width > 0);
