// SPDX-License-Identifier: BSL-1.0
#include "migrate/forms/itinerary.hpp"

#include <algorithm>

#include "migrate/forms/sections.hpp"

namespace lockstep::detail {
namespace {

constexpr std::size_t digits = 3;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' || c == '-';
}

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= digits && std::ranges::all_of(text, is_digit);
}

std::size_t number_of(std::string_view text) {
  std::size_t number = 0;
  for (const char c : text) number = number * 10 + static_cast<std::size_t>(c - '0');
  return number;
}

void check_name(const FormFolder& folder, const std::string& path) {
  std::string_view stem = path;
  const bool sql = stem.ends_with(".sql");
  if (sql) stem.remove_suffix(4);
  if (!sql || stem.size() < digits + 2 || !is_number(stem.substr(0, digits)) ||
      stem[digits] != '_' || !std::ranges::all_of(stem.substr(digits + 1), is_letter)) {
    refuse_file(folder, path, 0,
                "a migration's name is NNN_description.sql, of letters, digits, '_' and '-'");
  }
  if (number_of(stem.substr(0, digits)) == 0) {
    refuse_file(folder, path, 0, "versions begin with 001");
  }
}

// A gap may be a file that is not there yet on this machine.
void check_sequence(const FormFolder& folder, const std::vector<Script>& scripts) {
  std::size_t expected = 1;
  const Script* last = nullptr;
  for (const Script& script : scripts) {
    const std::size_t number = number_of(script.version);
    if (last != nullptr && number == number_of(last->version)) {
      refuse_file(folder, script.file, 0, "same version as " + last->file);
    }
    if (number != expected) {
      std::string missing = std::to_string(expected);
      missing.insert(0, digits - std::min(digits, missing.size()), '0');
      refuse_file(folder, script.file, 0,
                  "version " + missing + " is missing before it: versions are without gaps");
    }
    last = &script;
    ++expected;
  }
}

}  // namespace

std::vector<Script> read_itinerary(const FormFolder& folder) {
  for (const FormFile& file : folder.files) {
    if (!is_sql_file(file.path)) continue;
    read_part(folder, [&] { check_name(folder, file.path); });
  }
  if (has_faults(folder)) return {};
  auto scripts = read_sections(folder, migrate_rules(true));
  std::ranges::stable_sort(scripts, {}, [](const Script& s) { return number_of(s.version); });
  if (has_faults(folder)) return {};
  read_part(folder, [&] { check_sequence(folder, scripts); });
  for (const Script& script : scripts) {
    for (const Dependency& dependency : script.depends) {
      if (is_number(dependency.version)) continue;
      read_part(folder, [&] {
        refuse_file(folder, script.file, dependency.line,
                    "`Depends: " + dependency.version + "` is no version");
      });
    }
  }
  return scripts;
}

}  // namespace lockstep::detail
