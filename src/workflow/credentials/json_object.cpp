// SPDX-License-Identifier: BSL-1.0
#include "json_object.hpp"

#include <algorithm>
#include <charconv>

namespace lockstep::workflow {
namespace {

constexpr int deepest = 256;

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

// Takes the text from its front. Each function is one rule of the grammar; false: it does not fit.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool object_alone() {
    skip_space();
    if (!rest_.starts_with('{') || !value(1)) return false;
    skip_space();
    return rest_.empty();
  }

 private:
  void skip_space() {
    const auto end = rest_.find_first_not_of(" \t\n\r");
    rest_.remove_prefix(end == rest_.npos ? rest_.size() : end);
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

  bool value(int depth) {
    if (depth > deepest || rest_.empty()) return false;
    switch (rest_.front()) {
      case '{':
        return members('}', depth, true);
      case '[':
        return members(']', depth, false);
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

  // An object if its members are named, else an array.
  bool members(char close, int depth, bool named) {
    const std::string_view end(&close, 1);
    rest_.remove_prefix(1);
    skip_space();
    if (take(end)) return true;
    do {
      skip_space();
      if (named && !name()) return false;
      if (!value(depth + 1)) return false;
      skip_space();
    } while (take(","));
    return take(end);
  }

  bool name() {
    if (!string()) return false;
    skip_space();
    if (!take(":")) return false;
    skip_space();
    return true;
  }

  bool string() {
    if (!take("\"")) return false;
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
    if (take("u")) {
      if (!hex(unit)) return false;
      if (unit < 0xD800 || unit > 0xDFFF) return true;
      return unit < 0xDC00 && take("\\u") && hex(unit) && unit >= 0xDC00 && unit <= 0xDFFF;
    }
    if (rest_.empty() || std::string_view("\"\\/bfnrt").find(rest_.front()) == rest_.npos) {
      return false;
    }
    rest_.remove_prefix(1);
    return true;
  }

  bool hex(unsigned& unit) {
    const auto end = rest_.data() + std::min<std::size_t>(rest_.size(), 4);
    const auto [stop, error] = std::from_chars(rest_.data(), end, unit, 16);
    if (error != std::errc() || stop != rest_.data() + 4) return false;
    rest_.remove_prefix(4);
    return true;
  }

  bool number() {
    take("-");
    if (!take("0") && !digits()) return false;
    if (take(".") && !digits()) return false;
    if (take("e") || take("E")) {
      if (!take("+")) take("-");
      return digits();
    }
    return true;
  }

  std::string_view rest_;
};

}  // namespace

bool detail::is_json_object(std::string_view text) noexcept { return Reader(text).object_alone(); }

}  // namespace lockstep::workflow
