// SPDX-License-Identifier: BSL-1.0
// Scratch databases: made to try something, gone with their object.
//
//     lockstep::ScratchDatabase scratch(server_url);
//     lockstep::Migrator(scratch.db(), set).up();
#pragma once

#include "lockstep/database.hpp"

namespace lockstep {

// Every scratch database is called lockstep_scratch_<process>_<number>; no other is ever removed.
inline constexpr std::string_view scratch_prefix = "lockstep_scratch_";

// Owns an empty database. A process that is killed leaves it behind. Thread rule: that of its
// Database for db(), one thread for the rest.
class ScratchDatabase {
 public:
  // "sqlite::memory:" is a database in memory. Any other URL is only the way in: a new database is
  // made beside the one that it names, which is not touched; for SQLite a file in the same folder.
  // Throws what opening throws, and PermissionDenied if the URL's user may make no database.
  explicit ScratchDatabase(std::string_view url = "sqlite::memory:", DatabaseOptions options = {});
  ScratchDatabase(ScratchDatabase&&) noexcept;
  ScratchDatabase& operator=(ScratchDatabase&&) = delete;
  // Closes and removes it, also while an error is thrown. If that fails it stays, and
  // options.warning is told.
  ~ScratchDatabase();

  [[nodiscard]] Database& db() noexcept;
  // May hold a password. To open it a second time: not with one in memory.
  [[nodiscard]] const std::string& url() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Where the scratch databases of each engine are made.
struct ScratchServers {
  std::string sqlite = "sqlite::memory:";
  std::string postgres = {};  // empty: there is no such server
  std::string mysql = {};
  [[nodiscard]] const std::string& of(Engine engine) const noexcept;
};

}  // namespace lockstep
