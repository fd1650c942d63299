// SPDX-License-Identifier: BSL-1.0
// Rows as text: an object of JSON, a record of CSV. T is a struct with a descriptor.
#pragma once

#include "lockstep/columns.hpp"

namespace lockstep::detail {

// In quotes, with what JSON wants escaped (RFC 8259, 7).
void append_json_string(std::string& out, std::string_view text);
// CorruptData naming the column if it is not JSON.
void append_json_text(std::string& out, std::string_view column, std::string_view json);
// A field that is not null (RFC 4180, 2).
void append_csv_field(std::string& out, std::string_view text);

// "2024-03-10T00:00:00.123456Z"
[[nodiscard]] std::string instant_text(Timestamp t);

// The text of a value that is neither null nor JSON.
template <class T>
std::string plain_text(const T& value) {
  if constexpr (std::is_same_v<T, Timestamp>) {
    return instant_text(value);
  } else if constexpr (TextEnum<T>) {
    return std::string(to_text(value));
  } else if constexpr (std::is_integral_v<T>) {
    return std::to_string(value);
  } else {
    return value;
  }
}

template <class T>
void append_json_value(std::string& out, std::string_view column, const T& value) {
  if constexpr (is_optional<T>) {
    if (value) {
      append_json_value(out, column, *value);
    } else {
      out += "null";
    }
  } else if constexpr (std::is_same_v<T, Json>) {
    append_json_text(out, column, value.text);
  } else if constexpr (std::is_integral_v<T>) {
    out += plain_text(value);
  } else {
    append_json_string(out, plain_text(value));
  }
}

template <class T>
void append_csv_value(std::string& out, const T& value) {
  if constexpr (is_optional<T>) {
    if (value) append_csv_value(out, *value);
  } else if constexpr (std::is_same_v<T, Json>) {
    append_csv_field(out, value.text);
  } else {
    append_csv_field(out, plain_text(value));
  }
}

template <class T>
void append_json_object(std::string& out, const T& row) {
  char before = '{';
  Columns<T>::each([&](std::string_view name, auto member) {
    out += std::exchange(before, ',');
    append_json_string(out, name);
    out += ':';
    append_json_value(out, name, row.*member);
  });
  out += '}';
}

template <class T>
void append_csv_header(std::string& out) {
  for (const std::string_view name : column_names<T>()) {
    append_csv_field(out, name);
    out += ',';
  }
  out.back() = '\r';
  out += '\n';
}

template <class T>
void append_csv_record(std::string& out, const T& row) {
  Columns<T>::each([&](std::string_view, auto member) {
    append_csv_value(out, row.*member);
    out += ',';
  });
  out.back() = '\r';
  out += '\n';
}

}  // namespace lockstep::detail
