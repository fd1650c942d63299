// SPDX-License-Identifier: BSL-1.0
#include "lockstep/scratch.hpp"

#include <filesystem>

#include "migrations/empty.hpp"
#include "support/server.hpp"
#include "support/temp_folder.hpp"

namespace lockstep::tests {
namespace {

// A way in that is no database of the tests: a file that is not there, on SQLite.
std::string way_in(const TempFolder& folder) {
  const std::string url = target_url();
  return url.starts_with("sqlite:") && shareable()
             ? "sqlite:" + (folder.path() / "way_in.db").string()
             : url;
}

TEST_CASE("scratch: a new, empty database that is gone with its object") {
  const TempFolder folder;
  std::string url;
  {
    ScratchDatabase scratch(way_in(folder));
    url = scratch.url();
    scratch.db().execute(create("a"));
    CHECK(has_table(scratch.db(), "a"));
    if (shareable()) {
      CHECK(url.find(scratch_prefix) != std::string::npos);
      Database again = Database::open(url);
      CHECK(has_table(again, "a"));
    }
  }
  if (has_server()) CHECK_THROWS_AS(Database::open(url).execute("SELECT 1"), UndefinedObject);
  CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("scratch: it is gone after an error, and two have two names") {
  const TempFolder folder;
  std::string url;
  try {
    ScratchDatabase first(way_in(folder));
    const ScratchDatabase second(way_in(folder));
    url = first.url();
    CHECK((url != second.url() || !shareable()));
    first.db().execute("SELECT nonsense");
  } catch (const Error&) {
  }
  CHECK_FALSE(url.empty());
  if (has_server()) CHECK_THROWS_AS(Database::open(url).execute("SELECT 1"), UndefinedObject);
  CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("scratch: without the right to make one it says so") {
  if (!has_server()) return;
  static_cast<void>(database());
  CHECK_THROWS_WITH_AS(ScratchDatabase(guest_url().text()),
                       doctest::Contains("no right to make a scratch database beside"),
                       PermissionDenied);
}

}  // namespace
}  // namespace lockstep::tests
