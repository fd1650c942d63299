// SPDX-License-Identifier: BSL-1.0
// The comment lines of a migration file that speak to a migrator.
#pragma once

#include "migrate/forms/form.hpp"

namespace lockstep::detail {

[[nodiscard]] std::string_view trim(std::string_view text) noexcept;
[[nodiscard]] std::vector<std::string_view> split_blanks(std::string_view text);

// How the mark of a kind is written: "-- +goose".
[[nodiscard]] std::string_view mark_of(DirectiveKind kind) noexcept;

// Finds the directives of a file, and its first code if it has any. Marks inside quotes and bodies
// are none.
void find_directives(FormFile& file, Engine engine);

// The kinds of tools that the file has marks of.
[[nodiscard]] bool has_directive(const FormFile& file, DirectiveKind kind) noexcept;

// Applies a `-- lockstep:` directive to the script. `after_code`: SQL comes before it.
void apply_directive(const FormFolder& folder, const FormFile& file, const Directive& directive,
                     bool after_code, Script& script);

// The same for all of a file that is one script.
void apply_directives(const FormFolder& folder, const FormFile& file, Script& script);

// Adds the versions of a list "003 005". Refuses an empty list and commas.
void add_dependencies(const FormFolder& folder, const FormFile& file, const Directive& directive,
                      std::string_view list, Script& script);

// Whether a stored down text is marked to run statement by statement.
[[nodiscard]] bool is_marked_no_transaction(std::string_view text, Engine engine);

}  // namespace lockstep::detail
