// SPDX-License-Identifier: BSL-1.0
// What a type holds, as far as its name tells.
#pragma once

#include <string>
#include <string_view>

namespace lockstep::detail {

// "varchar(20)" without what is in parentheses: "varchar".
[[nodiscard]] std::string base_type(std::string_view type);

// Whether there are values of the first that the second cannot hold. False for types that are not
// known.
[[nodiscard]] bool narrows(std::string_view from, std::string_view to);

// Whether PostgreSQL changes the first into the second without reading the rows.
[[nodiscard]] bool changes_catalog_only(std::string_view from, std::string_view to);

// SMALLINT to INTEGER, and SERIAL of these sizes.
[[nodiscard]] bool is_small_whole(std::string_view type);

}  // namespace lockstep::detail
