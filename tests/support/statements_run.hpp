// SPDX-License-Identifier: BSL-1.0
// Which statements of the domains a test program has run on its target. A statement counts if an
// operation of its own module ran it and it did not fail: one that a test runs by itself, to fill a
// table or to look at a plan, does not. tests/domain/every_statement.cpp reads what is written
// here.
#pragma once

#include <memory>

#include "lockstep/observer.hpp"

namespace lockstep::tests {

// The observer of every database of the fixtures that has no other. One for the process.
[[nodiscard]] std::shared_ptr<Observer> statement_recorder();

// Appends a line "<engine> <statement>" for each statement that ran to the file that the variable
// LOCKSTEP_TEST_STATEMENTS names; does nothing if it is not set. False if the file cannot be
// written.
[[nodiscard]] bool write_statements_run();

}  // namespace lockstep::tests
