// SPDX-License-Identifier: BSL-1.0
// Configuration: defaults, file, environment, and durations.
#include "lockstep/instances/config.hpp"

#include "instances/config/duration.hpp"
#include "rows.hpp"
#include "support/folder.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::instances;

using Environment = std::map<std::string, std::string>;

ConfigSources sources(const Environment& environment,
                      std::optional<std::filesystem::path> file = {}) {
  return {.file = std::move(file),
          .home = "/home/nobody",
          .environment = [environment](const std::string& name) -> std::optional<std::string> {
            const auto it = environment.find(name);
            return it == environment.end() ? std::nullopt : std::optional(it->second);
          }};
}

// The configuration of a file with this text.
Config config_of(std::string_view text, const Environment& environment = {}) {
  const Folder folder;
  folder.put("llamactl.yaml", text);
  return load_config(sources(environment, folder.path() / "llamactl.yaml"));
}

// What Configuration says of such a file.
std::string complaint(std::string_view text, const Environment& environment = {}) {
  try {
    static_cast<void>(config_of(text, environment));
  } catch (const Configuration& e) {
    return e.what();
  }
  return "nothing was thrown";
}

constexpr std::string_view whole_file = R"(
server:
  port: 8080
data_dir: /srv/llamactl
database:
  path: "models.db"
  max_open_connections: 10
  max_idle_connections: 3
  connection_max_lifetime: 1h30m
)";

TEST_CASE("load_config: defaults without a file") {
  const Config config = load_config({});
  CHECK(config == Config{.data_dir = "/var/lib/llamactl",
                         .path = "/var/lib/llamactl/llamactl.db",
                         .max_open_connections = 25,
                         .max_idle_connections = 5,
                         .connection_max_lifetime = 5min});
  CHECK(load_config(sources({})).path == "/home/nobody/.local/share/llamactl/llamactl.db");
  for (const char* text : {"", "# nothing\n", "database:\n", "database: {path: ~}\ndata_dir: null",
                           "database: {path: ''}", "server: {port: 1}"}) {
    CAPTURE(text);
    CHECK(config_of(text) == load_config(sources({})));
  }
}

TEST_CASE("load_config: values of the file, and of the environment before them") {
  CHECK(config_of(whole_file) == Config{.data_dir = "/srv/llamactl",
                                        .path = "/srv/llamactl/models.db",
                                        .max_open_connections = 10,
                                        .max_idle_connections = 3,
                                        .connection_max_lifetime = 90min});
  const Environment environment{{"LLAMACTL_DATA_DIRECTORY", "/data"},
                                {"LLAMACTL_DATABASE_PATH", "env.db"},
                                {"LLAMACTL_DATABASE_MAX_OPEN_CONNECTIONS", "7"},
                                {"LLAMACTL_DATABASE_MAX_IDLE_CONNECTIONS", "0"},
                                {"LLAMACTL_DATABASE_CONN_MAX_LIFETIME", "300ms"}};
  const Config expected{.data_dir = "/data",
                        .path = "/data/env.db",
                        .max_open_connections = 7,
                        .max_idle_connections = 0,
                        .connection_max_lifetime = 300ms};
  CHECK(config_of(whole_file, environment) == expected);
  CHECK(load_config(sources(environment)) == expected);
  Environment empty = environment;
  for (auto& [name, value] : empty) value.clear();
  CHECK(config_of(whole_file, empty) == config_of(whole_file));
}

TEST_CASE("load_config: a relative path is below data_dir") {
  const auto path_of = [](std::string path) {
    return config_of(whole_file, {{"LLAMACTL_DATABASE_PATH", std::move(path)}}).path;
  };
  CHECK(path_of("deeper/a.db") == "/srv/llamactl/deeper/a.db");
  CHECK(path_of("/var/a.db") == "/var/a.db");
  CHECK(path_of(":memory:") == ":memory:");
}

TEST_CASE("load_config: what is malformed is named, with its place") {
  const auto of_variable = [](std::string name, std::string value) {
    return complaint(whole_file, {{std::move(name), std::move(value)}});
  };
  for (const char* text : {"many", "5x", " 5", "-1", "1.5", "99999999999"}) {
    CAPTURE(text);
    for (const char* name :
         {"LLAMACTL_DATABASE_MAX_OPEN_CONNECTIONS", "LLAMACTL_DATABASE_MAX_IDLE_CONNECTIONS"}) {
      CHECK(of_variable(name, text) == std::string(name) + ": not a number of connections");
    }
  }
  CHECK(of_variable("LLAMACTL_DATABASE_CONN_MAX_LIFETIME", "5") ==
        "LLAMACTL_DATABASE_CONN_MAX_LIFETIME: not a duration such as 5m or 1h30m");
  CHECK(complaint("database:\n  path: a\n  max_open_connections: ten\n") ==
        "database.max_open_connections (llamactl.yaml:3): not a number of connections");
  CHECK(complaint("database:\n  max_idle_connections: -1\n") ==
        "database.max_idle_connections (llamactl.yaml:2): not a number of connections");
  CHECK(complaint("database: {connection_max_lifetime: -5m}") ==
        "database.connection_max_lifetime (llamactl.yaml:1): not a duration such as 5m or 1h30m");
  CHECK(complaint("database:\n  path: [a]\n") ==
        "llamactl.yaml:2: database.path: not a single value");
  CHECK(complaint("data_dir:\n  a: b\n") == "llamactl.yaml:2: data_dir: not a single value");
  CHECK(complaint("database: llamactl.db") == "llamactl.yaml:1: database: not a map");
  CHECK(complaint("- database") == "llamactl.yaml:1: file: not a map");
  CHECK(complaint("database:\n  path: a: b\n") == "llamactl.yaml:2: not YAML");
  CHECK(complaint("database:\n\tpath: a\n").ends_with(": not YAML"));
}

