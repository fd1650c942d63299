// SPDX-License-Identifier: BSL-1.0
#include <algorithm>

#include "migrate/parity/catalog_sql.hpp"

namespace lockstep::detail {
namespace {

std::string_view translated(std::span<const Translation> words, std::string_view word) {
  const auto found = std::ranges::find(words, word, &Translation::from);
  return found == words.end() ? word : found->to;
}

}  // namespace

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

std::string model_type(const Catalog& catalog, std::string_view type, bool exact) {
  const std::string whole = lower_case(type);
  std::string word(translated(catalog.types, whole));
  if (word == whole) {
    const std::size_t size = std::min(whole.find('('), whole.size());
    word = std::string(translated(catalog.types, whole.substr(0, size))) + whole.substr(size);
  }
  if (exact && word.starts_with("varchar(")) word.replace(0, 7, "key");
  return word;
}

std::string model_default(const Catalog& catalog, const std::string& text) {
  return text == "null" ? std::string() : std::string(translated(catalog.defaults, text));
}

}  // namespace lockstep::detail
