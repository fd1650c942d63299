// SPDX-License-Identifier: BSL-1.0
#include <algorithm>
#include <charconv>
#include <string>

#include "lockstep/detail/json_text.hpp"
#include "lockstep/error.hpp"
#include "lockstep/value.hpp"

namespace lockstep {
namespace {

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

// Takes the text from its front. Each function is a rule of the grammar; false: it does not fit.
class JsonReader {
 public:
  explicit JsonReader(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool begins_object() {
    skip_space();
    return rest_.starts_with('{');
  }

  // One value with nothing behind it.
  bool document() {
    for (;;) {
      skip_space();
      if (!begin_value()) return false;
      if (value_follows_) continue;
      while (!open_.empty() && !value_follows_) {
        if (!continue_container()) return false;
      }
      if (!value_follows_) break;
    }
    skip_space();
    return rest_.empty();
  }

 private:
  void skip_space() {
    const auto end = rest_.find_first_not_of(" \t\n\r");
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end);
  }
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool take(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  bool digits() {
    std::size_t n = 0;
    while (n < rest_.size() && is_digit(rest_[n])) ++n;
    rest_.remove_prefix(n);
    return n > 0;
  }

  // A scalar, an empty container, or the begin of one, whose first value follows.
  bool begin_value() {
    value_follows_ = false;
    if (rest_.empty()) return false;
    switch (rest_.front()) {
      case '{':
        return begin_container('}');
      case '[':
        return begin_container(']');
      case '"':
        return string();
      case 't':
        return take("true");
      case 'f':
        return take("false");
      case 'n':
        return take("null");
      default:
        return number();
    }
  }

  bool begin_container(char close) {
    rest_.remove_prefix(1);
    skip_space();
    if (take(close)) return true;
    open_.push_back(close);
    value_follows_ = true;
    return close == ']' || name();
  }

  // Behind a value of the innermost container.
  bool continue_container() {
    const char close = open_.back();
    skip_space();
    if (take(',')) {
      skip_space();
      value_follows_ = true;
      return close == ']' || name();
    }
    open_.pop_back();
    return take(close);
  }

  bool name() {
    if (!rest_.starts_with('"') || !string()) return false;
    skip_space();
    return take(':');
  }

  bool string() {
    rest_.remove_prefix(1);
    while (!rest_.empty()) {
      const char c = rest_.front();
      if (static_cast<unsigned char>(c) < 0x20) return false;
      rest_.remove_prefix(1);
      if (c == '"') return true;
      if (c == '\\' && !escape()) return false;
    }
    return false;
  }

  // A surrogate only with its other half.
  bool escape() {
    unsigned unit = 0;
    if (take('u')) {
      if (!hex(unit)) return false;
      if (unit < 0xD800 || unit > 0xDFFF) return true;
      return unit < 0xDC00 && take("\\u") && hex(unit) && unit >= 0xDC00 && unit <= 0xDFFF;
    }
    if (rest_.empty() ||
        std::string_view("\"\\/bfnrt").find(rest_.front()) == std::string_view::npos) {
      return false;
    }
    rest_.remove_prefix(1);
    return true;
  }

  bool hex(unsigned& unit) {
    const auto* const end = rest_.data() + std::min<std::size_t>(rest_.size(), 4);
    const auto [stop, error] = std::from_chars(rest_.data(), end, unit, 16);
    if (error != std::errc() || stop != rest_.data() + 4) return false;
    rest_.remove_prefix(4);
    return true;
  }

  bool number() {
    take('-');
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    if (!take('e') && !take('E')) return true;
    if (!take('+')) take('-');
    return digits();
  }

  std::string_view rest_;
  std::string open_;  // what closes the containers that are open, the innermost last
  bool value_follows_ = false;
};

}  // namespace

bool detail::is_json(std::string_view text) { return JsonReader(text).document(); }

bool detail::is_json_object(std::string_view text) {
  return JsonReader(text).begins_object() && is_json(text);
}

void require_json(std::string_view what, std::string_view text) {
  require_text(what, text);
  if (!detail::is_json(text)) {
    raise(ErrorKind::invalid_argument, std::string(what) + ": not JSON");
  }
}

}  // namespace lockstep
