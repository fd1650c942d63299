// SPDX-License-Identifier: BSL-1.0
// A normal form of SQL expressions, so that what a catalog tells of a default or a condition can be
// compared between engines.
#pragma once

#include <string>
#include <string_view>

#include "lockstep/dialect.hpp"

namespace lockstep::detail {

// The expression without casts and needless parentheses, in lower case but for strings and quoted
// names: "(status)::text = ANY (ARRAY['a'::text, 'b'::text])" is "status in ('a', 'b')". What is
// beyond its grammar (CASE, subqueries, ...) comes out as its words, a blank between them.
[[nodiscard]] std::string normal_expression(std::string_view text, const LexicalRules& rules);

}  // namespace lockstep::detail
