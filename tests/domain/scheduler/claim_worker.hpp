// SPDX-License-Identifier: BSL-1.0
// What the test of claiming processes and its workers agree on.
#pragma once

#include <string_view>

namespace lockstep::tests {

inline constexpr const char* worker_url_variable = "LOCKSTEP_CLAIM_WORKER_URL";
inline constexpr std::string_view worker_is_ready = "ready";

}  // namespace lockstep::tests
