// SPDX-License-Identifier: BSL-1.0
#include "lockstep/testing.hpp"
#include "testing/domains.hpp"

namespace lockstep::testing {
namespace {

// The file of SQLite's database, "" for one in memory.
constexpr Sql database_name{"testing.database_name",
                            "SELECT current_database()",
                            {.sqlite = "SELECT file FROM pragma_database_list WHERE name = 'main'",
                             .mysql = "SELECT DATABASE()"}};

void require_test_database(Database& db) {
  const auto name = db.fetch_value<std::optional<std::string>>(database_name).value_or("");
  if (name.empty() && db.dialect().engine == Engine::sqlite) return;
  if (std::string_view(name).substr(name.rfind('/') + 1).starts_with(name_prefix)) return;
  raise(ErrorKind::invalid_argument,
        "reset_db: the name of the database does not begin with " + std::string(name_prefix));
}

std::string restart_text(Engine engine, const detail::Table& table) {
  const std::string name(table.name);
  switch (engine) {
    case Engine::sqlite:  // https://www.sqlite.org/autoinc.html
      return "DELETE FROM sqlite_sequence WHERE name = '" + name + "'";
    case Engine::postgres:
      return "ALTER TABLE " + name + " ALTER COLUMN " + std::string(table.identity) + " RESTART";
    default:
      return "ALTER TABLE " + name + " AUTO_INCREMENT = 1";
  }
}

// MariaDB tells an identity that has not moved, which is much cheaper to ask than to restart it.
// MySQL 8 may tell an old number, and is not asked.
constexpr std::string_view unmoved =
    "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() "
    "AND table_name = :table AND auto_increment = 1 AND VERSION() LIKE '%MariaDB%'";

}  // namespace

void detail::restart_identity(Database& db, const Table& table) {
  const Engine engine = db.dialect().engine;
  if (engine == Engine::mysql && db.fetch_value<int>(unmoved, table.name) == 1) return;
  db.execute(restart_text(engine, table));
}

void reset_db(Database& db, const std::vector<std::string>& domains) {
  const auto chosen = detail::find_domains(domains);
  require_test_database(db);
  db.transaction([&](Transaction& tx) {
    for (const detail::Domain* domain : chosen) {
      for (const detail::Table& table : domain->tables) {
        tx.execute("DELETE FROM " + std::string(table.name));
      }
      if (domain->refill != nullptr) domain->refill(tx);
    }
  });
  for (const detail::Domain* domain : chosen) {
    for (const detail::Table& table : domain->tables) {
      if (!table.identity.empty()) detail::restart_identity(db, table);
    }
  }
}

void seed_test_data(Executor& db, const std::vector<std::string>& domains) {
  const auto chosen = detail::find_domains(domains);
  db.atomically([&](Transaction& tx) {
    for (const detail::Domain* domain : chosen) {
      if (domain->seed != nullptr) domain->seed(tx);
    }
  });
}

}  // namespace lockstep::testing
