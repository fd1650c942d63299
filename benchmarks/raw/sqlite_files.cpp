// SPDX-License-Identifier: BSL-1.0
#include "benchmarks/raw/sqlite_files.hpp"

#include <sqlite3.h>

#include <memory>
#include <stdexcept>

namespace lockstep::benchmarks {
namespace {

struct Close {
  void operator()(sqlite3* db) const noexcept { sqlite3_close(db); }
};
struct Finalize {
  void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
};

void require(bool right, sqlite3* db) {
  if (!right) throw std::runtime_error(sqlite3_errmsg(db));
}

void run(sqlite3* db, const char* text) {
  while (*text != '\0') {
    sqlite3_stmt* prepared = nullptr;
    require(sqlite3_prepare_v2(db, text, -1, &prepared, &text) == SQLITE_OK, db);
    const std::unique_ptr<sqlite3_stmt, Finalize> statement(prepared);
    if (!statement) return;
    int code = SQLITE_ROW;
    while (code == SQLITE_ROW) code = sqlite3_step(statement.get());
    require(code == SQLITE_DONE, db);
  }
}

}  // namespace

void run_texts(const std::filesystem::path& database, std::span<const std::string> texts) {
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(
      database.c_str(), &opened,
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  const std::unique_ptr<sqlite3, Close> db(opened);
  require(code == SQLITE_OK, db.get());
  run(db.get(), "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  for (const std::string& text : texts) {
    run(db.get(), "BEGIN IMMEDIATE");
    run(db.get(), text.c_str());
    run(db.get(), "COMMIT");
  }
}

}  // namespace lockstep::benchmarks
