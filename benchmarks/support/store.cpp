// SPDX-License-Identifier: BSL-1.0
#include "benchmarks/support/store.hpp"

#include <cstdio>
#include <cstdlib>
#include <stdexcept>

namespace lockstep::benchmarks {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr) throw std::runtime_error(std::string(name) + " is not set: use ./bench");
  return value;
}

std::string version_of(Engine engine, const std::string& url) {
  const bool in_process = engine == Engine::sqlite;
  Database db = Database::open(in_process ? "sqlite::memory:" : url, {.max_open_connections = 1});
  return db.fetch_value<std::string>(in_process                   ? "SELECT sqlite_version()"
                                     : engine == Engine::postgres ? "SHOW server_version"
                                                                  : "SELECT version()");
}

}  // namespace

Timestamp clock_time() {
  return std::chrono::sys_days(std::chrono::year(2024) / 3 / 10) +
         std::chrono::microseconds(123'456);
}

Store::Store(std::string url, std::vector<std::string> domains, Fill fill)
    : url_(std::move(url)), domains_(std::move(domains)), fill_(std::move(fill)) {}

Database& Store::db() { return made().db(); }

const std::string& Store::url() { return made().url(); }

testing::TestDatabase& Store::made() {
  if (!database_) {
    DatabaseOptions options;
    options.clock = clock_time;
    options.warning = [](std::string_view text) {
      std::fprintf(stderr, "%.*s\n", static_cast<int>(text.size()), text.data());
    };
    database_.emplace(domains_, url_, std::move(options));
    if (fill_) fill_(database_->db());
  }
  return *database_;
}

std::string sqlite_url(const std::filesystem::path& data, const std::string& options) {
  return "sqlite:" + (data / "bench.db").string() + options;
}

std::vector<Place> three_engines(const std::filesystem::path& data) {
  return {{"SQLite", sqlite_url(data)},
          {"PostgreSQL", variable("LOCKSTEP_TEST_POSTGRES_URL")},
          {"MariaDB", variable("LOCKSTEP_TEST_MYSQL_URL")}};
}

Facts versions(const std::vector<Place>& places) {
  Facts facts;
  for (const Place& place : places) {
    facts.emplace_back(place.engine, version_of(Dsn::parse(place.url).engine, place.url));
  }
  return facts;
}

void expect(bool right, const char* what) {
  if (!right) throw std::runtime_error(std::string("wrong answer: ") + what);
}

std::int64_t count(Database& db, const std::string& table) {
  return db.fetch_value<std::int64_t>("SELECT COUNT(*) FROM " + table);
}

}  // namespace lockstep::benchmarks
