// SPDX-License-Identifier: BSL-1.0
#include "migrate/planner.hpp"

#include <doctest/doctest.h>

#include "migrate/checksum.hpp"

namespace lockstep::detail {
namespace {

constexpr std::string_view up_text = "SELECT 1;\nSELECT 2;";
constexpr std::string_view down_text = "SELECT -1";

// A set and a ledger, and the plans between them.
class Planning {
 public:
  void file(std::string_view domain, const std::string& version, bool down = true) {
    names_.push_back(std::make_unique<std::string>(version + "_x.up.sql"));
    files_.push_back({domain, *names_.back(), up_text});
    if (!down) return;
    names_.push_back(std::make_unique<std::string>(version + "_x.down.sql"));
    files_.push_back({domain, *names_.back(), down_text});
  }
  LedgerRow& row(std::string_view domain, std::string_view version) {
    LedgerRow& row = rows_.emplace_back();
    row.domain = domain;
    row.version = version;
    row.name = "x";
    row.seq = static_cast<std::int64_t>(rows_.size());
    row.text_sha = text_checksum(up_text);
    row.stmts_total = 2;
    row.host = "h";
    return row;
  }
  // The steps as "+domain/version" and "-domain/version", or what is thrown.
  std::vector<std::string> plan(const MigrationGoal& goal = {}, bool stored_down = false) {
    const MigrationSet set(Engine::sqlite, files_);
    std::vector<std::string> steps;
    try {
      for (const Task& task : make_plan(
               {set, rows_, true, stored_down, [&](const LedgerRow&) { return stored; }}, goal)) {
        const bool up = task.step.direction == MigrationDirection::up;
        steps.push_back((up ? "+" : "-") + task.step.domain + "/" + task.step.version);
      }
    } catch (const InvalidState& error) {
      return {"state", error.what()};
    } catch (const InvalidArgument& error) {
      return {"argument", error.what()};
    }
    return steps;
  }

  std::optional<std::string> stored{down_text};

