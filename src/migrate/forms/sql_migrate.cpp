// SPDX-License-Identifier: BSL-1.0
// Files with `-- +migrate Up`, of sql-migrate and of Itinerary.
#include "migrate/forms/sections.hpp"

namespace lockstep::detail {
namespace {

constexpr std::string_view mark = "-- +migrate ";

Marker read_direction(std::string_view words, const std::vector<std::string_view>& parts) {
  Marker marker{.kind = parts[0] == "Up" ? Marker::Kind::up : Marker::Kind::down};
  if (parts.size() == 1) return marker;
  if (parts.size() == 2 && parts[1] == "notransaction") {
    marker.transactional = false;
    return marker;
  }
  marker.fault = "unknown directive `" + std::string(mark) + std::string(words) + "`: behind " +
                 std::string(parts[0]) +
                 " only `notransaction` can stand; directives are case-sensitive";
  return marker;
}

Marker read_migrate(std::string_view words) {
  const auto parts = split_blanks(words);
  if (parts.empty()) return unknown_marker(mark, words, {});
  if (parts[0] == "Up" || parts[0] == "Down") return read_direction(words, parts);
  if (words == "StatementBegin" || words == "StatementEnd") return {};
  constexpr std::string_view depends = "Depends:";
  if (words.starts_with(depends)) {
    return {.kind = Marker::Kind::depends, .versions = words.substr(depends.size())};
  }
  return unknown_marker(mark, words, {"Up", "Down", "StatementBegin", "StatementEnd", depends});
}

}  // namespace

SectionRules migrate_rules(bool forward_only) {
  return {DirectiveKind::migrate, "-- +migrate Up", read_migrate, forward_only};
}

const Form migrate_form{
    "+migrate",
    [](const FormFolder& folder) { return section_mismatch(folder, migrate_rules(false)); },
    [](const FormFolder& folder) { return read_sections(folder, migrate_rules(false)); }};

}  // namespace lockstep::detail
