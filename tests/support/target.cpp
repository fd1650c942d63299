// SPDX-License-Identifier: BSL-1.0
#include "support/target.hpp"

#include <cstdlib>
#include <filesystem>

#include "support/secrets.hpp"
#include "support/statements_run.hpp"

namespace lockstep::tests {
namespace {

std::string environment(const char* name) {
  const char* text = std::getenv(name);
  return text == nullptr ? "" : text;
}

DatabaseOptions watched(DatabaseOptions options) {
  options.clock = [] { return clock().now(); };
  options.warning = [told = std::move(options.warning)](std::string_view text) {
    look_for_secrets("warning", text);
    if (told) told(text);
  };
  if (!options.observer) options.observer = statement_recorder();
  return options;
}

std::optional<testing::TestDatabase>& fixture() {
  static std::optional<testing::TestDatabase> instance;
  return instance;
}

// Removes the database at the end of the process, while the client libraries still work: their own
// handlers were registered before this one, when they were used first.
void remove_at_exit() {
  static const int registered = std::atexit([] { fixture().reset(); });
  static_cast<void>(registered);
}

void renew() {
  fixture().reset();
  fixture().emplace(std::vector<std::string>{}, target_url(), watched({}));
  remove_at_exit();
}

// False if there is no database yet, or none that a test has left open.
bool reset() {
  if (!fixture()) return false;
  try {
    fixture()->reset();
    return true;
  } catch (const Closed&) {
    return false;
  }
}

Database& emptied() {
  clock().set(Clock::start);
  if (!shareable() || !reset()) renew();
  return fixture()->db();
}

}  // namespace

std::string variable(const char* name) {
  std::string value = environment(name);
  if (value.empty()) throw std::runtime_error(std::string(name) + " is not set");
  return value;
}

std::string target_url() {
  const std::string target = environment("LOCKSTEP_TEST_TARGET");
  if (target.empty() || target == "sqlite-memory") return "sqlite::memory:";
  if (target == "sqlite-file") {
    return "sqlite:" + (std::filesystem::temp_directory_path() / "lockstep.db").string();
  }
  if (target == "postgres") return variable("LOCKSTEP_TEST_POSTGRES_URL");
  if (target == "mysql") return variable("LOCKSTEP_TEST_MYSQL_URL");
  throw std::runtime_error("LOCKSTEP_TEST_TARGET: no target " + target);
}

Clock& clock() noexcept {
  static Clock instance;
  return instance;
}

Database& database() {
  if (!fixture()) renew();
  return fixture()->db();
}

const std::string& database_url() { return fixture()->url(); }

bool shareable() { return target_url() != "sqlite::memory:"; }

Database open_again(DatabaseOptions options) {
  return Database::open(database_url(), watched(std::move(options)));
}

Migrated::Migrated() : db(emptied()), clock(tests::clock()) {}

}  // namespace lockstep::tests
