// SPDX-License-Identifier: BSL-1.0
// Named statements: explicit SQL as a compile-time constant, with other texts where an engine
// needs one.
//
//     inline constexpr lockstep::Sql job_by_id{
//         "scheduler.get_job", "SELECT id, name, schedule FROM jobs WHERE id = :id"};
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "lockstep/source_location.hpp"

namespace lockstep {

enum class Engine : std::uint8_t { sqlite, postgres, mysql };

// "sqlite", "postgres", "mysql".
[[nodiscard]] std::string_view to_string(Engine engine) noexcept;

// A constraint of a schema, so that an error can name it and its columns on every engine, also
// where the engine tells only one of the two. `columns` is separated by ", ".
struct Constraint {
  std::string_view name;
  std::string_view table;
  std::string_view columns;
};

// Texts that replace the portable one on a single engine; empty: the portable one serves.
struct SqlOverrides {
  std::string_view sqlite = {};
  std::string_view postgres = {};
  std::string_view mysql = {};
};

// One statement. Compile-time only, so that its text lives as long as the program and its address
// identifies it: the statement cache looks it up without reading the text.
class Sql {
 public:
  // `name` is what errors and metrics call the statement: "scheduler.create_job". `reads_all` says
  // why the statement may read a whole table; without a reason it has to find its rows by an index.
  consteval Sql(std::string_view name, std::string_view text, SqlOverrides overrides = {},
                std::span<const Constraint> constraints = {}, std::string_view reads_all = {})
      : name_(name),
        text_(text),
        overrides_(overrides),
        constraints_(constraints),
        reads_all_(reads_all) {}

  [[nodiscard]] constexpr std::string_view name() const noexcept { return name_; }
  [[nodiscard]] constexpr std::span<const Constraint> constraints() const noexcept {
    return constraints_;
  }
  [[nodiscard]] constexpr std::string_view reads_all() const noexcept { return reads_all_; }
  [[nodiscard]] constexpr std::string_view text(Engine engine) const noexcept {
    const std::string_view other = engine == Engine::sqlite     ? overrides_.sqlite
                                   : engine == Engine::postgres ? overrides_.postgres
                                                                : overrides_.mysql;
    return other.empty() ? text_ : other;
  }

 private:
  std::string_view name_;
  std::string_view text_;
  SqlOverrides overrides_;
  std::span<const Constraint> constraints_;
  std::string_view reads_all_;
};

// What the verbs of an executor take: a named statement, or a text of the moment. Made where the
// call is written, so that it knows the caller's line. Borrows: use it within the call.
class Query {
 public:
  Query(const Sql& sql, SourceLocation at = SourceLocation::current()) noexcept
      : sql_(&sql), at_(at) {}
  Query(std::string_view text, SourceLocation at = SourceLocation::current()) noexcept
      : text_(text), at_(at) {}
  Query(const std::string& text,
        SourceLocation at = SourceLocation::current()) noexcept
      : text_(text), at_(at) {}
  Query(const char* text, SourceLocation at = SourceLocation::current()) noexcept
      : text_(text), at_(at) {}

  [[nodiscard]] const Sql* sql() const noexcept { return sql_; }
  // The name of a named statement; "sql" for a text of the moment.
  [[nodiscard]] std::string_view name() const noexcept { return sql_ ? sql_->name() : "sql"; }
  [[nodiscard]] std::string_view text(Engine engine) const noexcept {
    return sql_ ? sql_->text(engine) : text_;
  }
  [[nodiscard]] std::span<const Constraint> constraints() const noexcept {
    return sql_ ? sql_->constraints() : std::span<const Constraint>{};
  }
  [[nodiscard]] const SourceLocation& location() const noexcept { return at_; }

 private:
  const Sql* sql_ = nullptr;
  std::string_view text_;
  SourceLocation at_;
};

}  // namespace lockstep
