// SPDX-License-Identifier: BSL-1.0
// The command line, and the configuration files in CLI11's TOML form.
#include <CLI/CLI.hpp>
#include <array>
#include <filesystem>
#include <fstream>

#include "cli/command_parts.hpp"
#include "cli/commands.hpp"
#include "cli/tables.hpp"
#include "cli/terminal.hpp"
#include "lockstep/version.hpp"

namespace lockstep::cli {
namespace {

constexpr std::string_view footer =
    "The database: --database URL, else LOCKSTEP_MIGRATION_URL, LOCKSTEP_DATABASE_URL, "
    "DATABASE_URL,\n"
    "./lockstep.toml, ~/.config/lockstep/config.toml, else sqlite:lockstep.db. The demo takes "
    "only\n"
    "--database, else sqlite::memory:.\n"
    "  sqlite:FILE   postgresql://user@host/name   mysql://user@host/name\n\n"
    "Exit codes: 0 done or nothing to do, 1 internal, 2 usage, 3 pending migrations, 4 bad files,\n"
    "5 checksum, 6 migration lock or in use, 7 failed and unchanged, 8 failed and partly applied,\n"
    "9 cannot connect or no rights, 12 refused without --yes or --force, 130 stopped by a signal.";

// A command of one word about a database.
CLI::App* add_command(CLI::App& app, Options& options, const char* name, const char* text,
                      DatabaseCommand command) {
  CLI::App* sub = app.add_subcommand(name, text);
  add_database(*sub, options);
  sub->footer(std::string(footer));
  sub->callback([&options, command] { options.action = on_database(command); });
  return sub;
}

void add_copies(CLI::App& app, Options& options) {
  const auto add = [&](const char* name, const char* text, DatabaseCommand command, const char* force) {
    CLI::App* sub = add_command(app, options, name, text, command);
    sub->add_option("file", options.file, "The backup")->required()->type_name("FILE");
    sub->add_flag("--force", options.force, force);
    sub->add_flag("--json", options.json, "One JSON document on stdout");
    return sub;
  };
  add("backup", "Copy a SQLite database to a file while it is used, and check the copy",
      backup, "Replace FILE if it is there");
  add("restore", "Put a backup in the place of a SQLite database that nobody has open",
      restore, "Replace an older .bak file")
      ->add_flag("--yes", options.yes, "Do not ask");
}

void add_upkeep(CLI::App& app, Options& options) {
  add_command(app, options, "maintenance",
              "Renew the planner's statistics and give back space, as the engine does it",
              maintenance)
      ->add_flag("--json", options.json, "One JSON document on stdout");
  CLI::App* old = add_command(
      app, options, "retention",
      "Delete what is too old: of the agent by its rules, of the workflows as the options say",
      retention);
  old->add_option("--domain", options.domains, "Only agent or workflow (repeatable)")
      ->type_name("NAME")
      ->check(CLI::IsMember({"agent", "workflow"}));
  old->add_option("--max-age-days", options.max_age_days, "Executions that ended before that")
      ->type_name("DAYS")
      ->check(CLI::Range(0, 3'000'000));
  old
      ->add_option("--keep-newest", options.keep_newest,
                   "Executions of each workflow beyond so many")
      ->type_name("N")
      ->check(CLI::NonNegativeNumber);
  old->add_flag("--dry-run", options.dry_run, "Count, and delete nothing");
  old->add_flag("--yes", options.yes, "Do not ask");
  old->add_flag("--json", options.json, "One JSON document on stdout");
}

void add_export(CLI::App& app, Options& options) {
  CLI::App* sub =
      add_command(app, options, "export", "Write a table as JSON or CSV", export_table);
  sub->add_option("table", options.table, "Its name")->required()->type_name("TABLE");
  sub->add_option_function<std::string>(
         "--format", [&options](const std::string& format) { options.csv = format == "csv"; },
         "json (default) or csv")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"json", "csv"}));
  sub->add_option("--output", options.output, "A file, and not stdout")->type_name("FILE");
  sub->add_flag("--force", options.force, "Replace the file if it is there");
  sub->footer(
      "Columns are in the order of the table, rows in that of the primary key. Times are\n"
      "2024-03-10T12:00:00.123456Z. JSON: {\"format\": 1, \"table\": ..., \"rows\": [...]}; null "
      "is "
      "null,\n"
      "stored JSON goes in as it is. CSV: RFC 4180 with a header; null is an empty field, an "
      "empty\n"
      "text is \"\".\n\nTables: " +
      table_names() + "\n\n" + std::string(footer));
}

void add_demo(CLI::App& app, Options& options) {
  CLI::App* demo = app.add_subcommand("demo", "A day of a domain, told from values read back");
  add_database(*demo, options);
  demo->add_option("--domain", options.domains, "Which domain (default scheduler)")
      ->type_name("NAME")
      ->expected(1);
  demo->add_flag("--keep", options.keep, "Leave the rows in the database");
  demo->callback([&options] {
    options.action = [](const Options& given, const Lookup&) { return lockstep::cli::demo(given); };
  });
}

