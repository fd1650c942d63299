// SPDX-License-Identifier: BSL-1.0
// Outcomes: the tokens of Database::transaction(token, fn), a row each in lockstep_outcomes.
//
//     auto paid = db.transaction(request_id, [&](lockstep::Transaction& tx) { ... });
//     lockstep::purge_outcomes(db, db.now() - std::chrono::days(7));
//
// The row is written in the transaction of the work, so that both are committed or neither. A token
// names one piece of work: choose one that a repeated request has again, and no other request ever.
//
// Two calls with one token at the same time: one commits, the other waits for it and gets nullopt.
// Only if the link of one breaks at COMMIT, and the other commits before that is settled, do both
// return a value; the work is committed once even then.
#pragma once

#include <span>

#include "lockstep/executor.hpp"

namespace lockstep {

// Deletes the outcomes that were written before an instant, by the clock of Executor::now(), and
// returns how many. Keep an outcome for as long as its call may still be repeated, by a client, a
// queue or a person, plus the difference of the machines' clocks: a token that is gone runs again.
// Configuration if `lockstep migrate up` was not run.
std::uint64_t purge_outcomes(Executor& db, Timestamp before);

// The statements of this module.
[[nodiscard]] std::span<const Sql* const> outcome_statements() noexcept;

}  // namespace lockstep
