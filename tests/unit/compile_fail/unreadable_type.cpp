// SPDX-License-Identifier: BSL-1.0
// expect: not a type that lockstep can read: see lockstep/value.hpp
#include "lockstep/columns.hpp"

#ifdef RIGHT
using Member = double;
#else
using Member = float;
#endif

void read(const lockstep::Value& cell, Member& out) { lockstep::detail::decode(cell, out); }
