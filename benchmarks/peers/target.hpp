// SPDX-License-Identifier: BSL-1.0
// A database as a peer is told of it.
#pragma once

#include <string>
#include <vector>

#include "lockstep/sql.hpp"

namespace lockstep {
class Database;
}

namespace lockstep::benchmarks {

struct Target {
  Engine engine = Engine::sqlite;
  std::string file = {};  // SQLite's; ":memory:"
  // Of a server.
  std::string user = {};
  std::string password = {};
  std::string host = {};
  std::string port = {};
  std::string database = {};
  // What gives a new connection the settings that lockstep gives its own, and a database in memory
  // its tables and rows: to be run one after the other.
  std::vector<std::string> settings = {};
  bool connect_only = false;  // nothing is asked of the side: it need not prepare a statement
};

// `url` as TestDatabase has it. Throws std::runtime_error for another.
[[nodiscard]] Target target_of(const std::string& url);
// A copy in memory of the SQLite file `url`, on which `db` is open.
[[nodiscard]] Target copy_in_memory(const std::string& url, Database& db);

}  // namespace lockstep::benchmarks
