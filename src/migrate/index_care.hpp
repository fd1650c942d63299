// SPDX-License-Identifier: BSL-1.0
// Looks after what statements with CONCURRENTLY do to indexes on PostgreSQL.
#pragma once

#include "migrate/pinned.hpp"

namespace lockstep::detail {

struct InvalidIndex {
  std::string name;       // as the catalog has it
  std::string qualified;  // as a statement writes it
  static constexpr void columns(auto&& column) {
    column("name", &InvalidIndex::name);
    column("qualified", &InvalidIndex::qualified);
  }
};

// Sorted by `qualified`. Nobody builds them just now.
[[nodiscard]] std::vector<InvalidIndex> find_invalid_indexes(Pinned& connection);

// Outside a transaction: waits for those that use the table.
void drop_concurrently(Pinned& connection, const InvalidIndex& index);

// Around one statement that stands alone. Does nothing for any other.
class IndexCare {
 public:
  // Drops the invalid index that IF NOT EXISTS would take for a sound one; its name, if there was
  // one.
  [[nodiscard]] std::optional<std::string> before(Pinned& connection, std::string_view statement);
  // After a failure: drops what it has left. Their names.
  [[nodiscard]] std::vector<std::string> after_failure(Pinned& connection) noexcept;

 private:
  bool watches_ = false;
  std::vector<InvalidIndex> known_;
};

}  // namespace lockstep::detail
