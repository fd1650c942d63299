// SPDX-License-Identifier: BSL-1.0
#include "migrate/parity/expression.hpp"

#include <algorithm>
#include <array>

#include "migrate/parity/expression_part.hpp"
#include "migrate/parity/sql_words.hpp"

namespace lockstep::detail {
namespace {

// Functions and words that are written in one way here.
struct Synonym {
  std::string_view from;
  std::string_view to;
};
constexpr std::array synonyms{Synonym{"char_length", "length"},
                              Synonym{"character_length", "length"}, Synonym{"true", "1"},
                              Synonym{"false", "0"}};

std::string synonym(const std::string& word) {
  const auto* found = std::ranges::find(synonyms, word, &Synonym::from);
  return found == synonyms.end() ? word : std::string(found->to);
}

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("-.0123456789") == text.npos;
}

// How deep parentheses may be nested.
constexpr std::size_t max_depth = 200;

// By precedence, from the lowest. What it does not understand makes it fail, not throw.
class Reader {
 public:
  explicit Reader(const std::vector<SqlWord>& words) : words_(words) {}

  // Empty if the words are no expression of this grammar.
  std::string read() {
    Part whole = any_of();
    return failed_ || at_ != words_.size() ? "" : std::move(whole.is.text);
  }

 private:
  Part any_of();
  Part all_of();
  Part negation();
  Part comparison();
  Part sum() { return binary({"+", "-"}, &Reader::product); }
  Part product() { return binary({"*", "/", "%", "mod"}, &Reader::concatenation); }
  Part concatenation() { return binary({"||"}, &Reader::prefixed); }
  Part binary(const std::vector<std::string_view>& ops, Part (Reader::*next)());
  Part prefixed();
  Part with_casts();
  Part primary();
  Part between(const Part& left);
  Part like(const Part& left);
  Part array_comparison(const Part& left, std::string_view op);
  Part cast_call();
  std::vector<std::string> list(std::string_view close);
  void skip_type();

  [[nodiscard]] bool at(std::string_view word, std::size_t ahead = 0) const {
    return at_ + ahead < words_.size() && words_[at_ + ahead].is(word);
  }
  bool take(std::string_view word) {
    if (!at(word)) return false;
    ++at_;
    return true;
  }
  // The operator that comes now; empty if there is none.
  std::string_view take_comparison() {
    for (const auto& [op, opposite] : opposites) {
      if (take(op)) return op;
    }
    return {};
  }
  void expect(std::string_view word) {
    if (!take(word)) failed_ = true;
  }

