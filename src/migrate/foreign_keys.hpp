// SPDX-License-Identifier: BSL-1.0
// Rows without their parent, where the engine does not look after them: SQLite with foreign_keys
// off, as users' files run there.
#pragma once

#include <map>
#include <optional>
#include <unordered_map>

#include "lockstep/migrator_options.hpp"
#include "migrate/pinned.hpp"

namespace lockstep::detail {

// Compares what it finds before a file with what it finds after. On other engines it does nothing.
class ForeignKeyCheck {
 public:
  explicit ForeignKeyCheck(Pinned& connection) : connection_(connection) {}

  // In the file's transaction, before its first statement. `as_left`: nobody has written to the
  // database since the last file was committed.
  void before(bool as_left);
  // After its last. A finding that is new, in words; none if there is none. What it has found
  // counts as known from then on.
  [[nodiscard]] std::optional<std::string> after(const MigrationStep& step);

 private:
  // A table with foreign keys.
  struct Child {
    bool concerned = true;           // by the file that has run
    bool hides_name = false;         // how its name or a parent's is written does not tell it
    std::vector<std::string> known;  // findings, sorted
  };

  void load();
  void load_new();
  [[nodiscard]] std::vector<std::string> find(const std::string& child);
  void read(const MigrationStep& step);
  void read_name(const std::string& name);

  Pinned& connection_;
  std::map<std::string, Child, std::less<>> children_;
  // The children by what their statements are found by: their own name and their parents', in lower
  // case.
  std::unordered_multimap<std::string, Child*> relatives_;
  bool references_ = false;    // the file that has run makes a child
  bool change_ = false;        // and may have changed anything
  bool triggers_ = false;      // a statement may change tables that it does not name
  std::int64_t last_row_ = 0;  // of sqlite_schema, that was read
  bool known_ = false;         // all this is as the last file has left it
};

}  // namespace lockstep::detail
