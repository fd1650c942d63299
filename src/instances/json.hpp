// SPDX-License-Identifier: BSL-1.0
// JSON of the instances: of two columns, and of the files that were there before the database.
#pragma once

#include "lockstep/instances/instance.hpp"

namespace lockstep::instances::detail {

// An array of texts and an object of texts, sorted; null for an empty one. The texts have been
// checked: see check_instance.
[[nodiscard]] std::optional<Json> nodes_json(const std::set<std::string>& nodes);
[[nodiscard]] std::optional<Json> environment_json(
    const std::map<std::string, std::string>& environment);

// The way back; null is an empty one. False if the JSON has another shape.
[[nodiscard]] bool read_nodes(const std::optional<Json>& json, std::set<std::string>& out);
[[nodiscard]] bool read_environment(const std::optional<Json>& json,
                                    std::map<std::string, std::string>& out);

// What a file says, and what of it was passed over.
struct InstanceFile {
  Instance instance;
  std::vector<std::string> notes;
};

// InvalidData, which says what is wrong without quoting the text, if it describes no instance.
[[nodiscard]] InstanceFile read_instance_file(std::string_view text);

}  // namespace lockstep::instances::detail
