// SPDX-License-Identifier: BSL-1.0
// Who has the migration lock.
#pragma once

#include "lockstep/migration_lock.hpp"
#include "migrate/pinned.hpp"

namespace lockstep::detail {

// The session that has the lock of a key; none if it is free, or the engine does not tell.
[[nodiscard]] std::optional<LockHolder> find_session_holder(Pinned& connection,
                                                            std::string_view key);

// "process 12, user app, host 10.0.0.1"
[[nodiscard]] std::string to_words(const LockHolder& holder);

}  // namespace lockstep::detail
