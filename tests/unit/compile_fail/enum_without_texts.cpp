// SPDX-License-Identifier: BSL-1.0
// expect: not a type that lockstep can bind: see lockstep/value.hpp
#include "lockstep/detail/arguments.hpp"

namespace jobs {

enum class State { idle, busy };
#ifdef RIGHT
constexpr std::array<std::string_view, 2> enum_texts(State) { return {"idle", "busy"}; }
#endif

}  // namespace jobs

void bind(jobs::State state) { const lockstep::detail::ArgumentList list(state); }
