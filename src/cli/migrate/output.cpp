// SPDX-License-Identifier: BSL-1.0
#include "cli/migrate/output.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/commands.hpp"
#include "cli/terminal.hpp"

namespace lockstep::cli {
namespace {

using nlohmann::ordered_json;

constexpr Advice partly_applied{
    exit_partly_applied,
    "mend what it says, then run `lockstep migrate resume`, or `lockstep migrate mark` for what "
    "you finish by hand"};
constexpr Advice stopped{exit_stopped, "go on with `lockstep migrate resume`"};

std::string_view direction_of(const MigrationStep& step) {
  return step.direction == MigrationDirection::up ? "up" : "down";
}

ordered_json identity_of(const MigrationStep& step) {
  return {{"direction", direction_of(step)},
          {"domain", step.domain},
          {"version", step.version},
          {"name", step.name},
          {"file", step.file}};
}

std::string_view name_of(MigrationEvent::Kind kind) {
  switch (kind) {
    case MigrationEvent::Kind::waiting:
      return "waiting";
    case MigrationEvent::Kind::start:
      return "start";
    case MigrationEvent::Kind::statement:
      return "statement";
    case MigrationEvent::Kind::done:
      return "done";
    case MigrationEvent::Kind::failed:
      return "failed";
    case MigrationEvent::Kind::retry:
      return "retry";
    case MigrationEvent::Kind::notice:
      return "notice";
  }
  return {};
}

ordered_json to_json(const MigrationEvent& event) {
  ordered_json object{{"event", name_of(event.kind)}};
  if (event.step != nullptr) {
    object.update(identity_of(*event.step));
    if (event.kind == MigrationEvent::Kind::statement && !event.step->statements.empty()) {
      object["statement"] = event.statement + 1;
      object["statements"] = event.step->statements.size();
      object["line"] = event.step->statements[event.statement].line;
    }
  }
  if (!event.message.empty()) object["message"] = event.message;
  object["elapsed_ms"] = event.elapsed.count();
  return object;
}

}  // namespace

ordered_json to_json(const MigrationStep& step) {
  ordered_json object = identity_of(step);
  object["statements"] = step.statements.size();
  object["transaction"] = step.transactional;
  object["duration_ms"] = step.duration.count();
  return object;
}

void print_document(const std::string& database, const char* key, ordered_json items) {
  ordered_json document{{"format", 1}, {"database", database}};
  document[key] = std::move(items);
  print(document.dump(2));
}

bool agrees(const Options& options, const std::string& question, const std::string& undone) {
  if (options.yes || confirm(question)) return true;
  message("error[12]: " + undone);
  message("  next: the same with --yes");
  return false;
}

RunReport::RunReport(const Options& options, std::string database)
    : json_(options.json), database_(std::move(database)) {}

void RunReport::write(const ordered_json& object) {
  ordered_json line;
  if (first_) line = {{"format", 1}, {"database", database_}};
  first_ = false;
  line.update(object);
  print(line.dump());
}

void RunReport::plan(const std::vector<MigrationStep>& steps) {
  if (!json_) return;
  ordered_json list = ordered_json::array();
  for (const MigrationStep& step : steps) {
    ordered_json each = identity_of(step);
    each["statements"] = step.statements.size();
    each["transaction"] = step.transactional;
    list.push_back(std::move(each));
  }
  write({{"event", "plan"}, {"steps", std::move(list)}});
}

void RunReport::tell(const MigrationEvent& event) {
  using Kind = MigrationEvent::Kind;
  if (event.kind == Kind::failed) {
    line_ = event.line;
    column_ = event.column;
    file_ = event.step->file;
  }
  if (json_) {
    if (event.kind != Kind::failed) write(to_json(event));
  } else if (event.kind == Kind::waiting) {
    message("waiting for another migrator");
  } else if (event.kind == Kind::notice) {
    message("          " + std::string(event.message));
  } else if (event.kind == Kind::retry) {
    message("again     " + event.step->domain + "/" + event.step->version + " " +
            event.step->name + ": " + std::string(event.message));
  } else if (event.kind == Kind::done) {
    const MigrationStep& step = *event.step;
    const bool up = step.direction == MigrationDirection::up;
    message(std::string(up ? "applied   " : "reverted  ") + step.domain + "/" + step.version + " " +
            step.name + "  " + std::to_string(event.elapsed.count()) + " ms");
  }
}

void RunReport::done(const std::vector<MigrationStep>& steps) {
  if (json_) {
    std::chrono::milliseconds all{0};
    for (const MigrationStep& step : steps) all += step.duration;
    write({{"event", "summary"},
           {"steps", steps.size()},
           {"duration_ms", all.count()},
           {"exit_code", static_cast<int>(exit_done)}});
  } else if (steps.empty()) {
    message("nothing to do");
  }
}

int RunReport::failed(const Error& error, bool unfinished) {
  const bool partly = unfinished && (error.kind() == ErrorKind::migration_failed ||
                                     error.kind() == ErrorKind::invalid_state);
  const bool between = unfinished && error.kind() == ErrorKind::cancelled;
  const int code = partly    ? report(error, partly_applied)
                   : between ? report(error, stopped)
                             : report(error);
  if (json_) {
    ordered_json object{{"event", "error"},
                        {"kind", to_string(error.kind())},
                        {"message", error.what()},
                        {"engine_message", error.server_message()},
                        {"exit_code", code}};
    if (line_ > 0) object.update({{"file", file_}, {"line", line_}, {"column", column_}});
    write(object);
  }
  return code;
}

bool is_unfinished(Migrator& migrator) {
  try {
    const auto all = migrator.status();
    return std::ranges::any_of(all, [](const MigrationStatus& status) {
      return status.state == MigrationState::failed || status.state == MigrationState::running;
    });
  } catch (const Error&) {
    return false;
  }
}

}  // namespace lockstep::cli
