// SPDX-License-Identifier: BSL-1.0
// Schema: what a database's catalog tells of its tables, in one logical model for every engine.
#pragma once

#include "lockstep/executor.hpp"

namespace lockstep {

// Expressions (defaults, conditions) are in a normal form that the engines' spellings share:
// without casts and needless parentheses, IN for = ANY, booleans as 0 and 1.
struct SchemaColumn {
  std::string name;
  // key(n): text of at most n characters that is compared by its bytes; varchar(n): compared in
  // another way; text, bytes, boolean, smallint, integer (32 bits), bigint, real, double, timestamp
  // (UTC, microseconds); anything else in the engine's own words.
  std::string type;
  bool nullable = true;
  std::string default_value;  // empty: none; "now", "identity", "generated", or an expression
  friend bool operator==(const SchemaColumn&, const SchemaColumn&) = default;
};

struct SchemaPrimaryKey {
  std::optional<std::string> name;   // none: the engine does not keep it
  std::vector<std::string> columns;  // empty: the table has no primary key
  friend bool operator==(const SchemaPrimaryKey&, const SchemaPrimaryKey&) = default;
};

// A UNIQUE constraint is a unique index: not every engine tells one from the other.
struct SchemaIndex {
  std::string name;  // empty: it was not given one
  bool unique = false;
  std::vector<std::string> columns;  // "a", "a desc", "a(10)" of its first characters, "lower(a)"
  std::string condition;             // of a partial index; empty: all rows
  friend bool operator==(const SchemaIndex&, const SchemaIndex&) = default;
};

struct SchemaForeignKey {
  std::string name;
  std::vector<std::string> columns;
  std::string referenced_table;
  std::vector<std::string> referenced_columns;
  // "cascade", "set null", "set default", "restrict", "no action"; "refuse" where the engine has no
  // difference between the last two, which compare() takes for either.
  std::string on_delete;
  std::string on_update;
  friend bool operator==(const SchemaForeignKey&, const SchemaForeignKey&) = default;
};

struct SchemaCheck {
  std::string name;
  std::string condition;
  friend bool operator==(const SchemaCheck&, const SchemaCheck&) = default;
};

struct SchemaTable {
  std::string name;
  bool keeps_types = true;            // false: a SQLite table without STRICT
  std::vector<SchemaColumn> columns;  // in their order; everything below is sorted
  SchemaPrimaryKey primary_key;
  std::vector<SchemaIndex> indexes;
  std::vector<SchemaForeignKey> foreign_keys;
  std::vector<SchemaCheck> checks;
  // By name. A column that the engine itself sets to the time of an UPDATE (MySQL) stands here as
  // trg_<table>_<column>, the trigger that the other engines need for it.
  std::vector<std::string> triggers;
  // Rows that the migrations have brought, none of them told if there are more than the limit. The
  // hash leaves out columns whose default is the time, and types in an engine's own words.
  std::optional<std::size_t> row_count;
  std::string rows_sha;
  friend bool operator==(const SchemaTable&, const SchemaTable&) = default;
};

struct Schema {
  Engine engine = Engine::sqlite;
  std::string name;  // what differences call it; as it is read, the engine's name
  std::vector<SchemaTable> tables;
  [[nodiscard]] const SchemaTable* find(std::string_view table) const noexcept;
  friend bool operator==(const Schema&, const Schema&) = default;
};

// The tables of the connection's current schema without the migrator's ledger. Rows are read of
// tables that have at most `row_limit`; 0 reads none. Throws what its SELECTs throw.
[[nodiscard]] Schema read_schema(Executor& db, std::size_t row_limit = 100);

}  // namespace lockstep
