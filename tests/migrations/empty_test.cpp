// SPDX-License-Identifier: BSL-1.0
#include "migrations/empty.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "support/server.hpp"

namespace lockstep::tests {
namespace {

constexpr Sql tables_and_columns{
    "test.columns",
    "SELECT type || ' ' || name || ' ' || tbl_name || ' ' || coalesce(sql, '') FROM sqlite_schema"
    " WHERE tbl_name NOT LIKE 'lockstep_migration%' AND name NOT LIKE 'sqlite_%'",
    {.postgres =
         "SELECT concat_ws(' ', 'column', table_name, column_name, data_type,"
         " character_maximum_length, is_nullable, column_default, collation_name, is_identity)"
         " FROM information_schema.columns WHERE table_schema = current_schema()"
         " AND table_name NOT LIKE 'lockstep_migration%'",
     .mysql = "SELECT CONCAT_WS(' ', 'column', table_name, column_name, column_type, is_nullable,"
              " column_default, collation_name, extra) FROM information_schema.columns"
              " WHERE table_schema = DATABASE() AND table_name NOT LIKE 'lockstep_migration%'"}};

// SQLite's tables tell all in their text.
constexpr std::string_view nothing_on_sqlite = "SELECT '' WHERE 1 = 0";

constexpr Sql constraints{
    "test.constraints",
    nothing_on_sqlite,
    {.postgres = "SELECT concat_ws(' ', 'constraint', CAST(conrelid AS regclass), conname,"
                 " pg_get_constraintdef(oid)) FROM pg_constraint"
                 " WHERE connamespace = CAST(current_schema() AS regnamespace)"
                 " AND CAST(CAST(conrelid AS regclass) AS TEXT) NOT LIKE 'lockstep_migration%'",
     .mysql =
         "SELECT CONCAT_WS(' ', 'constraint', c.table_name, c.constraint_name,"
         " c.constraint_type, k.column_name, k.ordinal_position, k.referenced_table_name,"
         " k.referenced_column_name, r.update_rule, r.delete_rule)"
         " FROM information_schema.table_constraints AS c"
         " LEFT JOIN information_schema.key_column_usage AS k"
         " ON k.table_schema = c.table_schema AND k.table_name = c.table_name"
         " AND k.constraint_name = c.constraint_name"
         " LEFT JOIN information_schema.referential_constraints AS r"
         " ON r.constraint_schema = c.table_schema AND r.table_name = c.table_name"
         " AND r.constraint_name = c.constraint_name"
         " WHERE c.table_schema = DATABASE() AND c.table_name NOT LIKE 'lockstep_migration%'"}};

constexpr Sql indexes{
    "test.indexes",
    nothing_on_sqlite,
    {.postgres =
         "SELECT 'index ' || indexdef FROM pg_indexes"
         " WHERE schemaname = current_schema() AND tablename NOT LIKE 'lockstep_migration%'",
     .mysql = "SELECT CONCAT_WS(' ', 'index', table_name, index_name, non_unique, seq_in_index,"
              " column_name) FROM information_schema.statistics"
              " WHERE table_schema = DATABASE() AND table_name NOT LIKE 'lockstep_migration%'"}};

constexpr Sql triggers{
    "test.triggers",
    nothing_on_sqlite,
    {.postgres = "SELECT 'trigger ' || pg_get_triggerdef(t.oid) FROM pg_trigger AS t"
                 " JOIN pg_class AS c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal"
                 " AND c.relnamespace = CAST(current_schema() AS regnamespace)",
     .mysql = "SELECT CONCAT_WS(' ', 'trigger', trigger_name, event_object_table, action_statement)"
              " FROM information_schema.triggers WHERE trigger_schema = DATABASE()"}};

constexpr Sql routines{
    "test.routines",
    nothing_on_sqlite,
    {.postgres = "SELECT concat_ws(' ', 'routine', proname, prosrc) FROM pg_proc"
                 " WHERE pronamespace = CAST(current_schema() AS regnamespace)",
     .mysql = "SELECT CONCAT_WS(' ', 'routine', routine_name, routine_definition)"
              " FROM information_schema.routines WHERE routine_schema = DATABASE()"}};

std::string next_name() {
  static std::atomic<int> number{0};
  return "lockstep_test_m" + std::to_string(::getpid()) + "_" + std::to_string(++number);
}

// Where a file of SQLite's is; nothing for other databases.
std::optional<std::filesystem::path> file_of(std::string_view url) {
  constexpr std::string_view scheme = "sqlite:";
  if (!url.starts_with(scheme) || url == "sqlite::memory:") return std::nullopt;
  return url.substr(scheme.size());
}

std::string url_of(const std::string& name) {
  std::string target = target_url();
  if (target == "sqlite::memory:") return target;
  if (const auto file = file_of(target))
    return "sqlite:" + file->parent_path().string() + "/" + name;
  Database::open(target).execute("CREATE DATABASE " + name);
  return target.substr(0, target.rfind('/') + 1) + name;
}

}  // namespace

Empty::Empty(DatabaseOptions options)
    : name_(next_name()),
      url_(url_of(name_)),
      database_(Database::open(url_, std::move(options))),
      db(*database_) {}

Empty::~Empty() {
  database_.reset();
  if (const auto file = file_of(url_)) {
    for (const char* suffix : {"", "-wal", "-shm"})
      std::filesystem::remove(file->string() + suffix);
  } else if (shared()) {
    Database::open(target_url()).execute("DROP DATABASE " + name_);
  }
}

Database Empty::open_to_read() {
  if (!has_server()) return Database::open(url_ + "?mode=ro");
  ServerUrl url = ServerUrl::parse(url_);
  url.user = variable("LOCKSTEP_TEST_GUEST");
  if (db.dialect().engine == Engine::postgres) {  // on MySQL it has the right already
    db.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO " + url.user);
  }
  return Database::open(url.text());
}

std::vector<std::string> catalog(Database& db) {
  std::vector<std::string> lines;
  for (const Sql* part : {&tables_and_columns, &constraints, &indexes, &triggers, &routines}) {
    for (auto& line : db.fetch_all<std::string>(*part)) lines.push_back(std::move(line));
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

bool has_table(Database& db, const std::string& name) {
  try {
    static_cast<void>(db.fetch_value<std::int64_t>("SELECT COUNT(*) FROM " + name));
    return true;
  } catch (const UndefinedObject&) {
    return false;
  }
}

TEST_CASE("empty database: it is empty, and the catalog sees what is made") {
  Empty fixture;
  CHECK(catalog(fixture.db).empty());
  CHECK_FALSE(has_table(fixture.db, "lockstep_migrations"));
  fixture.db.execute("CREATE TABLE a (id INTEGER NOT NULL PRIMARY KEY)");
  const auto without_index = catalog(fixture.db);
  CHECK_FALSE(without_index.empty());
  fixture.db.execute("CREATE INDEX a_index ON a (id)");
  CHECK(catalog(fixture.db) != without_index);
  CHECK(has_table(fixture.db, "a"));
  CHECK_FALSE(has_table(fixture.db, "b"));
}

}  // namespace lockstep::tests
