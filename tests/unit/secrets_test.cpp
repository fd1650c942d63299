// SPDX-License-Identifier: BSL-1.0
// The watch of support/secrets.hpp sees what is thrown, and knows a secret: without this, its
// silence would prove nothing.
#include <doctest/doctest.h>

#include "lockstep/error.hpp"
#include "support/secrets.hpp"

using namespace lockstep;

TEST_CASE("secrets: every error that is thrown is looked at") {
  const std::size_t before = tests::texts_looked_at();
  CHECK_THROWS_AS(raise(ErrorKind::invalid_argument, "nothing to see"), InvalidArgument);
  CHECK_THROWS_AS(throw std::runtime_error("not ours"), std::runtime_error);
  CHECK(tests::texts_looked_at() == before + 1);
}

TEST_CASE("secrets: a planted value, and a text that is too long, are found") {
  const std::string value(tests::secret_value);
  CHECK(tests::indiscretion("duplicate key on jobs (id)").empty());
  CHECK(tests::indiscretion("key " + value + " exists") == "a secret after \"key \"");
  CHECK(tests::indiscretion(std::string(1024, 'x')).empty());
  CHECK(tests::indiscretion(std::string(1025, 'x')) == "has 1025 bytes");
}
