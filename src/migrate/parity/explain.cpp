// SPDX-License-Identifier: BSL-1.0
#include "migrate/parity/explain.hpp"

#include <algorithm>

#include "core/sql_scanner.hpp"

namespace lockstep::detail {
namespace {

// "length(name) <= 255" as its two parts.
struct LengthCheck {
  std::string_view column;
  std::string_view length;
};

std::optional<LengthCheck> parse_length_check(std::string_view condition) {
  constexpr std::string_view opening = "length(";
  constexpr std::string_view middle = ") <= ";
  const std::size_t at = condition.find(middle);
  if (!condition.starts_with(opening) || at == condition.npos) return std::nullopt;
  const LengthCheck check{condition.substr(opening.size(), at - opening.size()),
                          condition.substr(at + middle.size())};
  const bool plain = std::ranges::all_of(check.column, is_word_character) &&
                     check.length.find_first_not_of("0123456789") == check.length.npos;
  return plain ? std::optional(check) : std::nullopt;
}

std::string key_of(std::string_view length) { return "key(" + std::string(length) + ')'; }

// Whether the name is a word of the condition.
bool mentions(std::string_view condition, std::string_view name) {
  for (std::size_t at = condition.find(name); at != condition.npos;
       at = condition.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    const bool begins = at == 0 || !is_word_character(condition[at - 1]);
    if (begins && (end == condition.size() || !is_word_character(condition[end]))) return true;
  }
  return false;
}

}  // namespace

std::optional<std::string> checked_length(const SchemaTable& table, std::string_view column) {
  for (const SchemaCheck& check : table.checks) {
    const auto length = parse_length_check(check.condition);
    if (length && length->column == column) return std::string(length->length);
  }
  return std::nullopt;
}

bool bounds_alike(const SchemaColumn& bounded, const SchemaTable& table,
                  const SchemaColumn& column) {
  const auto length = checked_length(table, column.name);
  return length && column.type == "text" && bounded.type == key_of(*length);
}

bool is_length_check(const SchemaCheck& check, const SchemaTable& reference,
                     const SchemaTable& table) {
  const auto length = parse_length_check(check.condition);
  if (!length) return false;
  const auto bounded = std::ranges::find(reference.columns, length->column, &SchemaColumn::name);
  const auto text = std::ranges::find(table.columns, length->column, &SchemaColumn::name);
  return bounded != reference.columns.end() && text != table.columns.end() &&
         bounds_alike(*bounded, table, *text);
}

bool stands_for(const SchemaIndex& whole, const SchemaIndex& partial) {
  if (partial.condition.empty() || !whole.condition.empty()) return false;
  if (partial.unique || whole.unique || whole.columns.size() < partial.columns.size()) return false;
  const std::size_t surplus = whole.columns.size() - partial.columns.size();
  for (std::size_t i = 0; i < whole.columns.size(); ++i) {
    const bool fits = i < surplus ? mentions(partial.condition, whole.columns[i])
                                  : whole.columns[i] == partial.columns[i - surplus];
    if (!fits) return false;
  }
  return true;
}

bool has_stand_in(const SchemaTable& table, const SchemaIndex& partial) {
  if (partial.condition.empty() || partial.unique) return false;
  return std::ranges::any_of(table.indexes, [&](const SchemaIndex& index) {
    return index.condition.empty() && index.columns.size() >= partial.columns.size() &&
           std::equal(partial.columns.begin(), partial.columns.end(), index.columns.begin());
  });
}

bool is_foreign_key_index(const SchemaTable& table, const SchemaIndex& index) {
  return !index.unique && index.condition.empty() &&
         std::ranges::any_of(table.foreign_keys, [&](const SchemaForeignKey& key) {
           return key.name == index.name && key.columns == index.columns;
         });
}

}  // namespace lockstep::detail
