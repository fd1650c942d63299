// SPDX-License-Identifier: BSL-1.0
// What is promised of the servers, of each in turn.
#pragma once

#include "chaos/promise.hpp"
#include "chaos/server.hpp"

namespace lockstep::chaos {

// A restart while connections are idle: nobody is told.
std::vector<Verdict> idle_over_restart(const Server& server, const Scale& scale);
// kill -9 under load: what was acknowledged is there, and every error says what it means.
std::vector<Verdict> killed_under_load(const Server& server, const Scale& scale);
// A server that stands still: every call ends in time.
std::vector<Verdict> frozen_server(const Server& server, const Scale& scale);
// Restarts while many write: they go on soon, and do not try all the time.
std::vector<Verdict> writers_through_restarts(const Server& server, const Scale& scale);
// close() while connections are on loan.
std::vector<Verdict> close_with_leases(const Server& server, const Scale& scale);
// Behind PgBouncer, which gives each transaction another connection. PostgreSQL only.
std::vector<Verdict> behind_pooler(const Server& server, const Scale& scale);

// A promise of one of them.
template <std::vector<Verdict> (*Keep)(const Server&, const Scale&), Engine E>
std::vector<Verdict> of(const Scale& scale) {
  return Keep(Server(E), scale);
}

}  // namespace lockstep::chaos
