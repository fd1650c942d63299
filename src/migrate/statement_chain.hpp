// SPDX-License-Identifier: BSL-1.0
// Whether the statements of a file are those that were run before: line ends apart, text by text.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "lockstep/migration_set.hpp"

namespace lockstep::detail {

// A short digest for each statement, one after the other.
[[nodiscard]] std::string statement_digests(std::span<const MigrationStatement> statements);

// SHA-256, in 64 digits, of a statement after those of `chain`, which is empty before the first.
[[nodiscard]] std::string extend_chain(std::string_view chain, const MigrationStatement& statement);
[[nodiscard]] std::string statement_chain(std::span<const MigrationStatement> statements);

// The index of the first of `count` statements that is not the one of the digests; none if all are.
// A text that is too short counts as one that differs.
[[nodiscard]] std::optional<std::size_t> first_difference(
    std::span<const MigrationStatement> statements, std::string_view digests, std::size_t count);

}  // namespace lockstep::detail
