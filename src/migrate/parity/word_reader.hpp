// SPDX-License-Identifier: BSL-1.0
// Reads SQL text word by word.
#pragma once

#include <initializer_list>

#include "migrate/parity/sql_words.hpp"

namespace lockstep::detail {

// The words as `text`, which they are of, has them.
[[nodiscard]] std::string written(std::string_view text, Words words);

// Goes through words from the left. Behind the last one every question is answered with no.
class WordReader {
 public:
  explicit WordReader(Words words) : rest_(words) {}

  [[nodiscard]] bool done() const noexcept { return rest_.empty(); }
  [[nodiscard]] Words rest() const noexcept { return rest_; }
  [[nodiscard]] bool at(std::string_view word) const { return !done() && rest_.front().is(word); }
  [[nodiscard]] bool at_any(std::initializer_list<std::string_view> words) const;
  // Takes the words if they come next, all of them.
  bool accept(std::string_view word) { return accept({word}); }
  bool accept(std::initializer_list<std::string_view> words);
  // Null behind the end.
  const SqlWord* take();
  // The last part of schema.table.name; empty if no name comes.
  std::string name();
  // What the parentheses hold that come next.
  Words group();

 private:
  Words rest_;
};

}  // namespace lockstep::detail
