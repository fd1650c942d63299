// SPDX-License-Identifier: BSL-1.0
// From the scripts of a folder to its migrations.
#pragma once

#include "migrate/forms/form.hpp"

namespace lockstep::detail {

// Sorted by version, each with its statements; the scripts are of one domain. InvalidData, naming
// file and line, as MigrationSet describes it.
[[nodiscard]] std::vector<Migration> assemble(const FormFolder& folder,
                                              std::vector<Script> scripts);

// Why the ledger cannot hold a version of that name; empty if it can.
[[nodiscard]] std::string_view fault_of_name(std::string_view version, std::string_view name);

// InvalidArgument for a domain that the ledger cannot hold.
void require_domain(std::string_view domain);

// For scripts sorted by version. InvalidData for versions that are not there, that come later, or
// that go in a circle.
void check_dependencies(const FormFolder& folder, std::span<const Script> scripts);

}  // namespace lockstep::detail
