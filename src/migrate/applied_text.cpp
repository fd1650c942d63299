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

bool fits_down(const Migration& migration, const std::optional<std::string>& stored) {
  return migration.code || same_down(migration.down, stored);
}

std::string describe_change(const Migration& migration) {
  if (!migration.code) return migration.up_file + " was changed after it was applied";
  return migration.up_file + " has another id than the one that was applied";
}

LedgerEntry make_entry(const Migration& migration, Engine engine) {
  return {.text_sha = text_checksum(migration.up),
          .meaning_sha = meaning_checksum(migration, engine),
          .down_text = migration.code ? std::nullopt : migration.down};
}

LedgerEntry make_entry(const Task& task, Engine engine) {
  if (task.up == nullptr) return {};
  LedgerEntry entry = make_entry(*task.up, engine);
  entry.out_of_order = task.out_of_order;
  return entry;
}

}  // namespace lockstep::detail
