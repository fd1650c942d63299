// SPDX-License-Identifier: BSL-1.0
#include "migrate/forms/settings.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "migrate/engine_rule.hpp"
#include "migrate/forms/directives.hpp"

namespace lockstep::detail {
namespace {

using std::chrono::milliseconds;

constexpr std::array<std::string_view, 4> names{"lock-timeout", "timeout", "engine", "batch"};

struct Unit {
  std::string_view name;
  milliseconds length;
};
constexpr std::array<Unit, 4> units{{{"ms", milliseconds(1)},
                                     {"s", std::chrono::seconds(1)},
                                     {"min", std::chrono::minutes(1)},
                                     {"h", std::chrono::hours(1)}}};

// More digits are no time that somebody waits.
constexpr std::size_t max_digits = 9;

std::optional<std::uint64_t> read_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value).ptr;
  if (text.empty() || text.size() > max_digits || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

std::string read_batch(std::string_view text, std::size_t& batch) {
  const auto number = read_number(text);
  if (!number || *number == 0) return "say how many rows at most are changed at a time";
  batch = static_cast<std::size_t>(*number);
  return {};
}

std::string read_into(std::optional<milliseconds>& time, std::string_view text) {
  time = read_time(text);
  return time ? std::string() : std::string(time_fault);
}

}  // namespace

std::optional<milliseconds> read_time(std::string_view text) {
  const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = read_number(text.substr(0, digits));
  const std::string_view name = text.substr(digits);
  if (!number) return std::nullopt;
  if (name.empty() && *number == 0) return milliseconds(0);
  const auto unit = std::ranges::find(units, name, &Unit::name);
  if (unit == units.end()) return std::nullopt;
  return static_cast<milliseconds::rep>(*number) * unit->length;
}

bool is_setting(std::string_view name) noexcept {
  return std::ranges::find(names, name) != names.end();
}

std::string read_setting(const std::vector<std::string_view>& words,
                         MigrationSettings& settings) {
  if (words.size() != 2) return "one word belongs behind " + std::string(words.front());
  const std::string_view value = words.back();
  if (words.front() == "lock-timeout") return read_into(settings.lock_timeout, value);
  if (words.front() == "timeout") return read_into(settings.timeout, value);
  if (words.front() == "batch") return read_batch(value, settings.batch);
  settings.engine = value;
  return engine_rule_fault(value);
}

MigrationSettings stored_settings(std::string_view text, Engine engine) {
  FormFile file{"", std::string(text)};
  find_directives(file, engine);
  MigrationSettings settings;
  for (const Directive& directive : file.directives) {
    const auto words = split_blanks(directive.words);
    if (directive.kind != DirectiveKind::lockstep || words.empty()) continue;
    if (is_setting(words.front())) static_cast<void>(read_setting(words, settings));
  }
  return settings;
}

}  // namespace lockstep::detail
