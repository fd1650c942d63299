// SPDX-License-Identifier: BSL-1.0
// expect: not a type that lockstep can bind: see lockstep/value.hpp
#include "lockstep/detail/arguments.hpp"

#ifdef RIGHT
using Argument = long;
#else
using Argument = long*;
#endif

void bind(Argument argument) { const lockstep::detail::ArgumentList list(argument); }
