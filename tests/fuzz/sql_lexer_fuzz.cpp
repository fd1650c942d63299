// SPDX-License-Identifier: BSL-1.0
// Fuzzes the SQL scanner and lexer. The first byte picks the engine's rules, the rest is the text.
//
//     flags="-std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined -Iinclude -Isrc -Itests"
//     clang++ $flags tests/fuzz/sql_lexer_fuzz.cpp src/core/sql_*.cpp src/core/error.cpp -o fuzz
//     ./fuzz -dict=tests/fuzz/sql.dict -max_len=256 corpus/
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
