// SPDX-License-Identifier: BSL-1.0
#include "migrate/lint/types.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

namespace lockstep::detail {
namespace {

enum class Family : std::uint8_t { other, whole, decimal, floating, text, date, moment };

constexpr std::uint64_t endless = std::numeric_limits<std::uint64_t>::max();

struct Known {
  std::string_view name;
  Family family;
  std::uint64_t size;  // bytes of a number, characters of a text without a length
};

constexpr std::array<Known, 44> known_types{{
    {"tinyint", Family::whole, 1},
    {"smallint", Family::whole, 2},
    {"int2", Family::whole, 2},
    {"smallserial", Family::whole, 2},
    {"serial2", Family::whole, 2},
    {"mediumint", Family::whole, 3},
    {"int", Family::whole, 4},
    {"integer", Family::whole, 4},
    {"int4", Family::whole, 4},
    {"serial", Family::whole, 4},
    {"serial4", Family::whole, 4},
    {"bigint", Family::whole, 8},
    {"int8", Family::whole, 8},
    {"bigserial", Family::whole, 8},
    {"serial8", Family::whole, 8},
    {"numeric", Family::decimal, endless},
    {"decimal", Family::decimal, endless},
    {"dec", Family::decimal, endless},
    {"real", Family::floating, 4},
    {"float4", Family::floating, 4},
    {"float", Family::floating, 4},
    {"double", Family::floating, 8},
    {"double precision", Family::floating, 8},
    {"float8", Family::floating, 8},
    {"char", Family::text, 1},
    {"character", Family::text, 1},
    {"nchar", Family::text, 1},
    {"varchar", Family::text, endless},
    {"character varying", Family::text, endless},
    {"nvarchar", Family::text, endless},
    {"text", Family::text, endless - 2},
    {"tinytext", Family::text, 255},
    {"mediumtext", Family::text, endless - 1},
    {"longtext", Family::text, endless},
    {"citext", Family::text, endless},
    {"json", Family::text, endless},
    {"date", Family::date, 0},
    {"timestamp", Family::moment, 0},
    {"timestamp with time zone", Family::moment, 0},
    {"timestamp without time zone", Family::moment, 0},
    {"timestamptz", Family::moment, 0},
    {"datetime", Family::moment, 0},
    {"year", Family::whole, 1},
    {"boolean", Family::whole, 1},
}};

struct Shape {
  Family family = Family::other;
  std::uint64_t size = 0;
  std::uint64_t scale = 0;
  bool has_length = false;
  bool is_unsigned = false;
};

std::uint64_t number_at(std::string_view text, std::size_t at) {
  std::uint64_t value = 0;
  while (at < text.size() && text[at] == ' ') ++at;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9' && value < endless / 100; ++at) {
    value = value * 10 + static_cast<std::uint64_t>(text[at] - '0');
  }
  return value;
}

Shape shape_of(std::string_view type) {
  Shape shape;
  std::string base = base_type(type);
  if (const std::size_t sign = base.find(" unsigned"); sign != std::string::npos) {
    shape.is_unsigned = true;
    base.resize(sign);
  }
  const auto* const known = std::ranges::find(known_types, base, &Known::name);
  if (known == known_types.end()) return shape;
  shape.family = known->family;
  shape.size = known->size;
  const std::size_t open = type.find('(');
  const bool takes_length = shape.family == Family::text || shape.family == Family::decimal ||
                            shape.family == Family::moment;
  if (open == std::string_view::npos || !takes_length) return shape;
  shape.has_length = true;
  shape.size = number_at(type, open + 1);
  const std::size_t comma = type.find(',', open);
  if (comma != std::string_view::npos) shape.scale = number_at(type, comma + 1);
  return shape;
}

bool narrows_decimal(const Shape& from, const Shape& to) {
  if (!to.has_length) return false;
  if (!from.has_length) return true;
  return to.scale < from.scale || to.size - to.scale < from.size - from.scale;
}

bool narrows_to_other_family(Family from, Family to) {
  if (from == Family::text) return to != Family::other;
  if (from == Family::moment) return to == Family::date;
  return to == Family::whole && (from == Family::decimal || from == Family::floating);
}

}  // namespace

std::string base_type(std::string_view type) {
  std::string base;
  int depth = 0;
  for (const char c : type) {
    if (c == '(') ++depth;
    if (depth == 0) base += c;
    if (c == ')') --depth;
  }
  return base;
}

bool narrows(std::string_view from_type, std::string_view to_type) {
  const Shape from = shape_of(from_type);
  const Shape to = shape_of(to_type);
  if (from.family == Family::other || to.family == Family::other) return false;
  if (from.family != to.family) return narrows_to_other_family(from.family, to.family);
  switch (from.family) {
    case Family::whole:
      if (to.is_unsigned && !from.is_unsigned) return true;
      return to.size < from.size || (from.is_unsigned && !to.is_unsigned && to.size == from.size);
    case Family::decimal:
      return narrows_decimal(from, to);
    case Family::moment:
      return to.has_length && from.has_length && to.size < from.size;
    default:
      return to.size < from.size;
  }
}

// https://www.postgresql.org/docs/current/sql-altertable.html: a longer or no limit of a text, a
// higher precision of the same scale.
bool changes_catalog_only(std::string_view from_type, std::string_view to_type) {
  const Shape from = shape_of(from_type);
  const Shape to = shape_of(to_type);
  const std::string base = base_type(to_type);
  if (from.family == Family::text && to.family == Family::text) {
    const bool grows = base == "varchar" || base == "character varying" || base == "text";
    const bool padded = base_type(from_type) == "char" || base_type(from_type) == "character";
    return grows && !padded && (!to.has_length || to.size >= from.size);
  }
  if (from.family == Family::decimal && to.family == Family::decimal) {
    return !to.has_length || (from.has_length && to.scale == from.scale && to.size >= from.size);
  }
  return from_type == to_type;
}

bool is_small_whole(std::string_view type) {
  const Shape shape = shape_of(type);
  return shape.family == Family::whole && shape.size >= 2 && shape.size <= 4;
}

}  // namespace lockstep::detail
