// SPDX-License-Identifier: BSL-1.0
// Maintenance: what a database wants done now and then, say once a week, at a quiet hour.
//
//     SQLite         gives back pages that deleted rows have left, if the file was made with
//                    auto_vacuum = INCREMENTAL, and renews the statistics of the planner
//     PostgreSQL     VACUUM (ANALYZE) of the whole database
//     MySQL/MariaDB  ANALYZE TABLE for each table
//
// The last run is a row of lockstep_maintenance.
#pragma once

#include "lockstep/database.hpp"

namespace lockstep {

struct MaintenanceStep {
  std::string statement;
  std::chrono::milliseconds duration{0};
  std::string problem;  // why the engine has not done it to a table; empty: done
};

struct MaintenanceReport {
  Timestamp started_at;  // by the clock of Executor::now()
  Timestamp finished_at;
  std::vector<MaintenanceStep> steps;
};

struct MaintenanceRun {
  Timestamp started_at;
  Timestamp finished_at;
  std::int64_t steps = 0;
  std::int64_t problems = 0;

  friend bool operator==(const MaintenanceRun&, const MaintenanceRun&) = default;
  static constexpr void columns(auto&& column) {
    column("started_at", &MaintenanceRun::started_at);
    column("finished_at", &MaintenanceRun::finished_at);
    column("steps", &MaintenanceRun::steps);
    column("problems", &MaintenanceRun::problems);
  }
};

// Runs each statement by itself, outside any transaction, then records the run. Others read and
// write meanwhile. Harmless when it is repeated, or ended half way: a run that throws is not
// recorded. Warnings of PostgreSQL, as of tables that the user does not own, go to
// DatabaseOptions::warning.
//
// Configuration, before anything is done, if `lockstep migrate up` was not run; LogicError in a
// thread that is inside a transaction of `db`; Busy, Timeout, Cancelled and what the statements
// throw.
MaintenanceReport maintenance(Database& db, const CallOptions& options = {},
                              SourceLocation at = SourceLocation::current());

// The last run that was finished, by whomever; null: none was. Configuration as above.
[[nodiscard]] std::optional<MaintenanceRun> last_maintenance(
    Executor& db, SourceLocation at = SourceLocation::current());

// The statements of this module that are the same for every database.
[[nodiscard]] std::span<const Sql* const> maintenance_statements() noexcept;

}  // namespace lockstep
