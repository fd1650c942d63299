// SPDX-License-Identifier: BSL-1.0
// What a scalar means, and the other way round.
#include <charconv>
#include <cmath>

#include "tree.hpp"

namespace lockstep::workflow::detail {
namespace {

using Kind = Tree::Kind;

constexpr std::string_view digits = "0123456789";

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  for (const std::string_view word : words) {
    if (text == word) return true;
  }
  return false;
}

[[noreturn]] void refuse_number(std::string_view why) {
  raise(ErrorKind::invalid_argument, std::string(why));
}

// Length of the digits at the front.
std::size_t digits_of(std::string_view text) {
  return std::min(text.find_first_not_of(digits), text.size());
}

// Sign, digits and point, exponent: "-1.5e3", ".5", "1.".
bool is_number(std::string_view text, bool& whole) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  const std::size_t before = digits_of(text);
  std::size_t after = 0;
  text.remove_prefix(before);
  whole = text.empty();
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    after = digits_of(text);
    text.remove_prefix(after);
  }
  if (before + after == 0) return false;
  if (text.empty()) return true;
  if (text.front() != 'e' && text.front() != 'E') return false;
  text.remove_prefix(1);
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return !text.empty() && digits_of(text) == text.size();
}

Datum integer_of(std::string_view text, int base) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc() || end != text.data() + text.size()) {
    refuse_number("an integer beyond 64 bits");
  }
  return number;
}

// "0x1f", "0o17".
bool has_base(std::string_view text, std::string_view prefix, std::string_view all) {
  return text.size() > 2 && text.starts_with(prefix) &&
         text.find_first_not_of(all, 2) == std::string_view::npos;
}

Datum real_of(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc::result_out_of_range || !std::isfinite(number)) {
    refuse_number("a number that is too large or too small");
  }
  return number;
}

bool is_infinity(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return is_one_of(text, {".inf", ".Inf", ".INF"});
}

Tree scalar(Kind kind, std::string text) { return {.kind = kind, .scalar = std::move(text)}; }

std::string text_of(double number) {
  if (!std::isfinite(number)) refuse_number("a number that is not finite");
  std::array<char, 32> buffer{};
  char* const end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
  std::string text(buffer.data(), end);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

struct ToTree {
  Tree operator()(std::monostate) const { return {}; }
  Tree operator()(bool v) const { return scalar(Kind::plain, v ? "true" : "false"); }
  Tree operator()(std::int64_t v) const { return scalar(Kind::plain, std::to_string(v)); }
  Tree operator()(double v) const { return scalar(Kind::plain, text_of(v)); }
  Tree operator()(const std::string& v) const { return scalar(Kind::text, v); }
  Tree operator()(const Datum::List& list) const {
    Tree tree{.kind = Kind::list};
    for (const Datum& each : list) tree.items.push_back(to_tree(each));
    return tree;
  }
  Tree operator()(const Datum::Map& map) const {
    Tree tree{.kind = Kind::map};
    for (const auto& [key, each] : map) {
      tree.keys.push_back(key);
      tree.items.push_back(to_tree(each));
    }
    return tree;
  }
};

}  // namespace

Datum meaning_of(std::string_view text) {
  if (is_one_of(text, {"", "~", "null", "Null", "NULL"})) return {};
  if (is_one_of(text, {"true", "True", "TRUE"})) return true;
  if (is_one_of(text, {"false", "False", "FALSE"})) return false;
  if (has_base(text, "0x", "0123456789abcdefABCDEF")) return integer_of(text.substr(2), 16);
  if (has_base(text, "0o", "01234567")) return integer_of(text.substr(2), 8);
  if (bool whole = false; is_number(text, whole)) {
    if (text.front() == '+') text.remove_prefix(1);
    return whole ? integer_of(text, 10) : real_of(text);
  }
  if (is_infinity(text) || is_one_of(text, {".nan", ".NaN", ".NAN"})) {
    refuse_number("a number that is not finite");
  }
  return std::string(text);
}

Tree to_tree(const Datum& datum) { return std::visit(ToTree{}, datum.value); }

Datum to_datum(const Tree& tree, std::string_view file) {
  switch (tree.kind) {
    case Kind::null:
      return {};
    case Kind::text:
      return tree.scalar;
    case Kind::plain:
      try {
        return meaning_of(tree.scalar);
      } catch (const InvalidArgument& e) {
        refuse(file, tree.line, tree.column, e.what());
      }
    case Kind::list:
      break;
    case Kind::map: {
      Datum::Map map;
      for (std::size_t i = 0; i < tree.items.size(); ++i) {
        map.emplace(tree.keys[i], to_datum(tree.items[i], file));
      }
      return map;
    }
  }
  Datum::List list;
  for (const Tree& item : tree.items) list.push_back(to_datum(item, file));
  return list;
}

}  // namespace lockstep::workflow::detail
