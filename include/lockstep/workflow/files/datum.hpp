// SPDX-License-Identifier: BSL-1.0
// A value of any shape, as YAML and JSON have them: a default, a parameter.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace lockstep::workflow {

// Null, a scalar, a list or a map. A map is sorted by its keys, each at most 255 bytes. Numbers are
// finite; -0.0 and 0.0 are two values that compare equal.
struct Datum {
  using List = std::vector<Datum>;
  using Map = std::map<std::string, Datum>;
  using Value = std::variant<std::monostate, bool, std::int64_t, double, std::string, List, Map>;

  Datum() = default;  // null
  Datum(bool v) : value(v) {}
  Datum(int v) : value(std::int64_t{v}) {}
  Datum(std::int64_t v) : value(v) {}
  Datum(double v) : value(v) {}
  Datum(const char* v) : value(std::string(v)) {}
  Datum(std::string v) : value(std::move(v)) {}
  Datum(List v) : value(std::move(v)) {}
  Datum(Map v) : value(std::move(v)) {}

  Value value;

  // Null if it is of another type.
  template <class T>
  [[nodiscard]] const T* as() const noexcept {
    return std::get_if<T>(&value);
  }
  [[nodiscard]] bool is_null() const noexcept { return value.index() == 0; }

  friend bool operator==(const Datum&, const Datum&) = default;
};

}  // namespace lockstep::workflow
