// SPDX-License-Identifier: BSL-1.0
#include "lockstep/databases.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include "migrate/scratch/own_database.hpp"

namespace lockstep {
namespace {

constexpr auto of_servers =
    std::to_array<std::string_view>({"postgres", "template0", "template1", "mysql",
                                     "information_schema", "performance_schema", "sys"});

// ANSI quotes: the facade sets them on MySQL.
std::string quoted_name(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + '"';
}

// The way in to the server: a database that is always there.
std::string maintenance_url(std::string_view url) {
  const bool postgres = Dsn::parse(url).engine == Engine::postgres;
  return detail::with_database(url, postgres ? "postgres" : "information_schema");
}

}  // namespace

std::string named_database(std::string_view url) {
  if (Dsn::parse(url).engine == Engine::sqlite) {
    const std::string file = detail::sqlite_file(url);
    std::string name = std::filesystem::path(file).filename().string();
    if (name.empty() || name == ":memory:") {
      raise(ErrorKind::invalid_argument, "the URL names no file");
    }
    return name;
  }
  std::string name = detail::database_name(url);
  if (name.empty()) raise(ErrorKind::invalid_argument, "the URL names no database");
  if (std::ranges::find(of_servers, name) != of_servers.end()) {
    raise(ErrorKind::invalid_argument, "the database " + name + " belongs to the server");
  }
  return name;
}

bool create_database(std::string_view url) {
  const std::string name = named_database(url);
  if (Dsn::parse(url).engine == Engine::sqlite) {
    if (std::filesystem::exists(detail::sqlite_file(url))) return false;
    // Its first change makes the file.
    detail::run_on_server(url, "PRAGMA user_version = 0");
    return true;
  }
  try {
    detail::run_on_server(maintenance_url(url), "CREATE DATABASE " + quoted_name(name));
    return true;
  } catch (const AlreadyExists&) {
    return false;
  }
}

void drop_database(std::string_view url, std::string_view name) {
  if (named_database(url) != name) {
    raise(ErrorKind::invalid_argument,
          "the URL names the database " + named_database(url) + ", not " + std::string(name));
  }
  if (Dsn::parse(url).engine != Engine::sqlite) {
    return detail::run_on_server(maintenance_url(url), "DROP DATABASE " + quoted_name(name));
  }
  const std::string file = detail::sqlite_file(url);
  if (!std::filesystem::exists(file)) raise(ErrorKind::cannot_open, "there is no file " + file);
  detail::remove_sqlite_file(file);
}

}  // namespace lockstep
