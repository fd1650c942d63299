// SPDX-License-Identifier: BSL-1.0
// A statement of a migration as the rules see it: what it does to which table.
#pragma once

#include "lockstep/migration_set.hpp"
#include "migrate/parity/sql_words.hpp"

namespace lockstep::detail {

// Names of tables, columns and their like are the last part of what is written, in lower case.

struct LintColumn {
  std::string name;
  Words words;          // all of the definition
  Words type;           // with its length and sign
  Words default_value;  // empty: it has none
  bool not_null = false;
  bool nullable = false;  // says NULL
  bool primary_key = false;
  bool unique = false;
  bool references = false;
  bool check = false;
  bool generated = false;  // AS (...)
  bool stored = false;
  bool identity = false;
  bool counts = false;  // AUTO_INCREMENT, AUTOINCREMENT
  [[nodiscard]] bool has_default() const noexcept { return !default_value.empty(); }
};

// A column of a key, and whether only its first characters are: MySQL's "name(10)".
struct KeyPart {
  std::string column;  // empty: an expression
  bool prefix = false;
};

struct KeyText {
  enum class Kind : std::uint8_t { primary_key, unique, foreign_key, check, index, other };
  Kind kind = Kind::other;
  std::string name;  // empty: it was not given one
  Words words;
  std::vector<KeyPart> parts;
  std::string parent;  // of a foreign key
  bool not_valid = false;
  bool using_index = false;  // PostgreSQL: of an index that is there
};

enum class ActionKind : std::uint8_t {
  add_column,
  drop_column,
  rename_column,
  rename_table,
  change_column,  // all of it: MODIFY, CHANGE
  change_type,    // ALTER COLUMN ... TYPE
  set_not_null,
  drop_not_null,
  add_key,
  drop_key,  // constraint or index
  validate,  // VALIDATE CONSTRAINT
  option,    // MySQL: ALGORITHM, LOCK
  other,
};

// One clause of ALTER TABLE.
struct AlterAction {
  ActionKind kind = ActionKind::other;
  Words words;
  std::string name;      // of the column or key it is about
  std::string new_name;  // after a rename or CHANGE
  LintColumn column;     // what is added, or what it becomes
  KeyText key;
};

enum class LintStatementKind : std::uint8_t {
  create_table,
  create_index,
  create_other,
  alter_table,
  alter_other,
  drop,
  truncate,
  insert,
  update,
  remove,  // DELETE, and REPLACE is an insert
  other,
};

// Not copied: its parts are in its words.
struct LintStatement {
  LintStatement() = default;
  LintStatement(LintStatement&&) = default;
  LintStatement& operator=(LintStatement&&) = default;
  LintStatement(const LintStatement&) = delete;
  LintStatement& operator=(const LintStatement&) = delete;
  ~LintStatement() = default;

  const MigrationStatement* source = nullptr;
  std::vector<SqlWord> words;
  LintStatementKind kind = LintStatementKind::other;
  std::string object;  // of CREATE, ALTER, DROP: "table", "materialized view"
  std::string table;   // what it is about; for an index the table that it is on, if that is said
  std::string name;    // of the object
  std::vector<std::string> dropped;
  Words at;              // where its name is
  bool guarded = false;  // IF [NOT] EXISTS, OR REPLACE
  bool concurrently = false;
  bool unique = false;       // of an index
  bool temporary = false;    // CREATE TEMPORARY TABLE
  bool from_select = false;  // CREATE TABLE ... AS, INSERT ... SELECT
  std::vector<LintColumn> columns;
  std::vector<KeyText> keys;         // of CREATE TABLE, and what CREATE INDEX makes
  std::vector<AlterAction> actions;  // of ALTER TABLE
  std::vector<std::string> targets;  // columns of INSERT, or those that UPDATE sets

  [[nodiscard]] bool has(std::string_view word) const noexcept;
};

[[nodiscard]] LintStatement read_lint_statement(const MigrationStatement& source, Engine engine,
                                                DoubleQuotes quotes);

// "name type ..." and "[CONSTRAINT name] PRIMARY KEY (...) ...".
[[nodiscard]] LintColumn read_column(Words words);
[[nodiscard]] KeyText read_key(Words words);
// Whether an item of CREATE TABLE is a key, and no column.
[[nodiscard]] bool is_key(Words words, Engine engine);
// Columns of a list, without its parentheses.
[[nodiscard]] std::vector<KeyPart> read_parts(Words list);

// The words behind the table's name.
[[nodiscard]] std::vector<AlterAction> read_actions(Words words, Engine engine);

[[nodiscard]] std::string lower_name(const SqlWord& word);
// Takes "a.b" from the front; its last part.
std::string take_name(Words& words);
// Takes the words if all of them are at the front.
bool take(Words& words, std::initializer_list<std::string_view> expected);
[[nodiscard]] bool starts_with(Words words, std::initializer_list<std::string_view> expected);
// Where the word is outside of parentheses; the size if it is not there.
[[nodiscard]] std::size_t find_word(Words words, std::string_view word) noexcept;
[[nodiscard]] bool has_word(Words words, std::string_view word) noexcept;  // also in parentheses
// Where the words, separated by blanks, follow each other; the size if they do nowhere.
[[nodiscard]] std::size_t find_words(Words words, std::string_view wanted);

}  // namespace lockstep::detail