TEST_CASE("load_config: a file that is named has to be there") {
  const Folder folder;
  const auto load = [&](const std::filesystem::path& file) {
    static_cast<void>(load_config(sources({}, file)));
  };
  CHECK_THROWS_WITH_AS(load(folder.path() / "a.yaml"), "a.yaml: cannot be read", Configuration);
  std::filesystem::create_directory(folder.path() / "b.yaml");
  CHECK_THROWS_WITH_AS(load(folder.path() / "b.yaml"), "b.yaml: is a folder", Configuration);
  CHECK_THROWS_AS(load(""), Configuration);
}

TEST_CASE("load_config: without a name the home folder's file is found") {
  const Folder home;
  home.put(".config/llamactl/config.yaml", "database: {max_open_connections: 3}");
  ConfigSources from = sources({});
  CHECK(load_config(from).max_open_connections == 25);
  from.home = home.path();
  CHECK(load_config(from).max_open_connections == 3);
  const auto files = default_config_files("/home/me");
  CHECK(files == std::vector<std::filesystem::path>{"llamactl.yaml", "config.yaml",
                                                    "/home/me/.config/llamactl/config.yaml",
                                                    "/etc/llamactl/config.yaml"});
  CHECK(default_config_files("").size() == 3);
}

TEST_CASE("parse_duration: numbers with units") {
  struct Case {
    std::string_view text;
    std::chrono::nanoseconds value;
  };
  for (const Case& each : {Case{"0", 0ns},
                           {"5m", 5min},
                           {"1h30m", 90min},
                           {"300ms", 300ms},
                           {"1.5h", 90min},
                           {".5s", 500ms},
                           {"1.s", 1s},
                           {"2us3ns", 2003ns},
                           {"1\xC2\xB5s", 1us},
                           {"1\xCE\xBCs", 1us},
                           {"0.3ns", 0ns},
                           {"0.1ms", 100us},
                           {"1.000000001s", 1'000'000'001ns},
                           {"0s", 0ns},
                           {"1m1m", 2min},
                           {"9223372036854775807ns", std::chrono::nanoseconds::max()}}) {
    CAPTURE(each.text);
    CHECK(instances::detail::parse_duration(each.text) == each.value);
  }
}

TEST_CASE("parse_duration: refuses what is none, a sign, and what is too long") {
  for (const std::string_view text : {"",
                                      "5",
                                      "m",
                                      "5 m",
                                      " 5m",
                                      "5m ",
                                      "-5m",
                                      "+5m",
                                      "5d",
                                      "5M",
                                      ".",
                                      ".s",
                                      "1..5s",
                                      "1.5.5s",
                                      "5mm",
                                      "1e3s",
                                      "00",
                                      "9223372036854775808ns",
                                      "9223372037s",
                                      "2562048h",
                                      "2562047h48m",
                                      "99999999999999999999s"}) {
    CAPTURE(text);
    CHECK_FALSE(instances::detail::parse_duration(text).has_value());
  }
}

TEST_CASE("open_database: a lifetime of less than a millisecond is no lifetime of zero") {
  const Folder folder;
  std::chrono::steady_clock::time_point now;
  const Config config{.path = (folder.path() / "a.db").string(), .connection_max_lifetime = 1ns};
  Database db = open_database(config, {.steady_clock = [&] { return now; }});
  db.ping();
  now += 1s;
  db.ping();
  CHECK(db.stats().closed_lifetime > 0);
}

TEST_CASE("open_database: opens the file, with the numbers of the configuration") {
  const Folder folder;
  Config config{.path = (folder.path() / "50%?.db").string(), .max_open_connections = 3};
  Database db = open_database(config, {.clock = [] { return Clock::start; }});
  db.ping();
  CHECK(db.stats().max_open_connections == 3);
  CHECK(db.now() == Clock::start);
  CHECK(std::filesystem::exists(folder.path() / "50%?.db"));
  config.max_open_connections = 0;
  CHECK(open_database(config).stats().max_open_connections == 25);
  config.path = ":memory:";
  open_database(config).ping();
  config.path = (folder.path() / "nowhere" / "a.db").string();
  CHECK_THROWS_AS(static_cast<void>(open_database(config)), CannotOpen);
  config.path.clear();
  CHECK_THROWS_AS(static_cast<void>(open_database(config)), InvalidArgument);
}

}  // namespace
}  // namespace lockstep::tests
