// SPDX-License-Identifier: BSL-1.0
#include "dialects/registry.hpp"

#include <array>

namespace lockstep {

namespace {

// In the order of `Engine`.
constexpr std::array<const Dialect*, 3> engines{&detail::sqlite_dialect, &detail::postgres_dialect,
                                                &detail::mysql_dialect};

}  // namespace

std::span<const Dialect* const> dialects() noexcept { return engines; }

const Dialect& dialect(Engine engine) noexcept {
  return *engines[static_cast<std::size_t>(engine)];
}

}  // namespace lockstep
