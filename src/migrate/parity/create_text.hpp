// SPDX-License-Identifier: BSL-1.0
// What a CREATE text tells that a catalog may not: names of constraints, conditions, STRICT.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lockstep/dialect.hpp"

namespace lockstep::detail {

struct ConstraintText {
  enum class Kind : std::uint8_t { primary_key, unique, foreign_key, check };
  Kind kind = Kind::check;
  std::string name;                  // empty: it was not given one
  std::vector<std::string> columns;  // not of a check
  std::string referenced_table;
  std::string condition;  // of a check, as it is written
};

struct TableText {
  std::vector<ConstraintText> constraints;  // of columns too
  std::vector<std::string> counting;        // columns with AUTOINCREMENT
  std::vector<std::pair<std::string, std::string>>
      collations;  // columns with COLLATE, and its name
  bool strict = false;
};

struct IndexText {
  std::vector<std::string> columns;  // as they are written, without ASC and DESC
  std::string condition;             // as it is written; empty: there is none
};

// Of "CREATE TABLE name (...) ...". Empty for what has no list in parentheses.
[[nodiscard]] TableText read_create_table(std::string_view text, const LexicalRules& rules);

// Of "CREATE INDEX name ON table (...) WHERE ...".
[[nodiscard]] IndexText read_create_index(std::string_view text, const LexicalRules& rules);

}  // namespace lockstep::detail
