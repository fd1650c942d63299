// SPDX-License-Identifier: BSL-1.0
#include "checks.hpp"

namespace lockstep::instances {
namespace {

constexpr std::size_t name_size = 50;
constexpr std::string_view name_characters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";

[[noreturn]] void refuse(std::string_view what, std::string_view why) {
  raise(ErrorKind::invalid_argument, std::string(what) + ": " + std::string(why));
}

// The columns have 32 bits on servers.
void check_number(std::string_view what, std::int64_t number) {
  if (!std::in_range<std::int32_t>(number)) refuse(what, "outside the range of 32 bits");
}

}  // namespace

void detail::check_name(std::string_view name) {
  require_key("instance.name", name, name_size);
  if (name.find_first_not_of(name_characters) != std::string_view::npos) {
    refuse("instance.name", "a character that is no letter, digit, '.', '_' or '-'");
  }
}

void detail::check_instance(const Instance& instance) {
  check_name(instance.name);
  static_cast<void>(to_text(instance.backend_type));
  static_cast<void>(to_text(instance.status));
  require_json("instance.backend_config", instance.backend_config.text);
  check_number("instance.restart_delay", instance.restart_delay.count());
  check_number("instance.idle_timeout", instance.idle_timeout.count());
  if (instance.command_override) {
    require_text("instance.command_override", *instance.command_override);
  }
  for (const std::string& node : instance.nodes) require_text("instance.nodes", node);
  for (const auto& [name, value] : instance.environment) {
    require_text("instance.environment", name);
    require_text("instance.environment", value);
  }
  if (instance.owner_user_id) require_key("instance.owner_user_id", *instance.owner_user_id);
}

}  // namespace lockstep::instances
