// SPDX-License-Identifier: BSL-1.0
#include "lockstep/migrate.hpp"
#include "migrate/scratch/own_database.hpp"
#include "testing/templates.hpp"

namespace lockstep::testing {
namespace {

using lockstep::detail::in_memory_url;
using lockstep::detail::OwnDatabase;

// What the options take away from the engine the migrations are to do without.
bool has_template(std::string_view url, const DatabaseOptions& options) {
  return url == in_memory_url && options.allowed == Capabilities{};
}

void migrate(Database& db, const std::vector<std::string>& domains) {
  Migrator(db, MigrationSet::embedded(db.dialect().engine, domains)).up();
}

}  // namespace

struct TestDatabase::State {
  State(std::vector<std::string> names, std::string_view way_in, DatabaseOptions options)
      : domains(std::move(names)) {
    if (has_template(way_in, options)) {
      memory.emplace(detail::embedded_template(domains).clone(std::move(options)));
      url = in_memory_url;
    } else {
      own.emplace(way_in, name_prefix, std::move(options));
      url = own->url();
      migrate(own->db(), domains);
    }
  }

  std::vector<std::string> domains;
  std::string url;
  // One of the two.
  std::optional<Database> memory;
  std::optional<OwnDatabase> own;
};

TestDatabase::TestDatabase(std::vector<std::string> domains, std::string_view url,
                           DatabaseOptions options)
    : state_(std::make_unique<State>(std::move(domains), url, std::move(options))) {}

TestDatabase::TestDatabase(TestDatabase&&) noexcept = default;
TestDatabase::~TestDatabase() = default;

Database& TestDatabase::db() noexcept {
  return state_->memory ? *state_->memory : state_->own->db();
}

const std::string& TestDatabase::url() const noexcept { return state_->url; }

void TestDatabase::reset() { reset_db(db(), state_->domains); }

void TestDatabase::seed() { seed_test_data(db(), state_->domains); }

Database new_test_db(const std::vector<std::string>& domains, DatabaseOptions options) {
  if (has_template(in_memory_url, options)) {
    return detail::embedded_template(domains).clone(std::move(options));
  }
  Database db = Database::open(in_memory_url, std::move(options));
  migrate(db, domains);
  return db;
}

}  // namespace lockstep::testing
