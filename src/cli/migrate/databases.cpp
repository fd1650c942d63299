// SPDX-License-Identifier: BSL-1.0
// lockstep migrate createdb | dropdb
#include "lockstep/databases.hpp"

#include <nlohmann/json.hpp>

#include "cli/migrate/commands.hpp"
#include "cli/terminal.hpp"

namespace lockstep::cli {
namespace {

using nlohmann::ordered_json;

void tell(const Options& options, const DatabaseChoice& choice, const char* done) {
  const std::string database = Dsn::parse(choice.url).redacted();
  if (options.json) {
    print(ordered_json{{"format", 1}, {"database", database}, {"done", done}}.dump());
  } else {
    message(std::string(done) + "  " + database);
  }
}

}  // namespace

int migrate_createdb(const Options& options, const DatabaseChoice& choice) {
  tell(options, choice, create_database(choice.url) ? "created" : "there already");
  return exit_done;
}

int migrate_dropdb(const Options& options, const DatabaseChoice& choice) {
  const std::string name = named_database(choice.url);
  const std::string question =
      "This drops " + Dsn::parse(choice.url).redacted() + " with everything in it.";
  const std::string typed =
      options.migrate.typed.empty() ? ask_for_name(question, name) : options.migrate.typed;
  if (typed != name) {
    message("error[12]: " + question + " Its name was not typed");
    message("  next: the same with --yes " + name);
    return exit_refused;
  }
  drop_database(choice.url, name);
  tell(options, choice, "dropped");
  return exit_done;
}

}  // namespace lockstep::cli
