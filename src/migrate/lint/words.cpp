// SPDX-License-Identifier: BSL-1.0
// Reading words from the front.
#include <algorithm>

#include "migrate/lint/statement.hpp"

namespace lockstep::detail {

std::string lower_name(const SqlWord& word) {
  std::string name = word.text;
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return name;
}

std::string take_name(Words& words) {
  std::string name;
  while (!words.empty() && (words.front().is_name() || words.front().kind == TokenKind::string)) {
    name = lower_name(words.front());
    words = words.subspan(1);
    if (words.empty() || !words.front().is(".")) break;
    words = words.subspan(1);
  }
  return name;
}

bool starts_with(Words words, std::initializer_list<std::string_view> expected) {
  return words.size() >= expected.size() &&
         std::equal(expected.begin(), expected.end(), words.begin(),
                    [](std::string_view word, const SqlWord& found) { return found.is(word); });
}

bool take(Words& words, std::initializer_list<std::string_view> expected) {
  if (!starts_with(words, expected)) return false;
  words = words.subspan(expected.size());
  return true;
}

std::size_t find_word(Words words, std::string_view word) noexcept {
  for (std::size_t i = 0; i < words.size();) {
    if (words[i].is(word)) return i;
    i += words[i].is("(") ? group_size(words.subspan(i)) : 1;
  }
  return words.size();
}

bool has_word(Words words, std::string_view word) noexcept {
  return std::ranges::any_of(words, [word](const SqlWord& w) { return w.is(word); });
}

std::size_t find_words(Words words, std::string_view wanted) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::string_view rest = wanted;
    std::size_t at = i;
    for (; !rest.empty() && at < words.size(); ++at) {
      const std::string_view word = rest.substr(0, rest.find(' '));
      if (!words[at].is(word)) break;
      rest.remove_prefix(std::min(word.size() + 1, rest.size()));
    }
    if (rest.empty()) return i;
  }
  return words.size();
}

}  // namespace lockstep::detail
