// SPDX-License-Identifier: BSL-1.0
#include "migrate/scratch/own_database.hpp"

#include <unistd.h>

#include <atomic>
#include <filesystem>

namespace lockstep::detail {
namespace {

// A name that no other database of this process has.
std::string next_name(std::string_view prefix) {
  static std::atomic<unsigned> number{0};
  return std::string(prefix) + std::to_string(::getpid()) + '_' + std::to_string(++number);
}

// The URL of a server before the path, and its options from '?' on.
struct ServerUrl {
  std::string_view server;
  std::string_view path;
  std::string_view options;
};

ServerUrl split_server_url(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) {
    raise(ErrorKind::invalid_argument, "a database is made by a URL of the form scheme://");
  }
  const std::size_t end = std::min(url.find('?'), url.size());
  const std::size_t slash = std::min(url.substr(0, end).find('/', scheme + 3), end);
  return {url.substr(0, slash), url.substr(slash, end - slash), url.substr(end)};
}

}  // namespace

std::string with_database(std::string_view url, std::string_view name) {
  if (Dsn::parse(url).engine == Engine::sqlite) {
    const std::size_t end = std::min(url.find('?'), url.size());
    const std::size_t folder = url.substr(0, end).find_last_of("/:") + 1;
    return std::string(url.substr(0, folder)).append(name).append(".db").append(url.substr(end));
  }
  const ServerUrl parts = split_server_url(url);
  return std::string(parts.server).append("/").append(name).append(parts.options);
}

std::string database_name(std::string_view url) {
  std::string_view path = split_server_url(url).path;
  if (path.starts_with('/')) path.remove_prefix(1);
  std::string decoded;
  if (!percent_decode(path, decoded)) raise(ErrorKind::invalid_argument, "malformed URL");
  return decoded;
}

std::string sqlite_file(std::string_view url) {
  const std::string text = Dsn::parse(url).text;
  std::string_view path = std::string_view(text).substr(0, text.find('?'));
  if (path.starts_with("///")) path.remove_prefix(2);
  std::string decoded;
  if (!percent_decode(path, decoded)) raise(ErrorKind::invalid_argument, "malformed URL");
  return decoded;
}

void remove_sqlite_file(const std::string& path) {
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
    std::filesystem::remove(path + suffix);
  }
}

void run_on_server(std::string_view url, const std::string& sql) {
  Database::open(url, {.max_open_connections = 1}).execute(sql);
}

OwnDatabase::OwnDatabase(std::string_view url, std::string_view prefix, DatabaseOptions options)
    : way_in_(url), url_(url), warning_(options.warning) {
  while (url != in_memory_url && !create(next_name(prefix))) {
  }
  try {
    db_.emplace(Database::open(url_, std::move(options)));
  } catch (...) {
    remove();
    throw;
  }
}

OwnDatabase::~OwnDatabase() { remove(); }

// False if the name is taken.
bool OwnDatabase::create(std::string name) {
  std::string url = with_database(way_in_, name);
  if (Dsn::parse(url).engine == Engine::sqlite) {
    if (std::filesystem::exists(sqlite_file(url))) return false;
  } else {
    try {
      run_on_server(way_in_, "CREATE DATABASE " + name);
    } catch (const AlreadyExists&) {
      return false;
    }
  }
  name_ = std::move(name);
  url_ = std::move(url);
  return true;
}

void OwnDatabase::remove() noexcept {
  try {
    db_.reset();
    if (name_.empty()) return;
    if (Dsn::parse(url_).engine == Engine::sqlite) {
      remove_sqlite_file(sqlite_file(url_));
    } else {
      run_on_server(way_in_, "DROP DATABASE " + name_);
    }
  } catch (const std::exception& e) {
    if (warning_) warning_(e.what());
  }
}

}  // namespace lockstep::detail
