// SPDX-License-Identifier: BSL-1.0
// What is promised of the migrator, and the processes that it is tried with.
#pragma once

#include "chaos/promise.hpp"
#include "chaos/server.hpp"

namespace lockstep::chaos {

// A migrator that dies at one of its commands: resume() ends where an uninterrupted run ends.
std::vector<Verdict> migrator_killed(const Server& server, const Scale& scale);

// Eight migrators that start at once: each file is applied once, and none fails.
std::vector<Verdict> migrator_starters(const Server& server, const Scale& scale);
std::vector<Verdict> migrator_starters_sqlite(const Scale& scale);
// The same behind PgBouncer: refused, or applied once. PostgreSQL only.
std::vector<Verdict> migrator_behind_pooler(const Server& server, const Scale& scale);

// URL, folder, "session" or "table", and "up" or "resume", which goes on with what is unfinished
// and then up. Prints its exit code and how many files it has run.
int migrator_worker(std::span<const std::string> arguments);

}  // namespace lockstep::chaos
