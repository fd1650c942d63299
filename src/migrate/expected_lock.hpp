// SPDX-License-Identifier: BSL-1.0
// What a statement locks on PostgreSQL, by its words: for people who plan a migration.
#pragma once

#include <string_view>

namespace lockstep::detail {

// The strongest mode in which it locks a table that is there, "ACCESS EXCLUSIVE" or "SHARE"; empty
// if it locks none, or if it is not known.
// https://www.postgresql.org/docs/current/explicit-locking.html
[[nodiscard]] std::string_view expected_lock(std::string_view statement);

}  // namespace lockstep::detail
