// SPDX-License-Identifier: BSL-1.0
#include "lockstep/migration_lint.hpp"

#include <algorithm>

#include "migrate/checksum.hpp"
#include "unit/migration_lint.hpp"

namespace lockstep::tests {
namespace {

std::vector<LintExample> all_examples() {
  std::vector<LintExample> all;
  for (const auto group :
       {common_lint_examples, postgres_lint_examples, mysql_lint_examples, sqlite_lint_examples}) {
    std::ranges::move(group(), std::back_inserter(all));
  }
  return all;
}

MigrationSet set_of(Engine engine, const Ups& ups, bool foreign_keys = false) {
  constexpr std::string_view mark = "-- down\n";
  std::vector<std::string> texts;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < ups.size(); ++i) {
    const std::size_t down = ups[i].find(mark);
    names.push_back(std::to_string(i + 1) + "_a.up.sql");
    texts.push_back(ups[i].substr(0, down));
    if (down == std::string::npos) continue;
    names.push_back(std::to_string(i + 1) + "_a.down.sql");
    texts.push_back(ups[i].substr(down + mark.size()));
  }
  Tree tree;
  for (std::size_t i = 0; i < names.size(); ++i) tree.push_back({names[i], texts[i]});
  return folder(tree, engine, {.foreign_keys = foreign_keys});
}

// "2:1:13" of each finding of the rule.
Strings places(const std::vector<LintFinding>& findings, std::string_view rule) {
  Strings all;
  for (const LintFinding& finding : findings) {
    if (finding.rule != rule) continue;
    const bool down = finding.file.find(".down.") != std::string::npos;
    all.push_back(finding.file.substr(0, finding.file.find('_')) + (down ? "d:" : ":") +
                  std::to_string(finding.line) + ':' + std::to_string(finding.column));
  }
  return all;
}

Strings rules_found(const std::vector<LintFinding>& findings) {
  Strings all;
  for (const LintFinding& finding : findings) all.push_back(finding.rule);
  return all;
}

TEST_CASE("lint: each rule finds what it is for, at its place, and leaves what comes near") {
  for (const LintExample& example : all_examples()) {
    CAPTURE(example.rule);
    CAPTURE(to_string(example.engine));
    CAPTURE(example.found.back());
    const LintOptions options{.server_version = std::string(example.server)};
    const bool keys = example.rule == "drop-referenced-table";
    const auto found = lint(set_of(example.engine, example.found, keys), options);
    const Strings at = places(found, example.rule);
    REQUIRE(!at.empty());
    CHECK(at.front() == example.at);
    if (example.fine == example.found) continue;
    CAPTURE(example.fine.back());
    const auto fine = lint(set_of(example.engine, example.fine, keys), options);
    CHECK(places(fine, example.rule) == Strings{});
  }
}

TEST_CASE("lint: every rule has examples, and texts that say why") {
  const auto examples = all_examples();
  const Strings elsewhere{"edited-after-apply", "tree-missing-version", "tree-other-name",
                          "tree-missing-down"};
  for (const LintRule& rule : lint_rules()) {
    CAPTURE(rule.id);
    CHECK(!rule.engines.empty());
    CHECK(!rule.what.empty());
    CHECK(!rule.reason.empty());
    CHECK(!rule.fix.empty());
    const bool shown = std::ranges::find(examples, rule.id, &LintExample::rule) != examples.end();
    CHECK(shown != (std::ranges::find(elsewhere, rule.id) != elsewhere.end()));
    CHECK(std::ranges::count(lint_rules(), rule.id, &LintRule::id) == 1);
  }
}

TEST_CASE("lint: a version whose text differs from the applied one is told") {
  const auto set = set_of(Engine::sqlite, {"CREATE TABLE t (a)", "CREATE TABLE u (a)"});
  const auto look = [&](const std::string& text) {
    return rules_found(lint(set, {.applied = {{"default", "1", detail::text_checksum(text)}}}));
  };
  CHECK(look("CREATE TABLE t (a, b)") == Strings{"edited-after-apply"});
  CHECK(look("CREATE TABLE t (a)\r\n") == Strings{});
}

TEST_CASE("lint: a directive allows a finding of the next statement, or of all below it") {
  const auto found = [](const std::string& text) {
    return rules_found(lint(set_of(Engine::sqlite, {text})));
  };
  CHECK(found("DROP TABLE a; DROP TABLE b") == Strings{"drop-table", "drop-table"});
  CHECK(found("-- lockstep:allow drop-table both are empty\nDROP TABLE a; DROP TABLE b") ==
        Strings{});
  CHECK(found("SELECT 1;\n-- lockstep:allow drop-table a is empty\nDROP TABLE a;\nDROP TABLE b") ==
        Strings{"drop-table"});
  CHECK(found("DROP TABLE\n-- lockstep:allow drop-table a is empty\na") == Strings{});
  CHECK(found("DROP TABLE a;\n-- lockstep:allow drop-table too late\n") ==
        Strings{"drop-table", "unused-allow"});
}

TEST_CASE("lint: in files of two directions a directive above the first marker is for both") {
  const std::string_view body = "-- +goose Up\nSELECT 1;\nCOMMIT;\n-- +goose Down\nCOMMIT;\n";
  const auto found = [](const std::string& text) {
    const Tree tree{{"1_a.sql", text}};
    return rules_found(lint(folder(tree, Engine::mysql)));
  };
  CHECK(found(std::string(body)) == Strings{"transaction-control", "transaction-control"});
  const std::string allowed = "-- lockstep:allow transaction-control the client did\n";
  CHECK(found(allowed + std::string(body)) == Strings{});
}

TEST_CASE("lint: options choose rules and allow findings of files that must not change") {
  const auto set = set_of(Engine::sqlite, {"DROP TABLE a", "ALTER TABLE b DROP c"});
  CHECK(rules_found(lint(set)) == Strings{"drop-table", "drop-column"});
  CHECK(rules_found(lint(set, {.only = {"drop-column"}})) == Strings{"drop-column"});
  CHECK(rules_found(lint(set, {.without = {"drop-column"}})) == Strings{"drop-table"});
  const auto allowed = read_lint_allowed(
      "# applied already\n1_a.up.sql drop-table nobody used it\r\n\n"
      "default/2_a.up.sql drop-column as well # really\n");
  REQUIRE(allowed.size() == 2);
  CHECK(allowed[0].reason == "nobody used it");
  CHECK(allowed[1].reason == "as well");
  CHECK(rules_found(lint(set, {.allowed = allowed})) == Strings{});
  const auto other = read_lint_allowed("1_a.up.sql truncate a reason\n9_z.up.sql typo a reason");
  CHECK(rules_found(lint(set, {.allowed = other})) ==
        Strings{"drop-table", "drop-column", "unused-allow", "unknown-allow"});
}

TEST_CASE("lint: bad options are refused, each with its own message") {
  const auto set = set_of(Engine::sqlite, {"SELECT 1"});
  const auto message = [&](const LintOptions& options) -> std::string {
    try {
      static_cast<void>(lint(set, options));
    } catch (const InvalidArgument& error) {
      return error.what();
    }
    return "accepted";
  };
  CHECK(message({.only = {"drop-tables"}}).starts_with("no rule of the lint: drop-tables"));
  CHECK(message({.without = {""}}).starts_with("no rule of the lint: "));
  CHECK(message({.server_version = "new"}).starts_with("no version of a server: new"));
  CHECK(message({.server_version = "v3"}).starts_with("no version of a server: v3"));
  CHECK(message({.server_version = "3"}) == "accepted");
  CHECK_THROWS_WITH_AS(static_cast<void>(read_lint_allowed("a b c\n1_a.up.sql drop-table\n")),
                       doctest::Contains("line 2 of what the lint allows"), InvalidData);
}

TEST_CASE("lint: who says that it is MySQL hears nothing of what MariaDB does not know") {
  const auto set = set_of(Engine::mysql, {"SELECT CAST('1' AS JSON)", "CREATE SEQUENCE s"});
  const auto severity = [&](const std::string& server) {
    Strings all;
    for (const LintFinding& finding : lint(set, {.server_version = server})) {
      all.push_back(finding.rule + ' ' + std::string(to_string(finding.severity)));
    }
    return all;
  };
  CHECK(severity("") == Strings{"mysql-only-syntax warning", "mariadb-only-syntax warning"});
  CHECK(severity("mysql") == Strings{"mariadb-only-syntax error"});
  CHECK(severity("8.4.2") == Strings{"mariadb-only-syntax error"});
  CHECK(severity("MariaDB 11") == Strings{"mysql-only-syntax error"});
  CHECK(severity("10.11") == Strings{"mysql-only-syntax error"});
}

TEST_CASE("lint: the embedded migrations have nothing that is not allowed with a reason") {
  std::vector<MigrationSet> sets;
  for (const Engine engine : {Engine::sqlite, Engine::postgres, Engine::mysql}) {
    sets.push_back(MigrationSet::embedded(engine));
  }
  for (const LintFinding& finding : lint(sets, {.allowed = embedded_lint_allowed()})) {
    CAPTURE(finding.domain + '/' + finding.file);
    CAPTURE(finding.line);
    CAPTURE(finding.rule);
    CAPTURE(finding.message);
    CHECK(finding.severity == LintSeverity::info);
  }
}

TEST_CASE("lint: folders of several engines have the same versions, names and downs") {
  const auto read = [](Engine engine, const Tree& tree) { return folder(tree, engine); };
  const std::vector<MigrationSet> sets{
      read(Engine::sqlite, {{"1_a.up.sql", "SELECT 1"},
                            {"1_a.down.sql", "SELECT 1"},
                            {"2_b.up.sql", "SELECT 1"},
                            {"3_c.up.sql", "SELECT 1"}}),
      read(Engine::postgres, {{"01_a.up.sql", "SELECT 1"}, {"2_other.up.sql", "SELECT 1"}})};
  const auto findings = lint(sets, {.without = {"missing-down"}});
  CHECK(rules_found(findings) ==
        Strings{"tree-missing-down", "tree-other-name", "tree-missing-version"});
  CHECK(findings[0].message == "version 1 has no down for PostgreSQL");
  CHECK(findings[1].message == "version 2 is b here, and other for PostgreSQL");
  CHECK(findings[2].message == "there is no version 3 for PostgreSQL");
}

}  // namespace
}  // namespace lockstep::tests
