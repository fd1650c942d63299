// SPDX-License-Identifier: BSL-1.0
// lockstep migrate up | down | status
#include "lockstep/migrate.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/commands.hpp"
#include "cli/terminal.hpp"

namespace lockstep::cli {
namespace {

using nlohmann::ordered_json;

// What runs is told on stderr, a line per file.
void tell_event(const MigrationEvent& event) {
  using Kind = MigrationEvent::Kind;
  if (event.kind == Kind::waiting) {
    message("waiting for another migrator");
  } else if (event.kind == Kind::done) {
    const MigrationStep& step = *event.step;
    const bool up = step.direction == MigrationDirection::up;
    message(std::string(up ? "applied   " : "reverted  ") + step.domain + "/" + step.version + " " +
            step.name + "  " + std::to_string(event.elapsed.count()) + " ms");
  }
}

// Before the database is opened: bad files create none.
MigrationSet read_set(const DatabaseChoice& choice, const Options& options) {
  const Engine engine = Dsn::parse(choice.url).engine;
  if (options.dir.empty()) return MigrationSet::embedded(engine, options.domains);
  if (options.domains.size() > 1) {
    raise(ErrorKind::invalid_argument, "a folder of migrations has one --domain");
  }
  FolderOptions folder;
  if (!options.domains.empty()) folder.domain = options.domains.front();
  if (options.form == "itinerary") folder.form = FolderForm::itinerary;
  folder.stem_is_version = options.key == "stem";
  folder.allow_missing = options.allow_missing;
  folder.foreign_keys = options.foreign_keys == "on";
  return MigrationSet::folder(engine, options.dir, folder);
}

ordered_json to_json(const MigrationStep& step) {
  return {{"direction", step.direction == MigrationDirection::up ? "up" : "down"},
          {"domain", step.domain},
          {"version", step.version},
          {"name", step.name},
          {"statements", step.statements.size()},
          {"duration_ms", step.duration.count()}};
}

ordered_json to_json(const MigrationStatus& status) {
  ordered_json json{{"domain", status.domain},
                    {"version", status.version},
                    {"name", status.name},
                    {"state", to_string(status.state)},
                    {"changed", status.changed}};
  json["finished_at"] =
      status.finished_at ? ordered_json(format_timestamp(*status.finished_at)) : ordered_json();
  if (!status.error.empty()) json["error"] = status.error;
  return json;
}

template <class T>
void print_json(const Database& db, std::string_view key, const std::vector<T>& items) {
  ordered_json list = ordered_json::array();
  for (const T& item : items) list.push_back(to_json(item));
  const ordered_json document{
      {"format", 1}, {"database", db.redacted_url()}, {std::string(key), list}};
  print(document.dump(2));
}

int run(Database& db, MigrationSet set, const Options& options, const MigrationGoal& goal) {
  bool undone = true;  // what the file that failed has done
  MigratorOptions migrator_options;
  migrator_options.observer = [&](const MigrationEvent& event) {
    tell_event(event);
    if (event.kind == MigrationEvent::Kind::failed) undone = event.step->transactional;
  };
  Migrator migrator(db, std::move(set), std::move(migrator_options));
  try {
    const auto steps = migrator.run(goal);
    if (options.json) {
      print_json(db, "steps", steps);
    } else if (steps.empty()) {
      message("nothing to do");
    }
    return exit_done;
  } catch (const MigrationFailed& error) {
    const int code = report(error);
    return undone ? code : exit_partly_applied;
  }
}

std::string describe(const MigrationGoal& goal) {
  if (!goal.version.empty()) return "everything above " + goal.version;
  if (!goal.count) return "every migration";
  return *goal.count == 1 ? "the latest migration" : "the latest " + std::to_string(*goal.count);
}

std::string state_of(const MigrationStatus& status) {
  if (status.changed) return styled(Style::bad, "CHANGED");
  const std::string text(to_string(status.state));
  if (status.state == MigrationState::applied) return styled(Style::good, text);
  return status.state == MigrationState::failed ? styled(Style::bad, text) : text;
}

}  // namespace

int migrate_up(const Options& options, const DatabaseChoice& choice) {
  MigrationSet set = read_set(choice, options);
  Database db = Database::open(choice.url, choice.options);
  MigrationGoal goal;
  goal.count = options.count;
  goal.version = options.to;
  return run(db, std::move(set), options, goal);
}

int migrate_down(const Options& options, const DatabaseChoice& choice) {
  MigrationSet set = read_set(choice, options);
  Database db = Database::open(without_creating(choice.url), choice.options);
  MigrationGoal goal;
  goal.direction = MigrationDirection::down;
  goal.version = options.to;
  if (!options.all && options.to.empty()) goal.count = options.count.value_or(1);
  if (!options.yes && !confirm("revert " + describe(goal) + " of " + db.redacted_url() + "?")) {
    message("error[12]: nothing was reverted");
    message("  next: the same with --yes");
    return exit_refused;
  }
  return run(db, std::move(set), options, goal);
}

int migrate_status(const Options& options, const DatabaseChoice& choice) {
  MigrationSet set = read_set(choice, options);
  Database db = Database::open(without_creating(choice.url), choice.options);
  const auto all = Migrator(db, std::move(set)).status();
  const auto pending = std::count_if(all.begin(), all.end(), [](const MigrationStatus& status) {
    return status.state == MigrationState::pending;
  });
  if (options.json) {
    print_json(db, "migrations", all);
  } else {
    message("database  " + db.redacted_url() + "  (" + std::string(db.dialect().title) + ", from " +
            choice.origin + ")");
    std::vector<std::vector<std::string>> rows{{"DOMAIN", "VERSION", "NAME", "AT (UTC)", "STATE"}};
    for (const MigrationStatus& status : all) {
      rows.push_back({status.domain, status.version, status.name,
                      status.finished_at ? format_timestamp(*status.finished_at).substr(0, 19) : "",
                      state_of(status)});
    }
    print_table(rows);
    message(std::to_string(pending) + " pending");
  }
  return options.check && pending > 0 ? exit_pending : exit_done;
}

}  // namespace lockstep::cli
