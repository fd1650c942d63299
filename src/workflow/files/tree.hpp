// SPDX-License-Identifier: BSL-1.0
// A YAML document as a tree, between the text and the structs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lockstep/workflow/files/repository.hpp"

namespace lockstep::workflow::detail {

struct Tree {
  enum class Kind : std::uint8_t { null, plain, text, list, map };

  Kind kind = Kind::null;
  std::string scalar = {};             // of plain and text
  std::vector<std::string> keys = {};  // of a map: as many as items
  std::vector<Tree> items = {};        // of a list or map
  int line = 0, column = 0;            // from 1; 0: not known

  [[nodiscard]] bool is_scalar() const noexcept {
    return kind == Kind::plain || kind == Kind::text;
  }
};

// "greet.yaml:12:3: why" as InvalidData; without the place if it is not known.
[[noreturn]] void refuse(std::string_view file, int line, int column, std::string_view why);

// The one document of `text`. Scalars that are quoted, or tagged as text, are of kind text, others
// plain; what is empty is null; aliases are replaced by what they stand for. InvalidData, naming
// `file`: no valid UTF-8, not YAML, more than one document, a tag, a key that is no text or stands
// twice in its map, or more than `limits` allow.
[[nodiscard]] Tree read_yaml(std::string_view text, std::string_view file,
                             const FileLimits& limits);

// Block style, two columns a level. The same tree gives the same bytes, and they give the same
// tree. InvalidArgument: a key of more than 255 bytes.
[[nodiscard]] std::string write_yaml(const Tree& tree);

// What a plain scalar means (YAML 1.2, core schema). InvalidArgument: no finite number, or an
// integer beyond 64 bits.
[[nodiscard]] Datum meaning_of(std::string_view text);

// Both ways; the way back is InvalidData naming `file` where meaning_of refuses.
[[nodiscard]] Tree to_tree(const Datum& datum);
[[nodiscard]] Datum to_datum(const Tree& tree, std::string_view file);

}  // namespace lockstep::workflow::detail
