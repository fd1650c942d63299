// SPDX-License-Identifier: BSL-1.0
#include "lockstep/instances/config.hpp"

#include <charconv>

#include "duration.hpp"
#include "yaml.hpp"

namespace lockstep::instances {
namespace {

namespace fs = std::filesystem;
using detail::Setting;

constexpr std::string_view in_memory = ":memory:";

// The file's settings, with those of the environment before them.
class Settings {
 public:
  Settings(std::map<std::string, Setting> file, const ConfigSources& sources)
      : file_(std::move(file)), environment_(sources.environment) {}

  [[nodiscard]] std::optional<Setting> find(const std::string& key,
                                            const std::string& variable) const {
    if (environment_) {
      const auto text = environment_(variable);
      if (text && !text->empty()) return Setting{*text, variable};
    }
    const auto it = file_.find(key);
    if (it == file_.end() || it->second.text.empty()) return std::nullopt;
    return it->second;
  }

 private:
  std::map<std::string, Setting> file_;
  const std::function<std::optional<std::string>(const std::string&)>& environment_;
};

[[noreturn]] void refuse(const Setting& setting, const std::string& why) {
  raise(ErrorKind::configuration, setting.place + ": " + why);
}

void read(const std::optional<Setting>& setting, int& out) {
  if (!setting) return;
  const char* const end = setting->text.data() + setting->text.size();
  const auto [stop, error] = std::from_chars(setting->text.data(), end, out);
  if (error != std::errc() || stop != end || out < 0) {
    refuse(*setting, "not a number of connections");
  }
}

void read(const std::optional<Setting>& setting, std::chrono::nanoseconds& out) {
  if (!setting) return;
  const auto duration = detail::parse_duration(setting->text);
  if (!duration) refuse(*setting, "not a duration such as 5m or 1h30m");
  out = *duration;
}

fs::path default_data_dir(const fs::path& home) {
  return home.empty() ? fs::path("/var/lib/llamactl") : home / ".local" / "share" / "llamactl";
}

std::map<std::string, Setting> read_file(const ConfigSources& sources) {
  if (sources.file) return detail::read_yaml(*sources.file);
  for (const fs::path& file : default_config_files(sources.home)) {
    std::error_code ignored;
    if (fs::exists(file, ignored)) return detail::read_yaml(file);
  }
  return {};
}

// The path as it stands in a DSN of SQLite.
std::string escaped(std::string_view path) {
  std::string out = path.starts_with('/') ? "//" : "";  // without a host
  for (const char c : path) {
    if (c == '%') {
      out += "%25";
    } else if (c == '?') {
      out += "%3F";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

std::vector<fs::path> default_config_files(const fs::path& home) {
  std::vector<fs::path> files{"llamactl.yaml", "config.yaml"};
  if (!home.empty()) files.push_back(home / ".config" / "llamactl" / "config.yaml");
  files.emplace_back("/etc/llamactl/config.yaml");
  return files;
}

Config load_config(const ConfigSources& sources) {
  const Settings settings(read_file(sources), sources);
  Config config;
  config.data_dir = default_data_dir(sources.home);
  if (const auto folder = settings.find("data_dir", "LLAMACTL_DATA_DIRECTORY")) {
    config.data_dir = folder->text;
  }
  if (const auto path = settings.find("database.path", "LLAMACTL_DATABASE_PATH")) {
    config.path = path->text;
  }
  if (config.path != in_memory) config.path = (config.data_dir / config.path).string();
  read(settings.find("database.max_open_connections", "LLAMACTL_DATABASE_MAX_OPEN_CONNECTIONS"),
       config.max_open_connections);
  read(settings.find("database.max_idle_connections", "LLAMACTL_DATABASE_MAX_IDLE_CONNECTIONS"),
       config.max_idle_connections);
  read(settings.find("database.connection_max_lifetime", "LLAMACTL_DATABASE_CONN_MAX_LIFETIME"),
       config.connection_max_lifetime);
  return config;
}

Database open_database(const Config& config, DatabaseOptions options) {
  if (config.path.empty()) raise(ErrorKind::invalid_argument, "config.path: empty");
  options.max_open_connections = config.max_open_connections;
  options.max_idle_connections = config.max_idle_connections;
  options.max_lifetime =
      std::chrono::ceil<std::chrono::milliseconds>(config.connection_max_lifetime);
  return Database::open("sqlite3", escaped(config.path), std::move(options));
}

}  // namespace lockstep::instances
