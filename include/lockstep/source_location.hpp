// SPDX-License-Identifier: BSL-1.0
// The line of the caller. As std::source_location, which clang 14 does not have with libstdc++.
#pragma once

namespace lockstep {

struct SourceLocation {
  const char* file = "";
  unsigned line = 0;
  const char* function = "";

  // As a default argument: the line where the function is called.
  [[nodiscard]] static constexpr SourceLocation current(
      const char* file = __builtin_FILE(), unsigned line = __builtin_LINE(),
      const char* function = __builtin_FUNCTION()) noexcept {
    return {file, line, function};
  }
};

}  // namespace lockstep
