// SPDX-License-Identifier: BSL-1.0
// Fuzzes the SQL scanner and lexer. The first byte picks the engine's rules, the rest is the text.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "support/sql_invariants.hpp"

namespace {

void require(const std::string& fault) {
  if (fault.empty()) return;
  std::fputs((fault + "\n").c_str(), stderr);
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using lockstep::detail::DoubleQuotes;
  if (size == 0) return 0;
  const lockstep::LexicalRules& rules = *lockstep::testing::all_rules[data[0] % 3U];
  const std::string text(data + 1, data + size);
  require(lockstep::testing::check_scanner(text, rules, DoubleQuotes::name));
  require(lockstep::testing::check_scanner(text, rules, DoubleQuotes::string));
  require(lockstep::testing::check_lexer(text, rules));
  return 0;
}
