// SPDX-License-Identifier: BSL-1.0
#include "migrate/parity/word_reader.hpp"

#include <algorithm>

namespace lockstep::detail {

std::string written(std::string_view text, Words words) {
  if (words.empty()) return {};
  const std::size_t begin = words.front().offset;
  return std::string(text.substr(begin, words.back().offset + words.back().length - begin));
}

bool WordReader::at_any(std::initializer_list<std::string_view> words) const {
  return std::ranges::any_of(words, [this](std::string_view word) { return at(word); });
}

bool WordReader::accept(std::initializer_list<std::string_view> words) {
  if (words.size() > rest_.size()) return false;
  if (!std::equal(words.begin(), words.end(), rest_.begin(),
                  [](std::string_view word, const SqlWord& at) { return at.is(word); })) {
    return false;
  }
  rest_ = rest_.subspan(words.size());
  return true;
}

const SqlWord* WordReader::take() {
  if (done()) return nullptr;
  const SqlWord* word = &rest_.front();
  rest_ = rest_.subspan(1);
  return word;
}

std::string WordReader::name() {
  std::string name;
  while (!done() && rest_.front().is_name()) {
    name = take()->text;
    if (!accept(".")) return name;
  }
  return name;
}

Words WordReader::group() {
  if (!at("(")) return {};
  const Words group = rest_.first(group_size(rest_));
  rest_ = rest_.subspan(group.size());
  return inside(group);
}

}  // namespace lockstep::detail
