// SPDX-License-Identifier: BSL-1.0
// What is asked of every failure that an engine meets.
#pragma once

#include <algorithm>

#include "support/target.hpp"

namespace lockstep::tests {

// Whether errors of this engine can be of a kind, by its own table of codes.
[[nodiscard]] inline bool tells(const Executor& on, ErrorKind kind) {
  const auto is_kind = [kind](const ErrorCode& code) { return code.kind == kind; };
  return std::any_of(on.dialect().errors.begin(), on.dialect().errors.end(), is_kind);
}

// An error that came from the engine says so. `statement`: the name of what was tried.
inline void check_told(const Error& e, const Executor& on, std::string_view statement) {
  CHECK(e.engine() == on.dialect().name);
  const bool has_code = e.native_code() != 0 || !e.sqlstate().empty();
  CHECK(has_code);
  CHECK_FALSE(e.server_message().empty());
  CHECK(e.statement() == statement);
}

// Runs fault(Transaction&), which throws E and so poisons its transaction; `db` works on.
template <class E, class F>
E poisons(Database& db, F&& fault) {
  Transaction tx = db.begin();
  E error = caught<E>(db, [&](Executor&) { fault(tx); });
  CHECK_THROWS_AS((void)tx.fetch_value<int>("SELECT 1"), TransactionAborted);
  CHECK_THROWS_AS(tx.commit(), TransactionAborted);
  CHECK(db.fetch_value<int>("SELECT 1") == 1);
  return error;
}

}  // namespace lockstep::tests
