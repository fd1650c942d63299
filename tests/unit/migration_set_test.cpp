// SPDX-License-Identifier: BSL-1.0
#include "lockstep/migration_set.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "lockstep/error.hpp"
#include "migrate/checksum.hpp"
#include "migrate/version.hpp"

namespace lockstep {
namespace {

using Files = std::vector<MigrationFile>;

MigrationSet set_of(const Files& files, Engine engine = Engine::sqlite) { return {engine, files}; }

// What a set is refused with.
std::string refusal(const Files& files, Engine engine = Engine::sqlite) {
  try {
    set_of(files, engine);
  } catch (const InvalidData& error) {
    return error.what();
  }
  return "accepted";
}

TEST_CASE("version: digits are compared as numbers of any size") {
  const std::vector<std::string_view> ascending{"",
                                                "0",
                                                "1",
                                                "1.2",
                                                "1.10",
                                                "1.10.1",
                                                "2",
                                                "009",
                                                "10",
                                                "10_1",
                                                "99999999999999999999",
                                                "100000000000000000000"};
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    for (std::size_t j = 0; j < ascending.size(); ++j) {
      CAPTURE(ascending[i]);
      CAPTURE(ascending[j]);
      CHECK(std::is_lt(detail::compare_versions(ascending[i], ascending[j])) == (i < j));
    }
  }
  CHECK(detail::same_version("2", "0002"));
  CHECK(detail::same_version("0", "000"));
  CHECK(detail::same_version("01.02", "1.2"));
  CHECK_FALSE(detail::same_version("2", "20"));
  CHECK_FALSE(detail::same_version("10", "10a"));
}

TEST_CASE("version: the domain lockstep comes first") {
  CHECK(std::is_lt(detail::compare_domains("lockstep", "agent")));
  CHECK(std::is_gt(detail::compare_domains("agent", "lockstep")));
  CHECK(std::is_lt(detail::compare_domains("agent", "workflow")));
  CHECK(std::is_eq(detail::compare_domains("lockstep", "lockstep")));
}

TEST_CASE("checksum: line ends, byte order mark and blank lines at the end do not count") {
  const std::string plain = detail::text_checksum("SELECT 1;\nSELECT 2;");
  CHECK(plain.size() == 64);
  for (const std::string_view same :
       {"SELECT 1;\nSELECT 2;\n", "SELECT 1;\r\nSELECT 2;\r\n", "\xEF\xBB\xBFSELECT 1;\nSELECT 2;",
        "SELECT 1;\nSELECT 2;\n\n \t\r\n\n"}) {
    CAPTURE(same);
    CHECK(detail::text_checksum(same) == plain);
  }
  for (const std::string_view other :
       {"SELECT 1;SELECT 2;", "\nSELECT 1;\nSELECT 2;", "SELECT 1;\nSELECT 2; ",
        "select 1;\nSELECT 2;", "SELECT 1;\rSELECT 2;"}) {
    CAPTURE(other);
    CHECK(detail::text_checksum(other) != plain);
  }
  // FIPS 180-4, example B.1.
  CHECK(detail::sha256("abc") ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(detail::normalise(" \r\n\n").empty());
}

TEST_CASE("migration set: sorted by domain and version, gaps are fine") {
  const auto set = set_of({{"b", "10_ten.up.sql", "SELECT 10"},
                           {"b", "9_nine.up.sql", "SELECT 9"},
                           {"a", "0001_one.down.sql", "SELECT -1"},
                           {"lockstep", "0001_own.up.sql", "SELECT 0"},
                           {"a", "0001_one.up.sql", "SELECT 1"}});
  REQUIRE(set.migrations().size() == 4);
  CHECK(set.domains() == std::vector<std::string>{"lockstep", "a", "b"});
  const Migration& one = set.migrations()[1];
  CHECK(one.domain == "a");
  CHECK(one.version == "0001");
  CHECK(one.name == "one");
  CHECK(one.up_file == "0001_one.up.sql");
  CHECK(one.up == "SELECT 1");
  CHECK(one.down_file == "0001_one.down.sql");
  CHECK(one.down == "SELECT -1");
  CHECK(set.migrations()[2].version == "9");
  CHECK(set.migrations()[3].version == "10");
  CHECK_FALSE(set.migrations()[3].down);

  CHECK(set.find("a", "1") == &one);
  CHECK(set.find("a", "2") == nullptr);
  CHECK(set.find("c", "1") == nullptr);
}

TEST_CASE("migration set: nothing is a set") {
  CHECK(set_of({}).migrations().empty());
  CHECK(set_of({}).domains().empty());
}

TEST_CASE("migration set: versions of any length and names with dots") {
  const auto set = set_of({{"default", "20240102030405060708_a.b-c d.up.sql", "SELECT 1"}});
  CHECK(set.migrations().front().version == "20240102030405060708");
  CHECK(set.migrations().front().name == "a.b-c d");
}

TEST_CASE("migration set: refuses names of another form") {
  for (const std::string_view name :
       {"", "0001.up.sql", "0001_.up.sql", "_a.up.sql", "a_0001.up.sql", "0001_a.sql",
        "0001_a.up.SQL", "0001-a.up.sql", "V1__a.sql", "0001_a.up.sql.bak", "0001_a/b.up.sql",
        "0001_a\n.up.sql", "0001_\xFF.up.sql", "0001a_b.up.sql"}) {
    CAPTURE(name);
    CHECK(refusal({{"d", name, "SELECT 1"}}).starts_with("migration d/"));
  }
  CHECK(refusal({{"d", std::string(65, '1') + "_a.up.sql", "SELECT 1"}}) ==
        "migration d/" + std::string(65, '1') + "_a.up.sql: a version has at most 64 characters");
  for (const std::string& domain : {std::string(), std::string("a/b"), std::string(65, 'a')}) {
    CHECK_THROWS_AS(set_of({{domain, "0001_a.up.sql", "SELECT 1"}}), InvalidArgument);
  }
}

TEST_CASE("migration set: refuses files that do not fit together") {
  CHECK(refusal({{"d", "01_a.up.sql", "SELECT 1"}, {"d", "1_b.up.sql", "SELECT 1"}}) ==
        "migration d/1_b.up.sql: same version as d/01_a.up.sql");
  CHECK(refusal({{"d", "1_a.up.sql", "SELECT 1"},
                 {"d", "1_a.down.sql", "SELECT 1"},
                 {"d", "01_a.down.sql", "SELECT 1"}}) ==
        "migration d/01_a.down.sql: same version as d/1_a.down.sql");
  CHECK(refusal({{"d", "1_a.down.sql", "SELECT 1"}}) ==
        "migration d/1_a.down.sql: there is a down, but no up");
  CHECK(refusal({{"d", "1_a.up.sql", "SELECT 1"}, {"d", "1_b.down.sql", "SELECT 1"}}) ==
        "migration d/1_b.down.sql: its up is named d/1_a.up.sql");
  CHECK(refusal({{"d", "1_a.up.sql", "SELECT 1"}, {"e", "1_b.up.sql", "SELECT 1"}}) == "accepted");
}

TEST_CASE("migration set: refuses texts that cannot be run, with their line") {
  struct Bad {
    Engine engine;
    std::string_view text;
    std::string_view why;
  };
  using namespace std::string_view_literals;
  const std::vector<Bad> cases{
      {Engine::sqlite, "", ": no SQL in it"},
      {Engine::mysql, "-- nothing\n;\n/* at all */", ": no SQL in it"},
      {Engine::sqlite, "SELECT 1;\nSELECT '\0'"sv, ":2: NUL byte"},
      {Engine::postgres, "SELECT 1;\n\nSELECT '\xE9'", ":3: not UTF-8"},
      {Engine::sqlite, "\xFF\xFES\0E\0L\0"sv, ":1: not UTF-8"},
      {Engine::sqlite, "SELECT 1;\nSELECT 'open;", ":2: quote without end"},
      {Engine::sqlite, "BEGIN; SELECT 1; COMMIT",
       ":1: begins or ends a transaction, but a file runs in one, with its ledger row: take it "
       "out, or mark the file with `-- lockstep:notransaction`"},
      {Engine::sqlite, "SELECT 1; VACUUM",
       ":1: cannot run in a transaction, in which its file runs: mark the file with "
       "`-- lockstep:notransaction`"},
      {Engine::sqlite, "SELECT 1;\n COMMIT;\n",
       ":2: begins or ends a transaction, but a file runs in "
       "one, with its ledger row: take it out, or mark the file with `-- lockstep:notransaction`"},
  };
  for (const Bad& c : cases) {
    CAPTURE(c.text);
    const std::string up = "migration d/1_a.up.sql" + std::string(c.why);
    CHECK(refusal({{"d", "1_a.up.sql", c.text}}, c.engine) == up);
    const std::string down = "migration d/1_a.down.sql" + std::string(c.why);
    CHECK(refusal({{"d", "1_a.up.sql", "SELECT 1"}, {"d", "1_a.down.sql", c.text}}, c.engine) ==
          down);
  }
  CHECK(refusal({{"d", "1_a.up.sql", "BEGIN; SELECT 1; COMMIT"}}, Engine::mysql) == "accepted");
}

TEST_CASE("migration set: what is embedded is chosen by domain") {
  const auto all = MigrationSet::embedded(Engine::sqlite);
  const auto domains = all.domains();
  CHECK(std::ranges::find(domains, "scheduler") != domains.end());
  const auto chosen = MigrationSet::embedded(Engine::sqlite, {"scheduler"}).domains();
  CHECK(std::ranges::count_if(chosen, [](const std::string& d) { return d != "lockstep"; }) == 1);
  CHECK_THROWS_AS(static_cast<void>(MigrationSet::embedded(Engine::sqlite, {"schedular"})),
                  InvalidArgument);
}

}  // namespace
}  // namespace lockstep
