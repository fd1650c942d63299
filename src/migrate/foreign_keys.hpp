// SPDX-License-Identifier: BSL-1.0
// Rows without their parent, where the engine does not look after them: SQLite with foreign_keys
// off, as users' files run there.
#pragma once

#include <map>
#include <optional>

#include "lockstep/migrator_options.hpp"
#include "migrate/pinned.hpp"

namespace lockstep::detail {

// Compares what it finds before a file with what it finds after. On other engines it does nothing.
class ForeignKeyCheck {
 public:
  explicit ForeignKeyCheck(Pinned& connection) : connection_(connection) {}

  // In the file's transaction, before its first statement.
  void before();
  // After its last. A finding that is new, in words; none if there is none. What it has found
  // counts as known from then on.
  [[nodiscard]] std::optional<std::string> after(const MigrationStep& step);

 private:
  // A table with foreign keys.
  struct Child {
    std::vector<std::string> names;  // its own and its parents', in lower case
    std::vector<std::string> known;  // findings, sorted
  };

  void load();
  void load_new();
  [[nodiscard]] std::vector<std::string> find(const std::string& child);
  [[nodiscard]] std::int64_t schema_version();

  Pinned& connection_;
  std::map<std::string, Child, std::less<>> children_;
  bool triggers_ = false;      // a statement may change tables that it does not name
  std::int64_t last_row_ = 0;  // of sqlite_schema, that was read
  std::int64_t version_ = -1;  // of the schema that all this is about
};

}  // namespace lockstep::detail
