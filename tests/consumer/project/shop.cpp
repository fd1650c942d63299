// SPDX-License-Identifier: BSL-1.0
#include <iostream>
#include <lockstep/migrate.hpp>
#include <lockstep/testing.hpp>
#include <shop/migrations.hpp>
#include <shop/notes/migrations.hpp>

int main() {
  using namespace lockstep;
  auto db = Database::open("sqlite::memory:");
  for (const MigrationSet& set :
       {shop::migrations(Engine::sqlite), shop::notes::migrations(Engine::sqlite)}) {
    for (const MigrationStep& step : Migrator(db, set).up()) {
      std::cout << step.domain << '/' << step.version << ' ' << step.name << '\n';
    }
  }
  std::cout << db.fetch_one<std::string>("SELECT name FROM items WHERE id = ?", 1) << '\n';
  try {
    db.execute("INSERT INTO items (id, name) VALUES (?, ?)", 1, "coffee");
  } catch (const Duplicate& e) {
    std::cout << e.what() << '\n';
  }
  try {
    static_cast<void>(shop::notes::migrations(Engine::mysql));
  } catch (const InvalidArgument& e) {
    std::cout << e.what() << '\n';
  }
  std::cout << shop::migrations(Engine::mysql).migrations().size() << " for mysql\n";
}
