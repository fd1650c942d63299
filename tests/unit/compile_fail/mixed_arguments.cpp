// SPDX-License-Identifier: BSL-1.0
// expect: arguments by position and by name cannot be mixed
#include "lockstep/detail/arguments.hpp"

void bind(int a, int b) {
#ifdef RIGHT
  const lockstep::detail::ArgumentList list(lockstep::named("a", a), lockstep::named("b", b));
#else
  const lockstep::detail::ArgumentList list(lockstep::named("a", a), b);
#endif
}
