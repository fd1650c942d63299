// SPDX-License-Identifier: BSL-1.0
#include "migrate/applied_text.hpp"

#include "migrate/checksum.hpp"
#include "migrate/meaning.hpp"
#include "migrate/planner.hpp"

namespace lockstep::detail {

TextChange compare_text(const LedgerRow& row, const Migration& migration, Engine engine) {
  if (row.text_sha.empty() || row.text_sha == text_checksum(migration.up)) return TextChange::none;
  return row.meaning_sha == meaning_checksum(migration, engine) ? TextChange::layout
                                                                : TextChange::meaning;
}

bool same_down(const std::optional<std::string>& a, const std::optional<std::string>& b) {
  return a == b || (a && b && text_checksum(*a) == text_checksum(*b));
}

LedgerEntry make_entry(const Migration& migration, Engine engine) {
  return {.text_sha = text_checksum(migration.up),
          .meaning_sha = meaning_checksum(migration, engine),
          .down_text = migration.down};
}

LedgerEntry make_entry(const Task& task, Engine engine) {
  if (task.up == nullptr) return {};
  LedgerEntry entry = make_entry(*task.up, engine);
  entry.out_of_order = task.out_of_order;
  return entry;
}

}  // namespace lockstep::detail
