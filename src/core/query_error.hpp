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

// Runs f. An error that leaves it names the caller's line, and not ours.
template <class F>
auto blame(SourceLocation at, F&& f) {
  try {
    return std::forward<F>(f)();
  } catch (const Error& error) {
    ErrorInfo info = error.info();
    info.location = at;
    raise(std::move(info));
  }
}

}  // namespace lockstep::detail
