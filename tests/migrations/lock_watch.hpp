// SPDX-License-Identifier: BSL-1.0
// Under how many locks a migrator runs its files: the row of each has a token of its own.
#pragma once

#include <set>

#include "migrations/empty.hpp"

namespace lockstep::tests {

// For a database that a second Database can open.
class LockWatch {
 public:
  explicit LockWatch(const Empty& fixture) : other_(fixture.open_again()) {}

  [[nodiscard]] MigratorOptions options() {
    MigratorOptions options;
    options.lock = LockKind::table;
    options.observer = [this](const MigrationEvent& event) {
      if (event.kind != MigrationEvent::Kind::start) return;
      ++files_;
      tokens_.insert(other_.fetch_value<std::string>("SELECT token FROM lockstep_migration_lease"));
    };
    return options;
  }
  [[nodiscard]] std::size_t files() const { return files_; }
  [[nodiscard]] std::size_t locks() const { return tokens_.size(); }

 private:
  Database other_;
  std::size_t files_ = 0;
  std::set<std::string> tokens_;
};

}  // namespace lockstep::tests
