// SPDX-License-Identifier: BSL-1.0
#include <algorithm>
#include <array>

#include "tree.hpp"

namespace lockstep::workflow::detail {
namespace {

using Kind = Tree::Kind;

constexpr std::size_t max_key_bytes = 255;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Words that some version of YAML reads as null, true or false.
bool is_reserved(std::string_view text) {
  constexpr std::array<std::string_view, 9> words{"null", "true", "false", "yes", "no",
                                                  "on",   "off",  "y",     "n"};
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return std::find(words.begin(), words.end(), lower) != words.end();
}

// Whether no parser takes the bare text for anything else.
bool can_be_plain(std::string_view text) {
  if (text.empty() || text.size() > 120 || text.back() == ' ' || text.back() == ':') return false;
  const char first = text.front();
  if (!is_letter(first) && first != '_' && first != '/' && first != '$' && first != '(')
    return false;
  char last = '\0';
  for (const char c : text) {
    if (c < ' ' || c > '~') return false;
    if ((last == ':' && c == ' ') || (last == ' ' && c == '#')) return false;
    last = c;
  }
  return !is_reserved(text);
}

// Characters of more than one byte that are not printable, or that YAML 1.1 breaks lines at.
constexpr std::array<std::string_view, 5> hidden{"\xE2\x80\xA8", "\xE2\x80\xA9", "\xEF\xBB\xBF",
                                                 "\xEF\xBF\xBE", "\xEF\xBF\xBF"};

// How many bytes at the front have to be escaped; zero: none.
std::size_t hidden_bytes(std::string_view text) {
  const char c = text.front();
  if ((c >= '\0' && c < ' ') || c == '\x7F') return 1;
  if (c == '\xC2' && text.size() > 1 && text[1] <= '\x9F' && text[1] < '\0') return 2;
  for (const std::string_view each : hidden) {
    if (text.starts_with(each)) return each.size();
  }
  return 0;
}

// Whether it reads well as a literal block: lines of visible characters.
bool can_be_block(std::string_view text) {
  if (text.find('\n') == std::string_view::npos || text.ends_with("\n\n")) return false;
  if (text.front() == ' ' || text.front() == '\n' || text.ends_with(' ')) return false;
  if (text.find(" \n") != std::string_view::npos) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\n' && hidden_bytes(text.substr(i)) > 0) return false;
  }
  return true;
}

void append_hex(std::string& out, unsigned number, int digits) {
  while (digits-- > 0) out += "0123456789abcdef"[(number >> (4 * digits)) & 0xFU];
}

unsigned code_point(std::string_view bytes) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  if (bytes.size() == 1) return byte(0);
  if (bytes.size() == 2) return (byte(0) & 0x1FU) << 6 | (byte(1) & 0x3FU);
  return (byte(0) & 0x0FU) << 12 | (byte(1) & 0x3FU) << 6 | (byte(2) & 0x3FU);
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const std::size_t size = hidden_bytes(text);
    const std::string_view taken = text.substr(0, std::max<std::size_t>(size, 1));
    if (taken == "\n") {
      out += "\\n";
    } else if (taken == "\t") {
      out += "\\t";
    } else if (size > 0) {
      out += size == 1 ? "\\x" : "\\u";
      append_hex(out, code_point(taken), size == 1 ? 2 : 4);
    } else {
      if (taken == "\"" || taken == "\\") out += '\\';
      out += taken;
    }
    text.remove_prefix(taken.size());
  }
  out += '"';
}

void append_text(std::string& out, std::string_view text) {
  if (can_be_plain(text)) {
    out += text;
  } else {
    append_quoted(out, text);
  }
}

class Writer {
 public:
  // What stands after "key:" or "-" on its line and on those below it, each with its end. `indent`
  // is that of the key or dash.
  void value(const Tree& tree, std::size_t indent, bool after_dash) {
    if (is_nested(tree)) {
      if (!after_dash) out_ += '\n';
      nested(tree, indent + 2, after_dash);
      return;
    }
    out_ += ' ';
    if (tree.kind == Kind::text && can_be_block(tree.scalar)) {
      block(tree.scalar, indent + 2);
      return;
    }
    inline_value(tree);
    out_ += '\n';
  }

  void document(const Tree& tree) {
    if (is_nested(tree)) {
      nested(tree, 0, false);
    } else {
      inline_value(tree);
      out_ += '\n';
    }
  }

  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  static bool is_nested(const Tree& tree) { return !tree.items.empty(); }

  // With `started`, the first line has been begun by a dash.
  void nested(const Tree& tree, std::size_t indent, bool started) {
    for (std::size_t i = 0; i < tree.items.size(); ++i) {
      if (i == 0 && started) {
        out_ += ' ';
      } else {
        out_.append(indent, ' ');
      }
      if (tree.kind == Kind::map) {
        key(tree.keys[i]);
      } else {
        out_ += '-';
      }
      value(tree.items[i], indent, tree.kind == Kind::list);
    }
  }
  void key(const std::string& text) {
    if (text.size() > max_key_bytes) {
      raise(ErrorKind::invalid_argument, "a key of more than 255 bytes");
    }
    append_text(out_, text);
    out_ += ':';
  }
  void inline_value(const Tree& tree) {
    switch (tree.kind) {
      case Kind::null:
        out_ += "null";
        return;
      case Kind::plain:
        out_ += tree.scalar;
        return;
      case Kind::text:
        append_text(out_, tree.scalar);
        return;
      case Kind::list:
        out_ += "[]";
        return;
      case Kind::map:
        out_ += "{}";
        return;
    }
  }
  void block(std::string_view text, std::size_t indent) {
    out_ += text.ends_with('\n') ? "|\n" : "|-\n";
    if (text.ends_with('\n')) text.remove_suffix(1);
    for (;;) {
      const std::string_view line = text.substr(0, text.find('\n'));
      if (!line.empty()) out_.append(indent, ' ');
      out_ += line;
      out_ += '\n';
      if (line.size() == text.size()) return;
      text.remove_prefix(line.size() + 1);
    }
  }

  std::string out_;
};

}  // namespace

std::string write_yaml(const Tree& tree) {
  Writer writer;
  writer.document(tree);
  return writer.take();
}

}  // namespace lockstep::workflow::detail
