// SPDX-License-Identifier: BSL-1.0
#include <doctest/doctest.h>

#include <algorithm>

#include "lockstep/migration_set.hpp"
#include "migrate/embedded.hpp"

namespace lockstep::tests {
namespace {

std::vector<std::string> file_names(Engine engine) {
  std::vector<std::string> names;
  for (const auto& file : detail::embedded_migrations()) {
    if (file.engine == to_string(engine)) {
      names.push_back(std::string(file.domain) + '/' + std::string(file.file_name));
    }
  }
  return names;
}

TEST_CASE("embedded migrations: the same files for the three engines") {
  const auto names = file_names(Engine::sqlite);
  CHECK_FALSE(names.empty());
  CHECK(file_names(Engine::postgres) == names);
  CHECK(file_names(Engine::mysql) == names);
}

TEST_CASE("embedded migrations: valid for their engine, and each can be reverted") {
  for (const Engine engine : {Engine::sqlite, Engine::postgres, Engine::mysql}) {
    CAPTURE(to_string(engine));
    const MigrationSet set = MigrationSet::embedded(engine);
    CHECK_FALSE(set.migrations().empty());
    for (const Migration& migration : set.migrations()) {
      CAPTURE(migration.up_file);
      CHECK(migration.down.has_value());
      CHECK(migration.version.size() == 4);
    }
  }
}

TEST_CASE("embedded migrations: a domain has no gaps") {
  const MigrationSet set = MigrationSet::embedded(Engine::sqlite);
  for (const std::string& domain : set.domains()) {
    CAPTURE(domain);
    const auto versions = std::ranges::count(set.migrations(), domain, &Migration::domain);
    CHECK(set.find(domain, std::to_string(versions)) != nullptr);
  }
}

}  // namespace
}  // namespace lockstep::tests
