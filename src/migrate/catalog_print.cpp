// SPDX-License-Identifier: BSL-1.0
#include "migrate/catalog_print.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "lockstep/row.hpp"
#include "migrate/checksum.hpp"
#include "migrate/ledger_sql.hpp"
#include "migrate/statement_effect.hpp"

namespace lockstep::detail {
namespace {

using Entries = std::map<std::string, std::string>;
using NameAndText = std::tuple<std::string, std::string>;

constexpr std::string_view mysql_current = "SELECT DATABASE()";

constexpr std::string_view mysql_databases =
    "SELECT schema_name, CONCAT(default_character_set_name, ' ', default_collation_name)"
    " FROM information_schema.schemata";

constexpr std::string_view mysql_tables =
    "SELECT table_name FROM information_schema.tables WHERE table_schema = :db";

// What SHOW CREATE would say of each, in one answer.
constexpr std::string_view mysql_programs =
    "SELECT CONCAT('trigger ', trigger_name), CONCAT_WS('|', event_manipulation,"
    " event_object_table, action_timing, action_order, sql_mode, definer, action_statement)"
    " FROM information_schema.triggers WHERE trigger_schema = :db"
    " UNION ALL SELECT CONCAT(LOWER(routine_type), ' ', routine_name), CONCAT_WS('|', created,"
    " last_altered, definer, security_type, sql_mode, dtd_identifier, routine_definition)"
    " FROM information_schema.routines WHERE routine_schema = :db"
    " UNION ALL SELECT CONCAT('event ', event_name), CONCAT_WS('|', last_altered, definer,"
    " execute_at, interval_value, interval_field, starts, ends, status, on_completion,"
    " event_comment, event_definition) FROM information_schema.events WHERE event_schema = :db";

// Of what runs outside of transactions. An index that is not valid is one that is not there yet.
constexpr std::string_view postgres_objects =
    "SELECT CASE WHEN c.relkind IN ('i', 'I') THEN 'index ' ELSE 'partition ' END || n.nspname"
    " || '.' || c.relname, concat_ws('|', c.oid, c.relispartition, c.relpartbound)"
    " FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace"
    " WHERE (c.relkind IN ('i', 'I') OR c.relispartition)"
    " AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'"
    " AND NOT EXISTS (SELECT FROM pg_catalog.pg_index AS i"
    " WHERE i.indexrelid = c.oid AND NOT i.indisvalid)"
    " UNION ALL SELECT 'database ' || datname, CAST(oid AS TEXT) FROM pg_catalog.pg_database"
    " UNION ALL SELECT 'tablespace ' || spcname, CAST(oid AS TEXT) FROM pg_catalog.pg_tablespace";

// Behind the definitions: rows that are inserted change it.
std::string without_next_value(std::string text) {
  constexpr std::string_view mark = " AUTO_INCREMENT=";
  const auto options = text.rfind("\n)");
  const auto at = text.find(mark, options == std::string::npos ? text.size() : options);
  if (at == std::string::npos) return text;
  return text.erase(at, text.find_first_not_of("0123456789", at + mark.size()) - at);
}

std::string quote(std::string_view name) {
  std::string text = "`";
  for (const char c : name) text.append(c == '`' ? 2 : 1, c);
  return text + '`';
}

// The text is in the second column. A view whose tables are gone says so instead.
std::string definition_of(Pinned& connection, const std::string& name) {
  try {
    std::string text;
    for (const Row& row : connection.stream<Row>("SHOW CREATE TABLE " + name)) {
      if (row.cells.size() > 1) text = row.cells[1].as_text();
    }
    return without_next_value(std::move(text));
  } catch (const Error& error) {
    return std::string(to_string(error.kind()));
  }
}

// What a statement can change: a definition changes what it names, any other may change everything.
class Scope {
 public:
  explicit Scope(std::string_view statement) {
    const Tokens tokens(statement, Engine::mysql);
    for (const std::string_view token : tokens) names_.insert(plain_name(token));
    constexpr std::array<std::string_view, 4> definitions{"CREATE", "ALTER", "DROP", "RENAME"};
    constexpr std::array<std::string_view, 5> programs{"TRIGGER", "PROCEDURE", "FUNCTION", "EVENT",
                                                       "PACKAGE"};
    everything_ = std::ranges::none_of(definitions, [&](auto word) { return tokens.is(0, word); });
    programs_ = std::ranges::any_of(programs, [&](auto word) { return tokens.has(word); });
  }
  [[nodiscard]] bool names(std::string_view name) const {
    return names_.contains(plain_name(name));
  }
  [[nodiscard]] bool has_table(std::string_view name) const { return everything_ || names(name); }
  [[nodiscard]] bool has_programs() const { return everything_ || programs_; }

 private:
  std::set<std::string> names_;
  bool everything_ = false;
  bool programs_ = false;
};

void add_mysql(Pinned& connection, const std::string& db, const Scope& scope, Entries& entries) {
  for (const auto& table : connection.fetch_all<std::string>(mysql_tables, named("db", db))) {
    if (table == ledger_table || table == log_table || !scope.has_table(table)) continue;
    entries["table " + db + '.' + table] =
        definition_of(connection, quote(db) + '.' + quote(table));
  }
  if (!scope.has_programs()) return;
  for (auto& [name, text] :
       connection.fetch_all<NameAndText>(mysql_programs, named("db", db))) {
    entries[name + " of " + db] += text;
  }
}

Entries mysql_entries(Pinned& connection, const std::string& schema, std::string_view statement) {
  Entries entries;
  const auto current = connection.fetch_value<std::optional<std::string>>(mysql_current);
  const Scope scope(statement);
  for (auto& [db, text] : connection.fetch_all<NameAndText>(mysql_databases)) {
    if (db != schema && db != current && !scope.names(db)) continue;
    entries["database " + db] = text;
    if (plain_name(db) != "information_schema") add_mysql(connection, db, scope, entries);
  }
  return entries;
}

Entries postgres_entries(Pinned& connection) {
  Entries entries;
  for (auto& [name, text] : connection.fetch_all<NameAndText>(postgres_objects)) {
    entries[name] += text;
  }
  return entries;
}

}  // namespace

CatalogPrint CatalogPrint::take(Pinned& connection, const std::string& schema,
                                std::string_view statement) {
  CatalogPrint print;
  switch (connection.dialect().engine) {
    case Engine::mysql:
      print.entries_ = mysql_entries(connection, schema, statement);
      break;
    case Engine::postgres:
      print.entries_ = postgres_entries(connection);
      break;
    case Engine::sqlite:  // every statement that changes the schema is undone with its transaction
      break;
  }
  return print;
}

std::string CatalogPrint::digest() const {
  std::string all;
  for (const auto& [name, text] : entries_) (((all += name) += '\0') += text) += '\0';
  return sha256(all);
}

std::string CatalogPrint::difference(const CatalogPrint& after) const {
  constexpr std::size_t most = 5;
  std::vector<std::string> found;
  for (const auto& [name, text] : entries_) {
    const auto other = after.entries_.find(name);
    if (other == after.entries_.end()) {
      found.push_back(name + " is gone");
    } else if (other->second != text) {
      found.push_back(name + " is changed");
    }
  }
  for (const auto& [name, text] : after.entries_) {
    if (!entries_.contains(name)) found.push_back(name + " is new");
  }
  std::string words;
  for (std::size_t i = 0; i < std::min(found.size(), most); ++i) {
    words += (i == 0 ? "" : ", ") + found[i];
  }
  if (found.size() > most) words += ", and " + std::to_string(found.size() - most) + " more";
  return words;
}

}  // namespace lockstep::detail
