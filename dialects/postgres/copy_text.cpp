// SPDX-License-Identifier: BSL-1.0
// Texts around COPY: the INSERT that it can stand for, and the place that its errors name.
#include <algorithm>
#include <charconv>

#include "dialects/postgres/bulk.hpp"

namespace lockstep::detail {
namespace {

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool begins_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// Takes parts from the front of a text. Every function returns false, or nothing, if the part is
// not there.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool word(std::string_view upper) {
    skip_blanks();
    const auto same = [](char a, char b) { return (a >= 'a' && a <= 'z' ? a - 32 : a) == b; };
    const bool found = rest_.size() > upper.size() &&
                       std::equal(upper.begin(), upper.end(), rest_.begin(),
                                  [same](char u, char c) { return same(c, u); }) &&
                       !begins_name(rest_[upper.size()]) && !is_digit(rest_[upper.size()]) &&
                       rest_[upper.size()] != '$';
    if (found) rest_.remove_prefix(upper.size());
    return found;
  }

  bool sign(char c) {
    skip_blanks();
    const bool found = !rest_.empty() && rest_.front() == c;
    if (found) rest_.remove_prefix(1);
    return found;
  }

  // A name, bare or quoted, with its quotes; empty if there is none.
  std::string_view name() {
    skip_blanks();
    std::size_t size = 0;
    if (!rest_.empty() && rest_.front() == '"') {
      size = quoted_size();
    } else if (!rest_.empty() && begins_name(rest_.front())) {
      const auto goes_on = [](char c) { return begins_name(c) || is_digit(c) || c == '$'; };
      const auto end = std::find_if_not(rest_.begin(), rest_.end(), goes_on);
      size = static_cast<std::size_t>(end - rest_.begin());
    }
    return take(size);
  }

  bool placeholder(std::size_t number) {
    const std::string text = "$" + std::to_string(number);
    skip_blanks();
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return rest_.empty() || !(is_digit(rest_.front()) || begins_name(rest_.front()));
  }

  bool at_end() {
    skip_blanks();
    return rest_.empty();
  }

 private:
  void skip_blanks() {
    while (!rest_.empty() && is_blank(rest_.front())) rest_.remove_prefix(1);
  }

  std::string_view take(std::size_t size) {
    const std::string_view part = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return part;
  }

  [[nodiscard]] std::size_t quoted_size() const {
    for (std::size_t i = 1; i < rest_.size(); ++i) {
      if (rest_[i] != '"') continue;
      if (i + 1 == rest_.size() || rest_[i + 1] != '"') return i + 1;
      ++i;
    }
    return 0;
  }

  std::string_view rest_;
};

// "(a, b)"; the number of names is added to `count`. Empty if it is anything else.
std::string read_columns(Reader& reader, std::size_t& count) {
  if (!reader.sign('(')) return {};
  std::string columns = "(";
  do {
    const std::string_view name = reader.name();
    if (name.empty()) return {};
    if (count++ > 0) columns += ", ";
    columns += name;
  } while (reader.sign(','));
  return reader.sign(')') ? columns + ")" : std::string();
}

}  // namespace

std::optional<PgCopyTarget> pg_copy_target(std::string_view text) {
  Reader reader(text);
  if (!reader.word("INSERT") || !reader.word("INTO")) return std::nullopt;
  PgCopyTarget target;
  do {
    const std::string_view name = reader.name();
    if (name.empty()) return std::nullopt;
    if (!target.table.empty()) target.table += '.';
    target.table += name;
  } while (reader.sign('.'));
  std::size_t count = 0;
  target.columns = read_columns(reader, count);
  if (target.columns.empty() || !reader.word("VALUES") || !reader.sign('(')) return std::nullopt;
  for (std::size_t i = 1; i <= count; ++i) {
    if (!reader.placeholder(i) || !reader.sign(i < count ? ',' : ')')) return std::nullopt;
  }
  reader.sign(';');
  if (!reader.at_end()) return std::nullopt;
  return target;
}

// "COPY table, line 5" or "COPY table, line 5, column a: ...". What triggers did stands in lines
// before.
std::optional<std::size_t> pg_copy_line(std::string_view context) {
  const std::string_view last = context.substr(context.rfind('\n') + 1);
  if (!last.starts_with("COPY ")) return std::nullopt;
  std::size_t at = last.find(", ");
  if (at == std::string_view::npos) return std::nullopt;
  at = last.find_first_of("0123456789,", at + 2);
  if (at == std::string_view::npos || last[at] == ',') return std::nullopt;
  std::size_t line = 0;
  const auto end = std::from_chars(last.data() + at, last.data() + last.size(), line);
  const bool whole =
      end.ec == std::errc() && (end.ptr == last.data() + last.size() || *end.ptr == ',');
  return whole && line > 0 ? std::optional(line) : std::nullopt;
}

}  // namespace lockstep::detail
