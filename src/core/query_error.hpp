// SPDX-License-Identifier: BSL-1.0
// Errors that lockstep itself raises about a statement.
#pragma once

#include "lockstep/error.hpp"
#include "lockstep/sql.hpp"

namespace lockstep::detail {

// Throws with the name of the statement and the line of the caller.
[[noreturn]] inline void raise_about(const Query& query, ErrorKind kind, std::string what = {}) {
  ErrorInfo info;
  info.kind = kind;
  info.what = std::move(what);
  info.statement = query.name();
  info.location = query.location();
  raise(std::move(info));
}

}  // namespace lockstep::detail
