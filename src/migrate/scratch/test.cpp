// SPDX-License-Identifier: BSL-1.0
#include <algorithm>
#include <thread>

#include "lockstep/migrate.hpp"
#include "migrate/scratch/differences.hpp"
#include "migrate/scratch/own_database.hpp"

namespace lockstep {
namespace {

using detail::Picture;

std::string describe(const Error& error) {
  std::string text = error.what();
  if (!error.server_message().empty()) text += ": " + error.server_message();
  return text;
}

// The first differences; empty if there are none.
std::string told(const Picture& wanted, const Picture& found) {
  if (schema_fingerprint(wanted.objects) == schema_fingerprint(found.objects)) return {};
  constexpr std::size_t most = 5;
  const auto all = detail::differences(wanted, found);
  std::string text;
  for (std::size_t i = 0; i < std::min(all.size(), most); ++i) {
    text += (i == 0 ? "" : "; ") + to_string(all[i]);
  }
  if (all.size() > most) text += "; and " + std::to_string(all.size() - most) + " more";
  return text.empty() ? "what a dump cannot write" : text;
}

class Test {
 public:
  Test(const MigrationSet& set, std::string_view url, const MigrationTestOptions& options)
      : set_(set), url_(url), options_(options) {
    report_.engine = set.engine();
  }

  MigrationTestReport run();

 private:
  [[nodiscard]] bool file_by_file();
  void try_file(Database& db, MigrationTest& test, const Migration& migration);
  void from_nothing();
  void several_starters();

  const MigrationSet& set_;
  std::string_view url_;
  const MigrationTestOptions& options_;
  MigrationTestReport report_;
  Picture last_;  // after all files
};

MigrationTestReport Test::run() {
  if (!file_by_file()) return std::move(report_);
  from_nothing();
  if (options_.starters > 0) several_starters();
  return std::move(report_);
}

// False if a file does not run: what comes behind it cannot be tested.
bool Test::file_by_file() {
  ScratchDatabase scratch(url_);
  last_ = detail::take_picture(scratch.db());
  for (const MigrationStep& step : Migrator(scratch.db(), set_).plan()) {
    const Migration* migration = set_.find(step.domain, step.version);
    MigrationTest test{step.domain, step.version, step.name, step.file, false, {}};
    bool ran = true;
    try {
      try_file(scratch.db(), test, *migration);
    } catch (const Error& error) {
      test.fault += (test.fault.empty() ? "" : "; then ") + describe(error);
      ran = false;
    }
    report_.files.push_back(test);
    if (options_.observer) options_.observer(test);
    if (!ran) return false;
  }
  return true;
}

void Test::try_file(Database& db, MigrationTest& test, const Migration& migration) {
  Migrator migrator(db, set_);
  migrator.run({.count = 1});
  const Picture before = std::move(last_);
  last_ = detail::take_picture(db);
  if (!migration.down || migration.irreversible || migration.repeatable) return;
  test.reverted = true;
  migrator.down();
  const std::string left = told(before, detail::take_picture(db));
  if (!left.empty()) test.fault = "its down does not lead back: " + left;
  migrator.run({.count = 1});
  const std::string again = told(last_, detail::take_picture(db));
  if (left.empty() && !again.empty()) {
    test.fault = "up, down, up makes another schema: " + again;
  }
}

void Test::from_nothing() {
  ScratchDatabase scratch(url_);
  try {
    Migrator(scratch.db(), set_).up();
    const std::string other = told(last_, detail::take_picture(scratch.db()));
    if (!other.empty()) report_.faults.push_back("all at once makes another schema: " + other);
  } catch (const Error& error) {
    report_.faults.push_back("all at once: " + describe(error));
  }
}

void Test::several_starters() {
  if (url_ == detail::in_memory_url) {
    report_.not_tested.emplace_back("several starters, on a database in memory");
    return;
  }
  ScratchDatabase scratch(url_);
  const auto count = static_cast<std::size_t>(options_.starters);
  std::vector<std::string> faults(count);
  std::vector<std::size_t> applied(count, 0);
  {
    std::vector<std::jthread> starters;
    for (std::size_t i = 0; i < count; ++i) {
      starters.emplace_back([&, i] {
        try {
          Database db = Database::open(scratch.url());
          applied[i] = Migrator(db, set_).up().size();
        } catch (const Error& error) {
          faults[i] = describe(error);
        }
      });
    }
  }
  std::size_t all = 0;
  for (std::size_t i = 0; i < count; ++i) {
    all += applied[i];
    if (!faults[i].empty()) report_.faults.push_back("one of several starters: " + faults[i]);
  }
  if (all != set_.migrations().size()) {
    report_.faults.push_back("several starters applied " + std::to_string(all) + " files of " +
                             std::to_string(set_.migrations().size()));
  }
  const std::string other = told(last_, detail::take_picture(scratch.db()));
  if (!other.empty()) report_.faults.push_back("several starters make another schema: " + other);
}

}  // namespace

bool MigrationTestReport::passed() const noexcept {
  return faults.empty() && std::ranges::all_of(files, &std::string::empty, &MigrationTest::fault);
}

MigrationTestReport test_migrations(const MigrationSet& set, std::string_view url,
                                    const MigrationTestOptions& options) {
  return Test(set, url, options).run();
}

}  // namespace lockstep
