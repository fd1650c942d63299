// SPDX-License-Identifier: BSL-1.0
// Where the database of the instances is and how many connections it has: defaults, a YAML file,
// the environment. Link lockstep::instances_config.
//
//     data_dir: /var/lib/llamactl
//     database:
//       path: llamactl.db             # below data_dir, or absolute, or ":memory:"
//       max_open_connections: 25
//       max_idle_connections: 5
//       connection_max_lifetime: 5m   # as Go writes durations
//
// The environment comes before the file, an empty variable counts as none: LLAMACTL_DATA_DIRECTORY,
// LLAMACTL_DATABASE_PATH, LLAMACTL_DATABASE_MAX_OPEN_CONNECTIONS,
// LLAMACTL_DATABASE_MAX_IDLE_CONNECTIONS, LLAMACTL_DATABASE_CONN_MAX_LIFETIME.
#pragma once

#include <filesystem>

#include "lockstep/database.hpp"

namespace lockstep::instances {

// Zero stands for the default of DatabaseOptions.
struct Config {
  std::filesystem::path data_dir = {};
  std::string path = "llamactl.db";  // of the database
  int max_open_connections = 25;
  int max_idle_connections = 5;
  std::chrono::nanoseconds connection_max_lifetime = std::chrono::minutes(5);

  friend bool operator==(const Config&, const Config&) = default;
};

struct ConfigSources {
  // Has to be there. Null: the first of default_config_files(home) that is there, if one is.
  std::optional<std::filesystem::path> file = {};
  // The user's; empty: has none.
  std::filesystem::path home = {};
  // Value of an environment variable, nullopt if it is not set. Empty: no variable is.
  std::function<std::optional<std::string>(const std::string& name)> environment = {};
};

// Where a file is looked for: llamactl.yaml and config.yaml in the current folder,
// .config/llamactl/config.yaml in the home folder, /etc/llamactl/config.yaml.
[[nodiscard]] std::vector<std::filesystem::path> default_config_files(
    const std::filesystem::path& home);

// The configuration, with a relative path joined to data_dir (default .local/share/llamactl in the
// home folder, or /var/lib/llamactl). Configuration, naming the variable, or the file with the
// line: the file cannot be read or is not YAML, a number is none or negative, a duration is none.
[[nodiscard]] Config load_config(const ConfigSources& sources);

// Opens the SQLite database of `config`, which creates the file but no folder; `options` says what
// the configuration does not. InvalidArgument if the path is empty; else see Database::open.
[[nodiscard]] Database open_database(const Config& config, DatabaseOptions options = {});

}  // namespace lockstep::instances
