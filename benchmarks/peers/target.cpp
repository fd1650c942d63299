// SPDX-License-Identifier: BSL-1.0
#include "benchmarks/peers/target.hpp"

#include <regex>
#include <stdexcept>

#include "lockstep/database.hpp"

namespace lockstep::benchmarks {
namespace {

constexpr Sql schema{"bench.schema",
                     "SELECT type, name, sql FROM sqlite_master "
                     "WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid"};

// As dialects/ have them, where a statement can set them.
std::vector<std::string> settings_of(Engine engine) {
  switch (engine) {
    case Engine::sqlite:
      return {"PRAGMA busy_timeout = 5000", "PRAGMA foreign_keys = ON", "PRAGMA journal_mode = WAL",
              "PRAGMA synchronous = FULL"};
    case Engine::postgres:
      return {"SET client_encoding TO 'UTF8'", "SET TimeZone TO 'UTC'", "SET DateStyle TO 'ISO, MDY'"};
    case Engine::mysql:
      return {"SET NAMES utf8mb4 COLLATE utf8mb4_bin",
              "SET sql_mode='STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,"
              "NO_ENGINE_SUBSTITUTION,ANSI_QUOTES,PIPES_AS_CONCAT', time_zone='+00:00', "
              "net_write_timeout=600, innodb_snapshot_isolation=1"};
  }
  return {};
}

std::string path_of(const std::string& url) {
  const std::string path = url.substr(url.find(':') + 1);
  return path.substr(0, path.find('?'));
}

}  // namespace

Target target_of(const std::string& url) {
  static const std::regex server("(postgres|mysql)[a-z]*://([^:]+):([^@]+)@([^:]+):([0-9]+)/([^?]+).*");
  std::smatch part;
  if (std::regex_match(url, part, server)) {
    const Engine engine = part.str(1) == "mysql" ? Engine::mysql : Engine::postgres;
    return {.engine = engine,
            .user = part.str(2),
            .password = part.str(3),
            .host = part.str(4),
            .port = part.str(5),
            .database = part.str(6),
            .settings = settings_of(engine)};
  }
  if (!url.starts_with("sqlite:")) throw std::runtime_error("peers: what URL is this");
  return {.engine = Engine::sqlite, .file = path_of(url), .settings = settings_of(Engine::sqlite)};
}

Target copy_in_memory(const std::string& url, Database& db) {
  using Object = std::tuple<std::string, std::string, std::string>;
  Target out{.engine = Engine::sqlite, .file = ":memory:"};
  std::vector<std::string> rows;
  std::vector<std::string> others;
  out.settings.push_back("ATTACH '" + path_of(url) + "' AS file");
  for (const auto& [type, name, sql] : db.fetch_all<Object>(schema)) {
    if (type == "table") rows.push_back("INSERT INTO main." + name + " SELECT * FROM file." + name);
    (type == "table" ? out.settings : others).push_back(sql);
  }
  out.settings.insert(out.settings.end(), rows.begin(), rows.end());
  out.settings.insert(out.settings.end(), others.begin(), others.end());
  out.settings.insert(out.settings.end(), {"DETACH file", "PRAGMA foreign_keys = ON"});
  return out;
}

}  // namespace lockstep::benchmarks
