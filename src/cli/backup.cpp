// SPDX-License-Identifier: BSL-1.0
// lockstep backup | restore
#include "lockstep/backup.hpp"

#include <nlohmann/json.hpp>

#include "cli/commands.hpp"
#include "cli/interrupt.hpp"
#include "cli/progress.hpp"
#include "cli/terminal.hpp"

namespace lockstep::cli {
namespace {

using nlohmann::ordered_json;

std::function<void(const CopyProgress&)> shown_by(Progress& progress) {
  return [&progress](const CopyProgress& copied) { progress.show(copied.done, copied.total); };
}

}  // namespace

int backup(const Options& options, const DatabaseChoice& choice) {
  const Interrupt interrupt;
  Database db = Database::open(without_creating(choice.url), choice.options);
  BackupOptions how{.overwrite = options.force, .call = {.stop = interrupt.token()}};
  BackupResult result;
  {
    Progress progress("pages");
    how.progress = shown_by(progress);
    result = lockstep::backup(db, options.file, how);
  }
  if (options.json) {
    const ordered_json document{{"format", 1},
                                {"database", db.redacted_url()},
                                {"file", options.file},
                                {"bytes", result.bytes},
                                {"pages", result.pages}};
    print(document.dump(2));
  } else {
    message("copied " + db.redacted_url() + " to " + options.file + ": " +
            std::to_string(result.bytes) + " bytes, checked");
  }
  return exit_done;
}

int restore(const Options& options, const DatabaseChoice& choice) {
  const Interrupt interrupt;
  const Dsn dsn = Dsn::parse(choice.url);
  const std::string target = dsn.redacted();
  const bool possible = dialect(dsn.engine).restore != nullptr;
  if (possible && !options.yes &&
      !confirm("put " + options.file + " in the place of " + target +
               "? what is there is kept beside it as .bak")) {
    message("error[12]: nothing was restored");
    message("  next: the same with --yes");
    return exit_refused;
  }
  RestoreOptions how{.overwrite = options.force, .call = {.stop = interrupt.token()}};
  RestoreResult result;
  {
    Progress progress("pages");
    how.progress = shown_by(progress);
    result = lockstep::restore(options.file, choice.url, how);
  }
  if (options.json) {
    ordered_json document{{"format", 1},
                          {"database", target},
                          {"file", options.file},
                          {"bytes", result.bytes},
                          {"pages", result.pages}};
    document["previous"] = result.previous.empty() ? ordered_json() : ordered_json(result.previous);
    print(document.dump(2));
  } else {
    message("restored " + target + " from " + options.file + ": " + std::to_string(result.bytes) +
            " bytes");
    if (!result.previous.empty()) message("what was there is in " + result.previous);
  }
  return exit_done;
}

}  // namespace lockstep::cli
