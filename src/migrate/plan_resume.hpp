// SPDX-License-Identifier: BSL-1.0
// Whether a file that has ended before its end can go on, and where. Pure: asks no database.
#pragma once

#include "migrate/planner.hpp"

namespace lockstep::detail {

// A file to go on with, and its row as it was read.
struct Resumption {
  Task task;
  LedgerRow row;
};

// Of each unfinished row of the set's domains. InvalidState if the file is missing, or a statement
// that is done is not the one that was run.
[[nodiscard]] std::vector<Resumption> plan_resume(const PlanInput& input);

// Whether the statement that was about to run is still the one that was meant.
[[nodiscard]] bool is_as_intended(const Resumption& resumption);

// "it failed at statement 3 of 4 (0002_b.up.sql:4), statements done: 2".
[[nodiscard]] std::string describe_unfinished(const PlanInput& input, const LedgerRow& row);

// As a row of a migration that the set may lack is reverted by the text that the ledger has kept.
[[nodiscard]] Task make_stored_down(const PlanInput& input, const LedgerRow& row,
                                    const std::string& text);

}  // namespace lockstep::detail
