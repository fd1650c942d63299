// SPDX-License-Identifier: BSL-1.0
// The main function of every test program, compiled once. A secret that came out somewhere fails
// the program after its tests.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <iostream>

#include "support/secrets.hpp"
#include "support/statements_run.hpp"

int main(int argc, char** argv) {
  doctest::Context context(argc, argv);
  const int failed = context.run();
  if (context.shouldExit()) return failed;
  const auto found = lockstep::tests::found_secrets();
  for (const std::string& place : found) std::cerr << "indiscreet: " << place << '\n';
  std::cout << lockstep::tests::texts_looked_at() << " messages held no secret\n";
  const bool written = lockstep::tests::write_statements_run();
  if (!written) std::cerr << "cannot write the file that LOCKSTEP_TEST_STATEMENTS names\n";
  return failed != 0 || !found.empty() || !written ? 1 : 0;
}
