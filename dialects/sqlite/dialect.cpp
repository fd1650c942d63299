// SPDX-License-Identifier: BSL-1.0
// The SQLite engine: its constant, and what its DSNs say.
#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "dialects/registry.hpp"
#include "dialects/sqlite/sqlite.hpp"

namespace lockstep::detail {

namespace {

using Mode = SqliteLocation::Mode;

constexpr std::string_view known_keys[] = {"mode", "synchronous"};

[[noreturn]] void refuse(std::string what) {
  raise(ErrorKind::invalid_argument, "sqlite: " + std::move(what));
}

void require_known(std::string_view key) {
  if (std::ranges::find(known_keys, key) != std::end(known_keys)) return;
  key = key.substr(0, 64);
  refuse("unknown key '" + std::string(key) + "'; did you mean '" +
         std::string(nearest(key, known_keys).word) + "'?");
}

void read_option(std::string_view key, std::string_view value, SqliteLocation& location) {
  require_known(key);
  if (key == "mode") {
    if (value != "rwc" && value != "rw" && value != "ro") refuse("mode is rwc, rw or ro");
    location.mode = value == "rwc" ? Mode::create : value == "rw" ? Mode::write : Mode::read;
  } else {
    if (value != "full" && value != "normal") refuse("synchronous is full or normal");
    location.full_sync = value == "full";
  }
}

void read_options(std::string_view options, SqliteLocation& location) {
  std::vector<std::string_view> seen;
  while (!options.empty()) {
    const std::string_view option = options.substr(0, options.find('&'));
    options.remove_prefix(std::min(option.size() + 1, options.size()));
    const std::string_view key = option.substr(0, option.find('='));
    read_option(key, option.substr(std::min(key.size() + 1, option.size())), location);
    if (std::ranges::find(seen, key) != seen.end()) {
      refuse("key '" + std::string(key) + "' is given twice");
    }
    seen.push_back(key);
  }
}

// "///abs" is "/abs"; a name between the second and the third slash would be a host.
std::string_view without_authority(std::string_view path) {
  if (!path.starts_with("//")) return path;
  path.remove_prefix(2);
  if (!path.starts_with('/')) {
    refuse("what follows '//' would be a host: write sqlite:" + std::string(path.substr(0, 256)) +
           " for a relative path, sqlite:///... for an absolute one");
  }
  return path;
}

SqliteLocation parse_dsn(std::string_view dsn) {
  SqliteLocation location;
  const std::size_t question = dsn.find('?');
  const std::string_view path = without_authority(dsn.substr(0, question));
  if (!percent_decode(path, location.path)) refuse("a '%' in a path is written %25");
  if (location.path.find('\0') != std::string::npos) refuse("a path holds no NUL");
  if (location.path.starts_with("file:")) refuse("a path is written without 'file:'");
  if (question != std::string_view::npos) read_options(dsn.substr(question + 1), location);
  if (!location.is_file() && location.mode != Mode::create) {
    refuse("a database of one connection has no mode but rwc");
  }
  return location;
}

// The DSN with an absolute path: the later connections of a pool must find the same file, though
// the program has changed its folder.
std::string absolute_dsn(std::string_view dsn, const std::string& path) {
  std::error_code failure;
  const std::string absolute = std::filesystem::absolute(path, failure).string();
  if (failure) refuse("the current folder: " + failure.message());
  std::string text = "/";
  for (const char c : absolute.substr(std::min(absolute.find_first_not_of('/'), absolute.size()))) {
    if (c == '%') {
      text += "%25";
    } else if (c == '?') {
      text += "%3F";
    } else {
      text += c;
    }
  }
  return text.append(dsn.substr(std::min(dsn.find('?'), dsn.size())));
}

Target parse(const Dsn& dsn) {
  const SqliteLocation location = parse_dsn(dsn.text);
  const bool file = location.is_file();
  return {.dsn = file ? absolute_dsn(dsn.text, location.path) : dsn.text,
          .redacted = dsn.redacted(),
          .single_connection = !file};
}

std::unique_ptr<Session> open(const Target& target, const SessionOptions& options) {
  try {
    return make_sqlite_session(parse_dsn(target.dsn), options);
  } catch (NativeError& error) {
    error.connecting = true;
    throw;
  }
}

std::int64_t restore(const Target& target, const CopyOrder& order) {
  return restore_sqlite(parse_dsn(target.dsn), order);
}

// ANALYZE looks at some rows of each index only, so that it holds the write lock for no longer than
// a moment. PRAGMA optimize alone does nothing on a connection that has not run queries.
constexpr std::string_view maintenance[] = {
    "PRAGMA incremental_vacuum", "PRAGMA analysis_limit=1000", "ANALYZE", "PRAGMA optimize"};

}  // namespace

constinit const Dialect sqlite_dialect{
    .engine = Engine::sqlite,
    .name = "sqlite",
    .driver = "sqlite3",
    .title = "SQLite",
    .lexical = {.backtick_names = true, .bracket_names = true},
    .capabilities = sqlite_capabilities,
    .errors = sqlite_error_codes,
    .parse = parse,
    .open = open,
    .classify = classify_sqlite,
    .restore = restore,
    .maintenance = maintenance,
};

}  // namespace lockstep::detail
