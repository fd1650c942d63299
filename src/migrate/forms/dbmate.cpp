// SPDX-License-Identifier: BSL-1.0
// Files with `-- migrate:up`, of dbmate.
#include "migrate/forms/sections.hpp"

namespace lockstep::detail {
namespace {

constexpr std::string_view mark = "-- migrate:";

Marker read_dbmate(std::string_view words) {
  const auto parts = split_blanks(words);
  if (parts.empty() || (parts[0] != "up" && parts[0] != "down")) {
    return unknown_marker(mark, words, {"up", "down"});
  }
  Marker marker{.kind = parts[0] == "up" ? Marker::Kind::up : Marker::Kind::down};
  for (std::size_t i = 1; i < parts.size(); ++i) {
    if (parts[i] == "transaction:false") {
      marker.transactional = false;
    } else if (parts[i] != "transaction:true") {
      marker.fault = "unknown option " + std::string(parts[i]) + " in `" + std::string(mark) +
                     std::string(words) + "`: there is transaction:true and transaction:false";
    }
  }
  return marker;
}

constexpr SectionRules rules{DirectiveKind::dbmate, "-- migrate:up", read_dbmate};

}  // namespace

const Form dbmate_form{"dbmate",
                       [](const FormFolder& folder) { return section_mismatch(folder, rules); },
                       [](const FormFolder& folder) { return read_sections(folder, rules); }};

}  // namespace lockstep::detail
