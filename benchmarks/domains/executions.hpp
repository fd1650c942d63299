// SPDX-License-Identifier: BSL-1.0
// Executions as the benchmarks store them: what is read back can be foretold from a number.
#pragma once

#include "benchmarks/support/store.hpp"
#include "lockstep/workflow/workflow.hpp"

namespace lockstep::benchmarks {

// 36 characters, as a UUID has; in the order of their numbers.
[[nodiscard]] std::string id_of(int number);

// Started `number` seconds after the first; completed a second later if the number is even, running
// otherwise. All are of one workflow.
[[nodiscard]] workflow::Execution execution_of(int number);
inline constexpr const char* the_workflow = "test-workflow";

// The execution and so many completed nodes with inputs and outputs, one started each millisecond.
[[nodiscard]] workflow::ExecutionDetail detail_of(int number, int nodes);

}  // namespace lockstep::benchmarks
