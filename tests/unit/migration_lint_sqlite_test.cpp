// SPDX-License-Identifier: BSL-1.0
#include "unit/migration_lint.hpp"

namespace lockstep::tests {

std::vector<LintExample> sqlite_lint_examples() {
  constexpr Engine lite = Engine::sqlite;
  const std::string table = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);";
  const std::string child = "CREATE TABLE c (t_id INTEGER REFERENCES t ON DELETE CASCADE);";
  return {
      {"pragma-without-effect",
       lite,
       {"PRAGMA foreign_keys = ON; SELECT 1"},
       "1:1:1",
       {"PRAGMA foreign_keys = OFF; SELECT 1; PRAGMA foreign_keys = ON", "PRAGMA foreign_keys"}},
      {"pragma-without-effect",
       lite,
       {"-- lockstep:notransaction\nBEGIN; PRAGMA foreign_keys(0); COMMIT;"},
       "1:2:8",
       {"-- lockstep:notransaction\nPRAGMA foreign_keys(0); BEGIN; COMMIT;"}},
      {"rename-old-first",
       lite,
       {table, "ALTER TABLE t RENAME TO o; CREATE TABLE t (a); DROP TABLE o"},
       "2:1:41",
       {table, "CREATE TABLE n (a); DROP TABLE t; ALTER TABLE n RENAME TO t"}},
      {"add-column-refused",
       lite,
       {"ALTER TABLE t ADD c TEXT DEFAULT CURRENT_TIMESTAMP"},
       "1:1:15",
       {"ALTER TABLE t ADD c TEXT DEFAULT 'CURRENT_TIMESTAMP', ADD d INT DEFAULT -1"}},
      {"add-column-refused",
       lite,
       {"ALTER TABLE t ADD c TEXT UNIQUE"},
       "1:1:15",
       {"ALTER TABLE t ADD c TEXT REFERENCES u", "ALTER TABLE t ADD d AS (a) VIRTUAL"}},
      {"drop-column-refused",
       lite,
       {table + "CREATE INDEX i ON t (a);", "ALTER TABLE t DROP a"},
       "2:1:15",
       {table + "CREATE INDEX i ON t (a);", "DROP INDEX i; ALTER TABLE t DROP COLUMN a"}},
      {"autoincrement",
       lite,
       {"CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT)"},
       "1:1:17",
       {"CREATE TABLE t (id INTEGER PRIMARY KEY)"}},
      {"unused-allow",
       lite,
       {"-- lockstep:allow drop-table it is empty\nSELECT 1"},
       "1:1:1",
       {"-- lockstep:allow drop-table it is empty\nDROP TABLE t"}},
      {"unknown-allow",
       lite,
       {"SELECT 1;\n-- lockstep:allow drop-tabel it is empty\nDROP TABLE t"},
       "1:2:1",
       {"SELECT 1;\n-- lockstep:allow drop-table it is empty\nDROP TABLE t"}},
      {"drop-referenced-table",
       lite,
       {table + child, "SELECT 1; DROP TABLE t"},
       "2:1:22",
       {table + child, "DROP TABLE c; DROP TABLE t"}},
  };
}

}  // namespace lockstep::tests
