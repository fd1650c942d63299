// SPDX-License-Identifier: BSL-1.0
// The only place of the domains that sees nlohmann/json.
#include "json.hpp"

#include <nlohmann/json.hpp>

#include "checks.hpp"

namespace lockstep::instances {
namespace {

// Keeps the order of members: a backend's options stay as the file has them.
using Document = nlohmann::ordered_json;

[[noreturn]] void refuse(std::string_view what, std::string_view why) {
  raise(ErrorKind::invalid_data, std::string(what) + ": " + std::string(why));
}

Document parse(std::string_view text) {
  try {
    return Document::parse(text);
  } catch (const nlohmann::json::parse_error& e) {  // its own text quotes what it read
    raise(ErrorKind::invalid_data, "not JSON at byte " + std::to_string(e.byte));
  } catch (const nlohmann::json::exception&) {
    raise(ErrorKind::invalid_data, "a number that is too large");
  }
}

// Members of one object, taken one by one. What is null counts as not there.
class Members {
 public:
  Members(const Document& object, std::string_view path) : object_(object), path_(path) {
    if (!object.is_object()) refuse(path.empty() ? "file" : path, "not an object");
  }

  const Document* find(const std::string& name) {
    seen_.insert(name);
    const auto it = object_.find(name);
    return it == object_.end() || it->is_null() ? nullptr : &*it;
  }
  const Document& get(const std::string& name) {
    const Document* found = find(name);
    if (found == nullptr) refuse(place(name), "missing");
    return *found;
  }
  [[nodiscard]] std::string place(std::string_view name) const {
    return path_.empty() ? std::string(name) : std::string(path_) + "." + std::string(name);
  }

  const std::string& text(const std::string& name) { return as_text(get(name), name); }
  void read(const std::string& name, std::string& out) {
    if (const Document* found = find(name)) out = as_text(*found, name);
  }
  void read(const std::string& name, bool& out) {
    const Document* found = find(name);
    if (found == nullptr) return;
    if (!found->is_boolean()) refuse(place(name), "neither true nor false");
    out = found->get<bool>();
  }
  void read(const std::string& name, std::int64_t& out) {
    if (const Document* found = find(name)) out = as_integer(*found, name);
  }
  std::int64_t integer(const std::string& name) { return as_integer(get(name), name); }

  // Names of members that nobody asked for, each with its path.
  [[nodiscard]] std::vector<std::string> unknown() const {
    std::vector<std::string> names;
    for (const auto& [name, value] : object_.items()) {
      if (!seen_.contains(name)) names.push_back(place(name));
    }
    return names;
  }

 private:
  const std::string& as_text(const Document& value, std::string_view name) const {
    if (!value.is_string()) refuse(place(name), "not a text");
    return value.get_ref<const std::string&>();
  }
  std::int64_t as_integer(const Document& value, std::string_view name) const {
    const bool fits =
        !value.is_number_unsigned() || std::in_range<std::int64_t>(value.get<std::uint64_t>());
    if (!value.is_number_integer() || !fits) refuse(place(name), "not an integer of 64 bits");
    return value.get<std::int64_t>();
  }

  const Document& object_;
  std::string_view path_;
  std::set<std::string> seen_;
};

bool read_texts(const Document& array, std::set<std::string>& out) {
  if (!array.is_array()) return false;
  for (const Document& each : array) {
    if (!each.is_string()) return false;
    out.insert(each.get_ref<const std::string&>());
  }
  return true;
}

bool read_texts(const Document& object, std::map<std::string, std::string>& out) {
  if (!object.is_object()) return false;
  for (const auto& [name, value] : object.items()) {
    if (!value.is_string()) return false;
    out[name] = value.get_ref<const std::string&>();
  }
  return true;
}

template <class T>
bool read_column(const std::optional<Json>& json, T& out) {
  if (!json) return true;
  const Document document = Document::parse(json->text, nullptr, false);
  return !document.is_discarded() && read_texts(document, out);
}

void read_backend(Members& options, Instance& instance) {
  const auto type = find_enum<BackendType>(options.text("backend_type"));
  if (!type) refuse("options.backend_type", "unknown");
  instance.backend_type = *type;
  if (const Document* config = options.find("backend_options")) {
    if (!config->is_object()) refuse("options.backend_options", "not an object");
    instance.backend_config = Json{config->dump()};
  }
}

void read_options(Members& options, Instance& instance) {
  read_backend(options, instance);
  options.read("auto_restart", instance.auto_restart);
  options.read("on_demand_start", instance.on_demand_start);
  options.read("docker_enabled", instance.docker_enabled);
  std::int64_t max_restarts = instance.max_restarts;
  std::int64_t restart_delay = 0;
  std::int64_t idle_timeout = 0;
  options.read("max_restarts", max_restarts);
  options.read("restart_delay", restart_delay);
  options.read("idle_timeout", idle_timeout);
  if (!std::in_range<std::int32_t>(max_restarts)) {
    refuse("options.max_restarts", "outside the range of 32 bits");
  }
  instance.max_restarts = static_cast<std::int32_t>(max_restarts);
  instance.restart_delay = std::chrono::seconds(restart_delay);
  instance.idle_timeout = std::chrono::minutes(idle_timeout);
  std::string command;
  options.read("command_override", command);
  if (!command.empty()) instance.command_override = std::move(command);
  const Document* nodes = options.find("nodes");
  if (nodes != nullptr && !read_texts(*nodes, instance.nodes)) {
    refuse("options.nodes", "not an array of texts");
  }
  const Document* environment = options.find("environment");
  if (environment != nullptr && !read_texts(*environment, instance.environment)) {
    refuse("options.environment", "not an object of texts");
  }
}

void note_unknown(const Members& members, std::vector<std::string>& notes) {
  for (const std::string& name : members.unknown()) notes.push_back(name + ": unknown, not stored");
}

InstanceStatus read_status(const std::string& text, std::vector<std::string>& notes) {
  const auto status = find_enum<InstanceStatus>(text);
  if (!status) notes.emplace_back("status: unknown, stored as stopped");
  return status.value_or(InstanceStatus::stopped);
}

}  // namespace

std::optional<Json> detail::nodes_json(const std::set<std::string>& nodes) {
  if (nodes.empty()) return std::nullopt;
  return Json{nlohmann::json(nodes).dump()};
}

std::optional<Json> detail::environment_json(
    const std::map<std::string, std::string>& environment) {
  if (environment.empty()) return std::nullopt;
  return Json{nlohmann::json(environment).dump()};
}

bool detail::read_nodes(const std::optional<Json>& json, std::set<std::string>& out) {
  return read_column(json, out);
}

bool detail::read_environment(const std::optional<Json>& json,
                              std::map<std::string, std::string>& out) {
  return read_column(json, out);
}

detail::InstanceFile detail::read_instance_file(std::string_view text) {
  const Document document = parse(text);
  Members members(document, "");
  InstanceFile file;
  Instance& instance = file.instance;
  instance.name = members.text("name");
  instance.created_at = UnixTime(members.integer("created"));
  instance.status = read_status(members.text("status"), file.notes);
  static_cast<void>(members.find("id"));  // the database gives another
  Members options(members.get("options"), "options");
  read_options(options, instance);
  note_unknown(members, file.notes);
  note_unknown(options, file.notes);
  try {
    check_instance(instance);
  } catch (const InvalidArgument& e) {
    raise(ErrorKind::invalid_data, e.what());
  }
  return file;
}

}  // namespace lockstep::instances