  const std::vector<SqlWord>& words_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  bool failed_ = false;
};

Part Reader::any_of() {
  if (++depth_ > max_depth) failed_ = true;
  if (failed_) return {};
  Part left = all_of();
  while (!failed_ && take("or")) left = one_of(left, all_of());
  --depth_;
  return left;
}

Part Reader::all_of() {
  Part left = negation();
  while (!failed_ && take("and")) left = both(left, negation());
  return left;
}

Part Reader::negation() {
  bool no = false;
  while (take("not")) no = !no;
  const Part part = comparison();
  return no ? part.negated() : part;
}

Part Reader::comparison() {
  Part left = sum();
  while (!failed_) {
    const bool no = at("not") && (at("in", 1) || at("between", 1) || at("like", 1));
    if (no) ++at_;
    const std::string_view op = take_comparison();
    Part whole;
    if (!op.empty()) {
      whole = at("any") || at("all") ? array_comparison(left, op) : compared(left, op, sum());
    } else if (take("is")) {
      const bool is_not = take("not");
      expect("null");
      whole = either(left.operand() + " is null", left.operand() + " is not null");
      if (is_not) whole = whole.negated();
    } else if (take("in")) {
      expect("(");
      whole = membership(left, list(")"));
    } else if (take("between")) {
      whole = between(left);
    } else if (take("like") || take("~~")) {
      whole = like(left);
    } else if (take("!~~")) {
      whole = like(left).negated();
    } else {
      return left;
    }
    left = no ? whole.negated() : std::move(whole);
  }
  return left;
}

// What PostgreSQL makes of IN: x = ANY (ARRAY[...]), x <> ALL (ARRAY[...]).
Part Reader::array_comparison(const Part& left, std::string_view op) {
  const bool any = at("any");
  ++at_;
  expect("(");
  std::size_t open = 1;
  while (take("(")) ++open;
  if ((op == "=") != any || (op != "=" && op != "<>")) failed_ = true;
  expect("array");
  expect("[");
  std::vector<std::string> items = list("]");
  while (!failed_ && open > 0) {
    while (take("::")) skip_type();
    expect(")");
    --open;
  }
  const Part whole = membership(left, items);
  return any ? whole : whole.negated();
}

Part Reader::between(const Part& left) {
  const Part low = sum();
  expect("and");
  return both(compared(left, ">=", low), compared(left, "<=", sum()));
}

Part Reader::like(const Part& left) {
  const std::string pattern = sum().operand();
  return either(left.operand() + " like " + pattern, left.operand() + " not like " + pattern);
}

Part Reader::binary(const std::vector<std::string_view>& ops, Part (Reader::*next)()) {
  Part left = (this->*next)();
  for (bool more = true; more && !failed_;) {
    more = false;
    for (const std::string_view op : ops) {
      if (more || !take(op)) continue;
      const std::string_view sign = op == "mod" ? "%" : op;
      left =
          plain(left.operand() + ' ' + std::string(sign) + ' ' + (this->*next)().operand(), sign);
      more = true;
    }
  }
  return left;
}

Part Reader::prefixed() {
  const bool minus = take("-");
  const Part part = with_casts();
  return minus ? plain("-" + part.operand()) : part;
}

// A cast changes nothing but that PostgreSQL writes -1 as '-1'::integer.
Part Reader::with_casts() {
  Part part = primary();
  while (!failed_ && take("::")) {
    const bool number = at("integer") || at("bigint") || at("smallint") || at("numeric") ||
                        at("double") || at("real");
    skip_type();
    const std::string& text = part.is.text;
    if (!number || text.size() < 3 || text.front() != '\'') continue;
    const std::string inner = text.substr(1, text.size() - 2);
    if (is_digits(inner)) part = plain(inner);
  }
  return part;
}

// "character varying(20)[]", "timestamp(6) with time zone", "text".
void Reader::skip_type() {
  if (at_ == words_.size() || !words_[at_].is_name()) failed_ = true;
  if (failed_) return;
  ++at_;
  if (!take("varying")) take("precision");
  if (take("(")) static_cast<void>(list(")"));
  if (take("with") || take("without")) {
    expect("time");
    expect("zone");
  }
  while (take("[")) expect("]");
}

Part Reader::primary() {
  if (at_ == words_.size()) failed_ = true;
  if (failed_) return {};
  const SqlWord& word = words_[at_++];
  if (word.is("(")) {
    Part inner = any_of();
    expect(")");
    return inner;
  }
  if (word.is("cast") && at("(")) return cast_call();
  if (word.is("case") || word.is("select") || word.is("array")) failed_ = true;
  if (word.kind == TokenKind::string || word.kind == TokenKind::number) {
    return plain(word.text);
  }
  if (!word.is_name()) failed_ = true;
  if (word.kind == TokenKind::quoted_name) return plain(word.text);
  // MySQL marks strings with their character set: _utf8mb4'x'.
  if (word.text.starts_with("_utf8") && at_ < words_.size() &&
      words_[at_].kind == TokenKind::string) {
    return plain(words_[at_++].text);
  }
  std::string name = synonym(word.text);
  if (!take("(")) return plain(name);
  const auto arguments = list(")");
  name += '(';
  for (const auto& each : arguments) name += (&each == arguments.data() ? "" : ", ") + each;
  return plain(name + ')');
}

Part Reader::cast_call() {
  expect("(");
  Part inner = any_of();
  expect("as");
  skip_type();
  expect(")");
  return inner;
}

// Expressions up to the closing word, which is taken too.
std::vector<std::string> Reader::list(std::string_view close) {
  std::vector<std::string> items;
  if (take(close)) return items;
  do {
    items.push_back(any_of().is.text);
  } while (!failed_ && take(","));
  expect(close);
  return items;
}

}  // namespace

std::string normal_expression(std::string_view text, const LexicalRules& rules) {
  const std::vector<SqlWord> words = words_of_sql(text, rules);
  std::string normal = Reader(words).read();
  if (!normal.empty()) return normal;
  for (const SqlWord& word : words) normal += (normal.empty() ? "" : " ") + word.text;
  return normal;
}

}  // namespace lockstep::detail