// "did you mean migrate?" for a word that is no command.
std::string suggestion(const CLI::App& app, int argc, const char* const* argv) {
  if (argc < 2) return "";
  const CLI::App* level = &app;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word.starts_with("-")) continue;
    const auto subs = level->get_subcommands([](const CLI::App*) { return true; });
    std::vector<std::string> names;
    for (const CLI::App* sub : subs) names.push_back(sub->get_name());
    const auto it = std::find(names.begin(), names.end(), word);
    if (it != names.end()) {
      level = subs[static_cast<std::size_t>(it - names.begin())];
      continue;
    }
    const std::vector<std::string_view> views(names.begin(), names.end());
    const Nearest near = nearest(word, views);
    return near.similar ? "did you mean \"" + std::string(near.word) + "\"?" : "";
  }
  return "";
}

// Keys of a configuration file beside `database`.
void set_pool_key(DatabaseOptions& options, const std::string& key, const std::string& value,
                  const std::string& file) {
  const auto refuse = [&](const std::string& what) {
    raise(ErrorKind::invalid_data, file + ": " + what);
  };
  long long number = 0;
  if (!CLI::detail::lexical_cast(value, number) || number < 0) {
    refuse(key + " must be a number, zero or more");
  }
  const auto milliseconds = std::chrono::milliseconds(number);
  if (key == "max_open_connections") {
    options.max_open_connections = static_cast<int>(number);
  } else if (key == "max_idle_connections") {
    options.max_idle_connections = static_cast<int>(number);
  } else if (key == "max_lifetime_ms") {
    options.max_lifetime = milliseconds;
  } else if (key == "max_idle_time_ms") {
    options.max_idle_time = milliseconds;
  } else if (key == "acquire_timeout_ms") {
    options.acquire_timeout = milliseconds;
  } else if (key == "connect_timeout_ms") {
    options.connect_timeout = milliseconds;
  } else {
    constexpr std::array<std::string_view, 7> known{
        "database",         "max_open_connections", "max_idle_connections", "max_lifetime_ms",
        "max_idle_time_ms", "acquire_timeout_ms",   "connect_timeout_ms"};
    const Nearest near = nearest(key, known);
    refuse("unknown key \"" + key + "\"" +
           (near.similar ? ", did you mean \"" + std::string(near.word) + "\"?" : ""));
  }
}

// True if the file is there and names a database.
bool read_config(const std::string& file, DatabaseChoice& choice) {
  std::ifstream in(file);
  if (!in) return false;
  std::vector<CLI::ConfigItem> items;
  try {
    items = CLI::ConfigTOML().from_config(in);
  } catch (const CLI::Error&) {
    raise(ErrorKind::invalid_data, file + ": not TOML of the form key = value");
  }
  for (const CLI::ConfigItem& item : items) {
    if (item.inputs.size() != 1 || !item.parents.empty()) {
      raise(ErrorKind::invalid_data, file + ": " + item.fullname() + " must have one value");
    }
    if (item.name == "database") {
      choice.url = item.inputs.front();
      choice.origin = file;
    } else {
      set_pool_key(choice.options, item.name, item.inputs.front(), file);
    }
  }
  return !choice.url.empty();
}

}  // namespace

void add_database(CLI::App& app, Options& options) {
  app.add_option("--database", options.database, "URL of the database")->type_name("URL");
}

Action on_database(DatabaseCommand command) {
  return [command](const Options& options, const Lookup& environment) {
    return command(options, choose_database(options, environment));
  };
}

std::optional<int> parse_command_line(int argc, const char* const* argv, Options& options) {
  CLI::App app("One data-access layer over SQLite, PostgreSQL and MySQL/MariaDB", "lockstep");
  app.footer(std::string(footer));
  app.require_subcommand(1);
  add_demo(app, options);
  add_migrate(app, options);
  add_copies(app, options);
  add_upkeep(app, options);
  add_export(app, options);
  app.add_subcommand("version", "Print the version")->callback([&options] {
    options.action = [](const Options&, const Lookup&) {
      print(std::string("lockstep ") + lockstep::version);
      return exit_done;
    };
  });
  try {
    app.parse(argc, argv);
    return std::nullopt;
  } catch (const CLI::Success& help) {
    return app.exit(help, std::cout, std::cerr);
  } catch (const CLI::ParseError& error) {
    message("error[2]: " + std::string(error.what()));
    if (const std::string near = suggestion(app, argc, argv); !near.empty()) message("  " + near);
    message("  next: lockstep --help");
    return exit_usage;
  }
}

DatabaseChoice choose_database(const Options& options, const Lookup& environment) {
  if (options.database) return {*options.database, "--database", {}};
  for (const char* name : {"LOCKSTEP_MIGRATION_URL", "LOCKSTEP_DATABASE_URL", "DATABASE_URL"}) {
    if (const auto url = environment(name); url && !url->empty()) return {*url, name, {}};
  }
  DatabaseChoice choice;
  if (read_config("./lockstep.toml", choice)) return choice;
  if (const auto home = environment("HOME")) {
    if (read_config(*home + "/.config/lockstep/config.toml", choice)) return choice;
  }
  choice.url = "sqlite:lockstep.db";
  choice.origin = "default";
  return choice;
}

std::string without_creating(const std::string& url) {
  const Dsn dsn = Dsn::parse(url);
  const bool file = dsn.engine == Engine::sqlite && !dsn.text.starts_with(":memory:");
  if (!file || url.find("mode=") != std::string::npos) return url;
  return url + (url.find('?') == std::string::npos ? "?mode=rw" : "&mode=rw");
}

}  // namespace lockstep::cli
