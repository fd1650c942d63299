// SPDX-License-Identifier: BSL-1.0
// A connection of a Database, for what is done with the database as a whole.
#pragma once

#include "core/describe_error.hpp"
#include "core/pool.hpp"

namespace lockstep::detail {

class UpkeepDoor {
 public:
  // Waits for a connection as a statement does.
  [[nodiscard]] static Lease lease(Database& db, const Limits& limits, SourceLocation at) {
    return db.pool().acquire(Purpose::statement, limits, at);
  }
};

// Runs f. A failure of the engine leaves it as an Error about `query`.
template <class F>
auto translated(const Dialect& dialect, const Query& query, F&& f) {
  try {
    return std::forward<F>(f)();
  } catch (const NativeError& error) {
    raise(describe_error(dialect, error, query, nullptr));
  }
}

// Runs f. What it throws names the operation and the line of the caller.
template <class F>
auto named_as(const Query& query, F&& f) {
  try {
    return std::forward<F>(f)();
  } catch (const Error& error) {
    ErrorInfo info = error.info();
    if (info.statement.empty() || info.statement == "sql") info.statement = query.name();
    info.location = query.location();
    raise(std::move(info));
  }
}

}  // namespace lockstep::detail
