// SPDX-License-Identifier: BSL-1.0
// The databases that benchmarks run on.
#pragma once

#include <filesystem>
#include <memory>

#include "benchmarks/support/suite.hpp"
#include "lockstep/testing.hpp"

namespace lockstep::benchmarks {

// The time of every database here stands still, so that rows can be foretold.
[[nodiscard]] Timestamp clock_time();

// A migrated database, made and filled when it is first asked for, dropped with this.
class Store {
 public:
  using Fill = std::function<void(Database&)>;
  Store(std::string url, std::vector<std::string> domains, Fill fill = {});

  [[nodiscard]] Database& db();
  // To open it a second time; may hold a password.
  [[nodiscard]] const std::string& url();

 private:
  testing::TestDatabase& made();

  std::string url_;  // see lockstep::testing::TestDatabase
  std::vector<std::string> domains_;
  Fill fill_;
  std::optional<testing::TestDatabase> database_;
};

// Where a database can be made.
struct Place {
  std::string engine;  // as the table names it
  std::string url;
};

// The three engines: SQLite in files of this folder, and the servers around this process. Throws
// std::runtime_error if tests/servers did not start it.
[[nodiscard]] std::vector<Place> three_engines(const std::filesystem::path& data);

// SQLite in a file of this folder, with options as "?synchronous=normal".
[[nodiscard]] std::string sqlite_url(const std::filesystem::path& data,
                                     const std::string& options = {});

// Engines and their versions.
[[nodiscard]] Facts versions(const std::vector<Place>& places);

// Throws std::runtime_error if an answer is not what it has to be: a fast wrong one is no result.
void expect(bool right, const char* what);

[[nodiscard]] std::int64_t count(Database& db, const std::string& table);

}  // namespace lockstep::benchmarks
