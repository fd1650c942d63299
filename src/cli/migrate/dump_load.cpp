// SPDX-License-Identifier: BSL-1.0
// lockstep migrate dump | load | seed
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/migrate/commands.hpp"
#include "cli/terminal.hpp"
#include "lockstep/schema_dump.hpp"

namespace lockstep::cli {
namespace {

using nlohmann::ordered_json;

std::string read_file(const std::string& file) {
  const std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) raise(ErrorKind::invalid_data, file + " cannot be read");
  return text.str();
}

void write_file(const std::string& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary);
  out << text;
  if (!out.flush()) raise(ErrorKind::io_error, file + " cannot be written");
}

}  // namespace

int migrate_dump(const Options& options, const DatabaseChoice& choice) {
  Database db = Database::open(without_creating(choice.url), choice.options);
  std::string text = dump_schema(db);
  if (!options.output.empty()) {
    write_file(options.output, text);
    message("wrote " + options.output);
  } else if (options.json) {
    print(ordered_json{{"format", 1}, {"database", db.redacted_url()}, {"schema", text}}.dump());
  } else {
    text.pop_back();  // print() ends the line
    print(text);
  }
  return exit_done;
}

int migrate_load(const Options& options, const DatabaseChoice& choice) {
  const std::string text = read_file(options.file);
  Database db = Database::open(choice.url, choice.options);
  load_schema(db, text, options.file);
  if (options.json) {
    print(ordered_json{{"format", 1}, {"database", db.redacted_url()}, {"file", options.file}}
              .dump());
  } else {
    message("loaded " + options.file + " into " + db.redacted_url());
  }
  return exit_done;
}

int migrate_seed(const Options& options, const DatabaseChoice& choice) {
  Database db = Database::open(without_creating(choice.url), choice.options);
  const auto done = seed(db, options.file);
  if (options.json) {
    print(ordered_json{{"format", 1}, {"database", db.redacted_url()}, {"files", done}}.dump());
  } else {
    for (const std::string& file : done) message("ran " + file);
  }
  return exit_done;
}

}  // namespace lockstep::cli
