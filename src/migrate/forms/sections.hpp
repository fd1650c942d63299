// SPDX-License-Identifier: BSL-1.0
// Forms whose files have markers: one file is both directions of a version.
#pragma once

#include "migrate/forms/directives.hpp"

namespace lockstep::detail {

struct Marker {
  enum class Kind : std::uint8_t {
    up,
    down,
    no_transaction,  // for both directions
    depends,
    other,  // heeded elsewhere, or without effect
  };
  Kind kind = Kind::other;
  bool transactional = true;       // of up and down
  std::string_view versions = {};  // of depends
  std::string fault = {};          // why it is none; empty: it is one
};

struct SectionRules {
  DirectiveKind kind = DirectiveKind::migrate;
  std::string_view up;  // how the first marker is written: "-- +goose Up"
  Marker (*read)(std::string_view words);
  bool forward_only = false;  // Itinerary: no down, and dependencies only behind the up
};

// Why the folder is not of the form: its files have no marker of it, or others too.
[[nodiscard]] std::string section_mismatch(const FormFolder& folder, const SectionRules& rules);

[[nodiscard]] std::vector<Script> read_sections(const FormFolder& folder,
                                                const SectionRules& rules);

// A fault for words that are none of `known`, which says when only their case is wrong.
[[nodiscard]] Marker unknown_marker(std::string_view mark, std::string_view words,
                                    std::initializer_list<std::string_view> known);

// The rules of `-- +migrate`.
[[nodiscard]] SectionRules migrate_rules(bool forward_only);

}  // namespace lockstep::detail
