// SPDX-License-Identifier: BSL-1.0
// The settings of a YAML file, as texts.
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace lockstep::instances::detail {

struct Setting {
  std::string text;
  std::string place;  // "database.path (llamactl.yaml:3)", or the name of a variable
};

// By their names, as "database.path": `data_dir` and what stands in `database`; null ones are left
// out, and so is all else that the file says. Configuration, naming the file and the line, if it
// cannot be read, is not YAML, or has a list or a map where a setting is to be.
[[nodiscard]] std::map<std::string, Setting> read_yaml(const std::filesystem::path& path);

}  // namespace lockstep::instances::detail
