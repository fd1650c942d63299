// SPDX-License-Identifier: BSL-1.0
#include <unistd.h>

#include <atomic>
#include <filesystem>

#include "lockstep/migrate.hpp"
#include "testing/templates.hpp"

namespace lockstep::testing {
namespace {

using detail::in_memory;

// A name that no other fixture of this process has.
std::string next_name() {
  static std::atomic<unsigned> number{0};
  return std::string(name_prefix) + std::to_string(::getpid()) + "_" + std::to_string(++number);
}

// `url` with another database: the last part of SQLite's path, the whole path of a server's URL.
// Options after '?' stay.
std::string with_database(std::string_view url, std::string_view name) {
  const bool file = Dsn::parse(url).engine == Engine::sqlite;
  const std::size_t end = std::min(url.find('?'), url.size());
  const std::string options(url.substr(end));
  url = url.substr(0, end);
  if (file) {
    const std::size_t folder = url.find_last_of("/:") + 1;
    return std::string(url.substr(0, folder)).append(name).append(".db").append(options);
  }
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) {
    raise(ErrorKind::invalid_argument, "a test database needs a URL of the form scheme://");
  }
  const std::string_view server = url.substr(0, url.find('/', scheme + 3));
  return std::string(server).append("/").append(name).append(options);
}

std::string file_of(std::string_view url) {
  const std::string text = Dsn::parse(url).text;
  std::string_view path = std::string_view(text).substr(0, text.find('?'));
  if (path.starts_with("///")) path.remove_prefix(2);
  std::string decoded;
  if (!percent_decode(path, decoded)) raise(ErrorKind::invalid_argument, "malformed URL");
  return decoded;
}

void run_on_server(std::string_view url, const std::string& sql) {
  Database::open(url, {.max_open_connections = 1}).execute(sql);
}

void remove_file(const std::string& path) {
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
    std::filesystem::remove(path + suffix);
  }
}

// Makes a database and removes it again. The one in memory goes with its connection.
class OwnDatabase {
 public:
  explicit OwnDatabase(std::string_view url) : way_in_(url) {
    if (url == in_memory) {
      url_ = url;
      return;
    }
    is_file_ = Dsn::parse(url).engine == Engine::sqlite;
    while (!create(next_name())) {
    }
  }
  OwnDatabase(const OwnDatabase&) = delete;
  OwnDatabase& operator=(const OwnDatabase&) = delete;
  ~OwnDatabase() = default;

  [[nodiscard]] const std::string& url() const noexcept { return url_; }

  void remove() const {
    if (name_.empty()) return;
    if (is_file_) {
      remove_file(file_of(url_));
    } else {
      run_on_server(way_in_, "DROP DATABASE " + name_);
    }
  }

 private:
  // False if the name is taken: by a process with the same number on another machine, or before.
  bool create(std::string name) {
    const std::string url = with_database(way_in_, name);
    if (is_file_) {
      if (std::filesystem::exists(file_of(url))) return false;
    } else {
      try {
        run_on_server(way_in_, "CREATE DATABASE " + name);
      } catch (const AlreadyExists&) {
        return false;
      }
    }
    name_ = std::move(name);
    url_ = url;
    return true;
  }

  std::string way_in_;
  std::string url_;
  std::string name_;
  bool is_file_ = false;
};

// What the options take away from the engine the migrations are to do without.
Database open_migrated(const std::string& url, const std::vector<std::string>& domains,
                       DatabaseOptions options) {
  if (url == in_memory && options.allowed == Capabilities{}) {
    return detail::embedded_template(domains).clone(std::move(options));
  }
  Database db = Database::open(url, std::move(options));
  Migrator(db, MigrationSet::embedded(db.dialect().engine, domains)).up();
  return db;
}

}  // namespace

struct TestDatabase::State {
  State(std::vector<std::string> names, std::string_view url, DatabaseOptions options)
      : domains(std::move(names)), warning(options.warning), own(url) {
    try {
      db.emplace(open_migrated(own.url(), domains, std::move(options)));
    } catch (...) {
      remove();
      throw;
    }
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { remove(); }

  void remove() noexcept {
    try {
      db.reset();
      own.remove();
    } catch (const std::exception& e) {
      if (warning) warning(e.what());
    }
  }

  std::vector<std::string> domains;
  std::function<void(std::string_view)> warning;
  OwnDatabase own;
  std::optional<Database> db;
};

TestDatabase::TestDatabase(std::vector<std::string> domains, std::string_view url,
                           DatabaseOptions options)
    : state_(std::make_unique<State>(std::move(domains), url, std::move(options))) {}

TestDatabase::TestDatabase(TestDatabase&&) noexcept = default;
TestDatabase::~TestDatabase() = default;

Database& TestDatabase::db() noexcept { return *state_->db; }

const std::string& TestDatabase::url() const noexcept { return state_->own.url(); }

void TestDatabase::reset() { reset_db(db(), state_->domains); }

void TestDatabase::seed() { seed_test_data(db(), state_->domains); }

Database new_test_db(const std::vector<std::string>& domains, DatabaseOptions options) {
  return open_migrated(std::string(in_memory), domains, std::move(options));
}

}  // namespace lockstep::testing
