// SPDX-License-Identifier: BSL-1.0
// What the migrations up to a statement have made, as far as their texts tell.
#pragma once

#include <map>

#include "migrate/lint/statement.hpp"

namespace lockstep::detail {

struct KnownColumn {
  std::string name;
  std::string type;  // "varchar(20)"
  bool not_null = false;
  bool has_value = false;        // a default, or counted or generated
  bool states_not_null = false;  // which a primary key of SQLite does not imply
};

struct KnownKey {
  KeyText::Kind kind = KeyText::Kind::other;
  std::string name;
  std::vector<std::string> columns;
  std::string parent;
  std::string text;  // of a check: "check(a is not null)"
  bool not_valid = false;
};

struct KnownTable {
  std::vector<KnownColumn> columns;
  std::vector<KnownKey> keys;
  bool complete = true;    // all columns are known
  bool made_here = false;  // by the script that is being read, and not by IF NOT EXISTS
  bool seeded = false;     // a migration has put rows of its own into it
  bool temporary = false;

  [[nodiscard]] const KnownColumn* find(std::string_view column) const noexcept;
};

class Schema {
 public:
  // Null if no migration has made the table.
  [[nodiscard]] const KnownTable* find(std::string_view table) const;
  [[nodiscard]] bool made_here(std::string_view table) const;
  // The table of an index; empty if it is not known.
  [[nodiscard]] std::string_view table_of_index(std::string_view index) const;
  [[nodiscard]] const std::map<std::string, KnownTable, std::less<>>& tables() const noexcept {
    return tables_;
  }
  void begin_script();
  void apply(const LintStatement& statement);

 private:
  void create_table(const LintStatement& statement);
  void alter(const LintStatement& statement);
  void alter(KnownTable& table, const AlterAction& action);
  void drop_index(const std::string& name);
  void rename(const std::string& from, const std::string& to);
  void add_key(KnownTable& table, const KeyText& key);

  std::map<std::string, KnownTable, std::less<>> tables_;
  std::map<std::string, std::string, std::less<>> indexes_;
};

// Words as they are compared: "varchar(20)", "numeric(10,2)", "double precision".
[[nodiscard]] std::string joined(Words words);

}  // namespace lockstep::detail
