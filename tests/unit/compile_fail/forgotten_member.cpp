// SPDX-License-Identifier: BSL-1.0
// expect: the descriptor must list every member of the struct, once
#include "lockstep/columns.hpp"

struct Job {
  std::string id;
  std::optional<std::string> note;
  static constexpr void columns(auto&& column) {
    column("id", &Job::id);
#ifdef RIGHT
    column("note", &Job::note);
#endif
  }
};

static_assert(lockstep::detail::ShapeOf<Job>::width > 0);
