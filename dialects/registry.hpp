// SPDX-License-Identifier: BSL-1.0
// The engines of this build. Each constant is defined in dialects/<engine>/dialect.cpp.
#pragma once

#include "lockstep/dialect.hpp"

namespace lockstep::detail {

extern const Dialect sqlite_dialect;
extern const Dialect postgres_dialect;
extern const Dialect mysql_dialect;

}  // namespace lockstep::detail
