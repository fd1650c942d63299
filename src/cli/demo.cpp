// SPDX-License-Identifier: BSL-1.0
#include <array>

#include "cli/commands.hpp"
#include "cli/story.hpp"
#include "cli/terminal.hpp"
#include "lockstep/migrate.hpp"

namespace lockstep::cli {
namespace {

constexpr std::array stories{&scheduler_story, &provisioning_story, &workflow_story, &agent_story,
                             &instances_story};

// InvalidArgument, with the nearest name, if no story is of that domain.
const Story& story_of(std::string_view domain) {
  std::vector<std::string_view> known;
  std::string names;
  for (const Story* story : stories) {
    if (story->domain == domain) return *story;
    known.push_back(story->domain);
    names += (names.empty() ? "" : ", ") + std::string(story->domain);
  }
  std::string what = "no story of a domain \"" + std::string(domain) + "\"";
  if (const Nearest near = nearest(domain, known); near.similar) {
    what += ", did you mean \"" + std::string(near.word) + "\"?";
  }
  raise(ErrorKind::invalid_argument, what + " (known: " + names + ")");
}

}  // namespace

int demo(const Options& options) {
  const Story& story = story_of(options.domains.empty() ? "scheduler" : options.domains.front());
  StoryClock clock;
  DatabaseOptions open;
  open.clock = [&clock] { return clock.now(); };
  Database db = Database::open(options.database.value_or("sqlite::memory:"), open);
  Migrator(db, MigrationSet::embedded(db.dialect().engine, {std::string(story.domain)})).up();
  print(styled(Style::bold, std::string(story.title) + " on " + std::string(db.dialect().title)));
  story.remove(db);
  story.tell(db, clock);
  if (!options.keep) {
    story.remove(db);
    title("Removed, with everything that belonged to it");
    story.look_for(db);
  }
  if (!options.database) {
    message(
        "\nThe same story on another engine: lockstep demo --database postgresql://user@host/name");
  }
  return exit_done;
}

}  // namespace lockstep::cli
