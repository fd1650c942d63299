// SPDX-License-Identifier: BSL-1.0
// Parts of expressions, for their normal form.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lockstep::detail {

// A part of an expression as it is printed, and its outermost operator, "" for what needs no
// parentheses.
struct Printed {
  std::string text;
  std::string_view op = "";
  [[nodiscard]] std::string operand() const { return op.empty() ? text : '(' + text + ')'; }
};

// A part and its negation: MariaDB tells NOT (a = 1 AND b = 2) as a <> 1 OR b <> 2, and so is it
// here. SQL's third truth value allows it.
struct Part {
  Printed is;
  Printed is_not;
  [[nodiscard]] std::string operand() const { return is.operand(); }
  [[nodiscard]] Part negated() const { return {is_not, is}; }
};

inline Part plain(std::string text, std::string_view op = "") {
  Printed is{std::move(text), op};
  Printed is_not{"not " + is.operand(), "not"};
  return {std::move(is), std::move(is_not)};
}

// Two texts, of which one is the negation of the other.
inline Part either(std::string is, std::string is_not) {
  return {{std::move(is), "="}, {std::move(is_not), "="}};
}

// a and (b and c) is a chain of three, however it was written.
inline Printed linked(const Printed& left, std::string_view op, const Printed& right) {
  const auto part = [op](const Printed& each) {
    return each.op == op ? each.text : each.operand();
  };
  return {part(left) + ' ' + std::string(op) + ' ' + part(right), op};
}

inline Part both(const Part& left, const Part& right) {
  return {linked(left.is, "and", right.is), linked(left.is_not, "or", right.is_not)};
}

inline Part one_of(const Part& left, const Part& right) {
  return both(left.negated(), right.negated()).negated();
}

// Each operator, and what it is when it is negated.
inline constexpr auto opposites = std::to_array<std::pair<std::string_view, std::string_view>>(
    {{"=", "<>"}, {"<>", "="}, {"!=", "="}, {"<", ">="}, {"<=", ">"}, {">", "<="}, {">=", "<"}});

inline Part compared(const Part& left, std::string_view op, const Part& right) {
  const auto written = [&](std::string_view with) {
    return left.operand() + ' ' + std::string(with) + ' ' + right.operand();
  };
  const auto* known =
      std::ranges::find_if(opposites, [op](const auto& e) { return e.first == op; });
  return either(written(op == "!=" ? "<>" : op), written(known->second));
}

inline Part membership(const Part& left, const std::vector<std::string>& items) {
  if (items.size() == 1) return compared(left, "=", plain(items.front()));
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ", ") + item;
  return either(left.operand() + " in (" + text + ')', left.operand() + " not in (" + text + ')');
}

}  // namespace lockstep::detail
