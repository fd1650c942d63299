// SPDX-License-Identifier: BSL-1.0
#include "migrate/scratch/tree_places.hpp"

#include <algorithm>
#include <array>

#include "lockstep/dialect.hpp"
#include "migrate/parity/sql_words.hpp"
#include "migrate/set_order.hpp"

namespace lockstep::detail {
namespace {

// From the tree's folder. A set that was read from no folder is laid out as lockstep's own.
std::string path_of(const MigrationSet& set, const Migration& migration) {
  if (migration.up_file.find('/') != std::string::npos) return migration.up_file;
  return std::string(to_string(set.engine())) + '/' + migration.domain + '/' + migration.up_file;
}

bool has(const std::vector<SqlWord>& words, const std::string& name) {
  return name.empty() || std::ranges::find(words, name, &SqlWord::text) != words.end();
}

// Rows make no schema.
bool is_about_rows(const std::vector<SqlWord>& words) {
  constexpr std::array<std::string_view, 6> verbs{"insert",  "update", "delete",
                                                  "replace", "select", "with"};
  return words.empty() || std::ranges::find(verbs, words.front().text) != verbs.end();
}

// The last statement of the schema that names both; empty if none does.
std::string find_names(const MigrationSet& set, const std::string& table, const std::string& part) {
  std::string place;
  for (const Migration* migration : in_order(set)) {
    for (const MigrationStatement& statement : migration->up_statements) {
      const auto words = words_of_sql(statement.text, dialect(set.engine()).lexical);
      if (is_about_rows(words) || !has(words, table) || !has(words, part)) continue;
      place = path_of(set, *migration) + ':' + std::to_string(statement.line);
    }
  }
  return place;
}

}  // namespace

std::vector<VersionDifference> version_differences(const MigrationSet& set,
                                                   const MigrationSet& other, bool names) {
  std::vector<VersionDifference> all;
  for (const Migration& each : set.migrations()) {
    const Migration* same = other.find(each.domain, each.version);
    if (same == nullptr) {
      all.push_back({VersionGap::missing, &each, nullptr});
      continue;
    }
    if (names && same->name != each.name) all.push_back({VersionGap::name, &each, same});
    if (each.down && !same->down) all.push_back({VersionGap::down, &each, same});
  }
  return all;
}

std::string place_of(const SchemaDifference& difference, const MigrationSet& reference,
                     const MigrationSet& other) {
  for (const MigrationSet* set : {&other, &reference}) {
    std::string place = find_names(*set, difference.table, difference.name);
    if (!place.empty()) return place;
  }
  return find_names(other, difference.table, "");
}

}  // namespace lockstep::detail
