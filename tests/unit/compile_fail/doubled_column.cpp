// SPDX-License-Identifier: BSL-1.0
// expect: the descriptor must give each column a name of its own
#include "lockstep/columns.hpp"

struct Job {
  std::string id;
  std::string name;
  static constexpr void columns(auto&& column) {
    column("id", &Job::id);
#ifdef RIGHT
    column("name", &Job::name);
#else
    column("id", &Job::name);
#endif
  }
};

static_assert(lockstep::detail::ShapeOf<Job>::width > 0);
