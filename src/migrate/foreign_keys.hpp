// SPDX-License-Identifier: BSL-1.0
// Rows without their parent, where the engine does not look after them: SQLite with foreign_keys
// off, as users' files run there.
#pragma once

#include <optional>

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
  [[nodiscard]] std::optional<std::string> after();

 private:
  [[nodiscard]] std::vector<std::string> find();

  Pinned& connection_;
  std::optional<std::vector<std::string>> known_;
};

}  // namespace lockstep::detail
