// SPDX-License-Identifier: BSL-1.0
#include "migrate/history/verify.hpp"

#include <algorithm>

#include "migrate/applied_text.hpp"
#include "unit/migration_forms.hpp"

namespace lockstep::tests {
namespace {

using detail::DownText;
using detail::LedgerRow;

// A set of pairs in the domain "default", and a ledger beside it.
class Ledgered {
 public:
  explicit Ledgered(const Tree& tree) : set_(folder(tree)) {}

  // As if the text had been applied, and `down` stored.
  LedgerRow& apply(const std::string& version, std::string_view up,
                   std::optional<std::string> down = {}) {
    LedgerRow row;
    row.domain = "default";
    row.version = version;
    row.name = "a";
    row.seq = static_cast<std::int64_t>(rows_.size()) + 1;
    const MigrationSet applied = folder({{version + "_a.up.sql", up}});
    const auto entry = detail::make_entry(applied.migrations().front(), Engine::sqlite);
    row.text_sha = entry.text_sha;
    row.meaning_sha = entry.meaning_sha;
    downs_.push_back({row.seq, std::move(down)});
    return rows_.emplace_back(std::move(row));
  }

  // "version kind", with '!' for an error.
  [[nodiscard]] Strings found(bool strict = false) const {
    Strings lines;
    for (const MigrationFinding& each :
         detail::find_differences({set_, rows_, downs_, strict})) {
      lines.push_back(each.version + ' ' + std::string(to_string(each.kind)) +
                      (each.error ? "!" : ""));
    }
    return lines;
  }
  [[nodiscard]] std::string what() const {
    const auto all = detail::find_differences({set_, rows_, downs_});
    return all.empty() ? "" : all.front().what;
  }

 private:
  MigrationSet set_;
  std::vector<LedgerRow> rows_;
  std::vector<DownText> downs_;
};

TEST_CASE("verify: files that are as they were applied") {
  Ledgered db({{"1_a.up.sql", "SELECT 1;"},
               {"1_a.down.sql", "SELECT 2;"},
               {"2_a.up.sql", "SELECT 3;"}});
  db.apply("1", "SELECT 1;\r\n", "SELECT 2;\n");
  CHECK(db.found().empty());
}

TEST_CASE("verify: another meaning is an error, another layout a note") {
  Ledgered db({{"1_a.up.sql", "SELECT 1, 2;"}, {"2_a.up.sql", "SELECT 1; -- one"}});
  db.apply("1", "SELECT 1;");
  LedgerRow& row = db.apply("2", "SELECT 1;");
  CHECK(db.found() == Strings{"1 changed!", "2 reformatted"});
  CHECK(db.what() == "migration default/1: 1_a.up.sql was changed after it was applied");
  row.meaning_sha.reset();  // of an older layout
  CHECK(db.found() == Strings{"1 changed!", "2 changed!"});
  row.text_sha.clear();  // adopted without its file
  CHECK(db.found() == Strings{"1 changed!"});
}

TEST_CASE("verify: a down that is not the stored one") {
  Ledgered db({{"1_a.up.sql", "SELECT 1;"},
               {"1_a.down.sql", "SELECT 2;"},
               {"2_a.up.sql", "SELECT 1;"},
               {"3_a.up.sql", "-- lockstep:irreversible\nSELECT 1;"}});
  db.apply("1", "SELECT 1;", "SELECT 3;");
  db.apply("2", "SELECT 1;", "SELECT 3;");
  db.apply("3", "-- lockstep:irreversible\nSELECT 1;", "SELECT 3;");
  CHECK(db.found() == Strings{"1 down_changed!", "2 down_changed!"});
}

TEST_CASE("verify: versions without their file") {
  Ledgered db({{"2_a.up.sql", "SELECT 1;"}, {"10_a.up.sql", "SELECT 1;"}});
  db.apply("1", "SELECT 1;").text_sha.clear();
  db.apply("2", "SELECT 1;");
  db.apply("3", "SELECT 1;");
  db.apply("10", "SELECT 1;");
  db.apply("11", "SELECT 1;");
  CHECK(db.found() == Strings{"1 missing", "3 missing!", "11 ahead"});
  CHECK(db.found(true) == Strings{"1 missing", "3 missing!", "11 ahead!"});
}

TEST_CASE("verify: a pending version that comes late") {
  Ledgered db({{"1_a.up.sql", "SELECT 1;"},
               {"2_a.up.sql", "-- lockstep:allow-out-of-order\nSELECT 1;"},
               {"3_a.up.sql", "SELECT 1;"},
               {"4_a.up.sql", "SELECT 1;"}});
  LedgerRow& row = db.apply("3", "SELECT 1;");
  CHECK(db.found() == Strings{"1 out_of_order!"});
  row.kind = "baseline";
  CHECK(db.found() == Strings{"1 out_of_order!"});
}

TEST_CASE("verify: what was begun and not finished") {
  Ledgered db(Tree{{"1_a.up.sql", "SELECT 1;"}});
  LedgerRow& failed = db.apply("1", "SELECT 1;");
  failed.state = MigrationState::failed;
  failed.stmts_total = 3;
  failed.stmts_done = 1;
  CHECK(db.found() == Strings{"1 unfinished!"});
  CHECK(db.what() == "migration default/1: it failed, statements done: 1 of 3");
  failed.state = MigrationState::running;
  failed.direction = MigrationDirection::down;
  CHECK(db.what() ==
        "migration default/1: its down was begun and not finished, statements done: 1 of 3");
}

}  // namespace
}  // namespace lockstep::tests
