// SPDX-License-Identifier: BSL-1.0
#include "lockstep/detail/row_text.hpp"

namespace lockstep::detail {
namespace {

// The letter after the backslash; 0 if there is none for it.
char short_escape(char c) {
  switch (c) {
    case '"':
    case '\\':
      return c;
    case '\b':
      return 'b';
    case '\f':
      return 'f';
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    default:
      return '\0';
  }
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (const char letter = short_escape(c)) {
      out += '\\';
      out += letter;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += c < 0x10 ? "\\u000" : "\\u001";
      out += "0123456789abcdef"[c & 0x0f];
    } else {
      out += c;
    }
  }
  out += '"';
}

void append_json_text(std::string& out, std::string_view column, std::string_view json) {
  try {
    require_json(column, json);
  } catch (const InvalidArgument&) {
    raise(ErrorKind::corrupt_data,
          "export: what is stored as " + std::string(column) + " is not JSON");
  }
  out += json;
}

void append_csv_field(std::string& out, std::string_view text) {
  if (!text.empty() && text.find_first_of(",\"\r\n") == std::string_view::npos) {
    out += text;
    return;
  }
  out += '"';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

std::string instant_text(Timestamp t) {
  std::string text = format_timestamp(t);
  text[10] = 'T';
  return text + 'Z';
}

}  // namespace lockstep::detail
