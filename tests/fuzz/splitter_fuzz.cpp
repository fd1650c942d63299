// SPDX-License-Identifier: BSL-1.0
// Fuzzes the splitter of migration files. The first byte picks the engine, the rest is the text.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "fuzz/sqlite_oracle.hpp"

namespace {

void require(const std::string& fault) {
  if (fault.empty()) return;
  std::fputs((fault + "\n").c_str(), stderr);
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using lockstep::Engine;
  using lockstep::detail::DoubleQuotes;
  if (size == 0) return 0;
  constexpr Engine engines[] = {Engine::sqlite, Engine::postgres, Engine::mysql};
  const Engine engine = engines[data[0] % 3U];
  const std::string text(data + 1, data + size);
  if (lockstep::detail::check_text(text) != lockstep::detail::TextFault::none) return 0;
  require(lockstep::testing::check_splitter(text, engine, DoubleQuotes::name));
  require(lockstep::testing::check_splitter(text, engine, DoubleQuotes::string));
  if (engine == Engine::sqlite) require(lockstep::testing::check_against_sqlite(text));
  return 0;
}
