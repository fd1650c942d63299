// SPDX-License-Identifier: BSL-1.0
#include "lockstep/require_schema.hpp"

#include <doctest/doctest.h>

#include <array>

#include "lockstep/migrate.hpp"
#include "migrations/empty.hpp"

namespace lockstep::tests {
namespace {

using std::chrono::milliseconds;

constexpr std::array<MigrationFile, 2> files{{
    {"shop", "0001_items.up.sql", "CREATE TABLE items (id INTEGER)"},
    {"shop", "0002_prices.up.sql", "CREATE TABLE prices (id INTEGER)"},
}};

MigrationSet first(Database& db) { return {db.dialect().engine, {files.data(), 1}}; }
MigrationSet both(Database& db) { return {db.dialect().engine, files}; }

template <class E, class F>
std::string told(F&& f) {
  try {
    f();
  } catch (const E& e) {
    return e.what();
  }
  return "nothing was thrown";
}

// A clock that only a sleep moves; each sleep may do something.
struct Waiting {
  std::chrono::steady_clock::time_point time{};
  std::vector<milliseconds> sleeps;
  std::function<void()> meanwhile = [] {};

  RequireSchemaOptions options(milliseconds wait) {
    return {.wait = wait,
            .steady_clock = [this] { return time; },
            .sleep =
                [this](milliseconds pause) {
                  sleeps.push_back(pause);
                  time += pause;
                  meanwhile();
                }};
  }
};

TEST_CASE("require_schema: a set fits when all that it knows is applied") {
  Empty fixture;
  Database& db = fixture.db;
  CHECK(told<Configuration>([&] { require_schema(db, both(db)); }).find("shop/0001 is not") !=
        std::string::npos);
  CHECK_FALSE(has_table(db, "lockstep_migrations"));
  Migrator(db, first(db)).up();
  CHECK(require_schema(db, first(db)) == SchemaAccess::read_write);
  CHECK(told<Configuration>([&] { require_schema(db, both(db)); }).find("shop/0002 is not") !=
        std::string::npos);
  CHECK(require_schema(db, both(db), {.read_only_otherwise = true}) == SchemaAccess::read_only);
  Migrator(db, both(db)).up();
  CHECK(require_schema(db, both(db)) == SchemaAccess::read_write);
}

TEST_CASE("require_schema: versions ahead will do, unless they must not") {
  Empty fixture;
  Database& db = fixture.db;
  Migrator(db, both(db)).up();
  CHECK(require_schema(db, first(db)) == SchemaAccess::read_write);
  Waiting waiting;
  RequireSchemaOptions strict = waiting.options(milliseconds(1000));
  strict.allow_ahead = false;
  CHECK(told<InvalidState>([&] { require_schema(db, first(db), strict); })
            .find("shop/0002 is applied, which this program does not know") != std::string::npos);
  CHECK(waiting.sleeps.empty());
}

TEST_CASE("require_schema: a file that was changed is another schema, and nothing to wait for") {
  Empty fixture;
  Database& db = fixture.db;
  Migrator(db, first(db)).up();
  const std::array changed{
      MigrationFile{"shop", "0001_items.up.sql", "CREATE TABLE items (id INTEGER, name INTEGER)"}};
  const MigrationSet set(db.dialect().engine, changed);
  Waiting waiting;
  CHECK(told<InvalidState>([&] { require_schema(db, set, waiting.options(milliseconds(1000))); })
            .find("shop/0001 was changed") != std::string::npos);
  CHECK(waiting.sleeps.empty());
}

TEST_CASE("require_schema: waits for a migrator, and no longer than it may") {
  Empty fixture;
  Database& db = fixture.db;
  Waiting waiting;
  waiting.meanwhile = [&] {
    if (waiting.sleeps.size() == 2) Migrator(db, both(db)).up();
  };
  CHECK(require_schema(db, both(db), waiting.options(milliseconds(5000))) ==
        SchemaAccess::read_write);
  CHECK(waiting.sleeps.size() == 2);

  Waiting vainly;
  CHECK_THROWS_AS(require_schema(db, {{.domain = "shop", .min = "3"}},
                                 vainly.options(milliseconds(1200))),
                  Configuration);
  CHECK(vainly.sleeps ==
        std::vector{milliseconds(500), milliseconds(500), milliseconds(200)});
}

TEST_CASE("require_schema: a range of versions") {
  Empty fixture;
  Database& db = fixture.db;
  CHECK(require_schema(db, {{.domain = "shop", .max = "9"}}) == SchemaAccess::read_write);
  CHECK(told<Configuration>([&] { require_schema(db, {{.domain = "shop", .min = "1"}}); })
            .find("shop is at no version, 1 is needed") != std::string::npos);
  Migrator(db, both(db)).up();
  CHECK(require_schema(db, {{.domain = "shop", .min = "1", .max = "2"}}) ==
        SchemaAccess::read_write);
  CHECK(told<Configuration>([&] {
          require_schema(db, {{.domain = "shop", .min = "2"}, {.domain = "cart", .min = "1"}});
        }).find("cart is at no version") != std::string::npos);
  CHECK(told<InvalidState>([&] { require_schema(db, {{.domain = "shop", .max = "1"}}); })
            .find("shop is at version 0002, at most 1 will do") != std::string::npos);
  db.execute("UPDATE lockstep_migrations SET state = 'running' WHERE version = '0002'");
  CHECK(told<Configuration>([&] { require_schema(db, {{.domain = "shop", .min = "1"}}); })
            .find("shop/0002 is not finished, its state is running") != std::string::npos);
}

}  // namespace
}  // namespace lockstep::tests
