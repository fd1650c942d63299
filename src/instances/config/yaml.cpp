// SPDX-License-Identifier: BSL-1.0
// The only place of the library that sees yaml-cpp.
#include "yaml.hpp"

#include <yaml-cpp/yaml.h>

#include "lockstep/error.hpp"

namespace lockstep::instances {
namespace {

using Settings = std::map<std::string, detail::Setting>;

class File {
 public:
  explicit File(const std::filesystem::path& path) : name_(path.filename().string()) {}

  // "llamactl.yaml:3"; without a line if it is not known.
  [[nodiscard]] std::string at(const YAML::Mark& mark) const {
    return mark.is_null() ? name_ : name_ + ":" + std::to_string(mark.line + 1);
  }
  [[noreturn]] void refuse(const YAML::Mark& mark, const std::string& why) const {
    raise(ErrorKind::configuration, at(mark) + ": " + why);
  }
  // False for null, which counts as not there.
  [[nodiscard]] bool is_map(const YAML::Node& node, const std::string& name) const {
    if (!node || node.IsNull()) return false;
    if (!node.IsMap()) refuse(node.Mark(), name + ": not a map");
    return true;
  }
  void take(const YAML::Node& value, const std::string& name, Settings& settings) const {
    if (!value || value.IsNull()) return;
    if (!value.IsScalar()) refuse(value.Mark(), name + ": not a single value");
    settings[name] = {value.Scalar(), name + " (" + at(value.Mark()) + ")"};
  }

 private:
  std::string name_;
};

}  // namespace

Settings detail::read_yaml(const std::filesystem::path& path) {
  const File file(path);
  Settings settings;
  try {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored))
      file.refuse(YAML::Mark::null_mark(), "is a folder");
    const YAML::Node root = YAML::LoadFile(path.string());
    if (!file.is_map(root, "file")) return settings;
    file.take(root["data_dir"], "data_dir", settings);
    const YAML::Node database = root["database"];
    if (!file.is_map(database, "database")) return settings;
    for (const char* key :
         {"path", "max_open_connections", "max_idle_connections", "connection_max_lifetime"}) {
      file.take(database[key], "database." + std::string(key), settings);
    }
  } catch (const YAML::BadFile& e) {
    file.refuse(e.mark, "cannot be read");
  } catch (const YAML::Exception& e) {
    file.refuse(e.mark, "not YAML");
  }
  return settings;
}

}  // namespace lockstep::instances