 private:
  std::vector<std::unique_ptr<std::string>> names_;
  std::vector<MigrationFile> files_;
  std::vector<LedgerRow> rows_;
};

using Steps = std::vector<std::string>;

constexpr MigrationDirection down = MigrationDirection::down;

TEST_CASE("plan: up runs what is not applied, the domain lockstep first") {
  Planning p;
  p.file("b", "2");
  p.file("b", "1");
  p.file("a", "1");
  p.file("lockstep", "1");
  CHECK(p.plan() == Steps{"+lockstep/1", "+a/1", "+b/1", "+b/2"});
  CHECK(p.plan({.count = 2}) == Steps{"+lockstep/1", "+a/1"});
  CHECK(p.plan({.count = 0}) == Steps{});
  p.row("b", "01");  // the same version
  p.row("lockstep", "1");
  CHECK(p.plan() == Steps{"+a/1", "+b/2"});
  p.row("a", "1");
  p.row("b", "2");
  CHECK(p.plan() == Steps{});
}

TEST_CASE("plan: up to a version of one domain") {
  Planning p;
  p.file("lockstep", "1");
  p.file("a", "1");
  p.file("a", "2");
  p.file("a", "3");
  CHECK(p.plan({.version = "2"}) == Steps{"+lockstep/1", "+a/1", "+a/2"});
  CHECK(p.plan({.version = "a/0002"}) == Steps{"+lockstep/1", "+a/1", "+a/2"});
  CHECK(p.plan({.version = "lockstep/1"}) == Steps{"+lockstep/1"});
  CHECK(p.plan({.version = "4"}) == Steps{"argument", "migration a/4: there is no such version"});
  CHECK(p.plan({.version = "c/1"}) == Steps{"argument", "migration c/1: there is no such version"});
  p.file("b", "1");
  CHECK(p.plan({.version = "a/1"}) == Steps{"+lockstep/1", "+a/1"});
  CHECK(p.plan({.version = "1"}) ==
        Steps{"argument", "version 1: say of which domain, as in domain/version"});
}

TEST_CASE("plan: down goes back in the order of application, the domain lockstep last") {
  Planning p;
  for (const char* domain : {"a", "b", "lockstep"}) {
    p.file(domain, "1");
    p.file(domain, "2");
  }
  p.row("lockstep", "1");
  p.row("b", "1");
  p.row("a", "1");
  p.row("b", "2");
  p.row("lockstep", "2");
  CHECK(p.plan({.direction = down, .count = 1}) == Steps{"-b/2"});
  CHECK(p.plan({.direction = down}) == Steps{"-b/2", "-a/1", "-b/1", "-lockstep/2", "-lockstep/1"});
  CHECK(p.plan({.direction = down, .version = "b/1"}) == Steps{"-b/2"});
  CHECK(p.plan({.direction = down, .version = "b/0"}) == Steps{"-b/2", "-b/1"});
  CHECK(p.plan({.direction = down, .version = "b/2"}) == Steps{});
  CHECK(p.plan({.direction = down, .version = "b/9"}) ==
        Steps{"argument", "migration b/9: there is no such version"});
}

TEST_CASE("plan: down keeps the domain lockstep while a domain outside the set is applied") {
  Planning p;
  p.file("a", "1");
  p.file("lockstep", "1");
  p.row("lockstep", "1");
  p.row("a", "1");
  p.row("other", "1");
  CHECK(p.plan({.direction = down}) == Steps{"-a/1"});
}

TEST_CASE("plan: a pending version that is older than an applied one is refused") {
  Planning p;
  p.file("a", "1");
  p.file("a", "2");
  p.row("a", "2");
  CHECK(p.plan() ==
        Steps{"state", "migration a/1: 1_x.up.sql is older than version 2, which is applied"});
}

TEST_CASE("plan: a version ahead of the set is no hindrance") {
  Planning p;
  p.file("a", "1");
  p.row("a", "1");
  p.row("a", "2");
  CHECK(p.plan() == Steps{});
  CHECK(p.plan({.direction = down})[1] ==
        "migration a/2: it is not in the set; the ledger may have kept its down text");
  CHECK(p.plan({.direction = down}, true) == Steps{"-a/2", "-a/1"});
  CHECK(p.plan({.direction = down, .version = "a/1"}, true) == Steps{"-a/2"});
}

TEST_CASE("plan: a changed text is refused, up and down") {
  Planning p;
  p.file("a", "1");
  p.row("a", "1").text_sha = "other";
  CHECK(p.plan() == Steps{"state", "migration a/1: 1_x.up.sql was changed after it was applied"});
  CHECK(p.plan({.direction = down}) == Steps{"-a/1"});
  p.stored = "SELECT -2";
  CHECK(p.plan({.direction = down}) ==
        Steps{"state", "migration a/1: its down file is not the one that the ledger has kept"});
  CHECK(p.plan({.direction = down}, true) == Steps{"-a/1"});
}

TEST_CASE("plan: a down that is missing is refused before anything is reverted") {
  Planning p;
  p.file("a", "1", false);
  p.file("a", "2");
  p.row("a", "1");
  p.row("a", "2");
  CHECK(p.plan({.direction = down})[1] ==
        "migration a/1: its down file is not the one that the ledger has kept");
  p.stored.reset();
  CHECK(p.plan({.direction = down}, true)[1] == "migration a/2: there is no down for it");
}

TEST_CASE("plan: an unfinished migration is refused and named with its statement") {
  Planning p;
  p.file("a", "1");
  LedgerRow& row = p.row("a", "1");
  row.state = MigrationState::failed;
  row.stmts_done = 1;
  CHECK(p.plan() == Steps{"state",
                          "migration a/1: it failed at statement 2 of 2 (1_x.up.sql:2), statements "
                          "done: 1; next: lockstep migrate resume"});
  row.direction = down;
  row.stmts_done = 0;
  CHECK(p.plan({.direction = down})[1] ==
        "migration a/1: its down failed at statement 1 of 1 (1_x.down.sql:1), statements done: 0; "
        "next: lockstep migrate resume");
  row.direction = MigrationDirection::up;
  row.state = MigrationState::running;
  CHECK(p.plan()[1] ==
        "migration a/1: it was begun at 1970-01-01 00:00:00.000000 on host h and not "
        "finished: statement 1 of 2 (1_x.up.sql:1) may have taken effect, statements done: 0; next: "
        "lockstep migrate resume");
  row.version = "3";  // not in the set
  CHECK(p.plan()[1].find("statement 1 of 2 may have taken effect") != std::string::npos);
  row.domain = "other";
  CHECK(p.plan() == Steps{"+a/1"});
}

}  // namespace
}  // namespace lockstep::detail
