// SPDX-License-Identifier: BSL-1.0
// Claims: many workers take rows of one table, and no row has two of them.
//
// A row names its holder, when the hold ends, and a fence: a number that every claim makes one
// larger, so that a holder who was too slow can be told from the one who came after. The module
// writes the texts; lockstep/scheduler/claim.hpp is one that does.
//
//     auto rows = lockstep::claim_rows<Ticket>(db, ticket_claim, {}, lockstep::named("limit", 5));
//
// Exactly one winner, between threads, processes and machines: the UPDATE that marks a row does so
// only if the row is still free. FOR UPDATE SKIP LOCKED lets workers pass each other on the way,
// and on SQLite BEGIN IMMEDIATE lets one claim at a time.
//
// The end of a hold is told by the server's clock, never by that of the caller. Modules write it as
//     SQLite      strftime('%Y-%m-%d %H:%M:%f000', 'now', <lease as a modifier>)  milliseconds
//     PostgreSQL  clock_timestamp() + CAST(:lease AS BIGINT) * INTERVAL '1 millisecond'
//     MySQL       UTC_TIMESTAMP(6) + INTERVAL (:lease * 1000) MICROSECOND
// and compare with the same function: PostgreSQL's now() stands still in a transaction.
#pragma once

#include "lockstep/database.hpp"

namespace lockstep {

// The texts of a claim. All arguments are by name, and each statement takes those it wants.
struct ClaimSql {
  // SELECT of the keys of rows that are free, the first to be claimed first, with a LIMIT. On
  // servers it ends with FOR UPDATE SKIP LOCKED.
  const Sql& candidates;
  // The same without the locking clause, for connections that cannot skip locked rows.
  const Sql& candidates_unlocked;
  // UPDATE of the row with a key, if it is still free: sets holder and end of the hold, adds 1 to
  // the fence. On InnoDB find the row by its primary key, which locks nothing else.
  const Sql& mark;
  // SELECT of the columns of T in the row with a key.
  const Sql& read;
};

struct ClaimOptions {
  // How often to begin again after Serialization, Deadlock or Busy, and when every candidate was
  // taken by others meanwhile.
  int retries = 10;
  std::optional<std::chrono::nanoseconds> deadline = {};  // of each attempt, its retries included
};

namespace detail {

// A key as an argument of `mark` and `read`.
template <class Key>
decltype(auto) claim_key(const Key& key) {
  if constexpr (Described<Key>) {
    return (key);
  } else {
    return named("key", key);
  }
}

// An argument that a statement may leave out.
template <class A>
decltype(auto) where_wanted(const A& arg) {
  if constexpr (is_named<A>) {
    return A{arg.name, arg.value, true};
  } else {
    return (arg);
  }
}

}  // namespace detail

// Claims rows in a transaction of its own, at READ COMMITTED (InnoDB would lock gaps otherwise),
// and returns them as stored, after COMMIT: only then they may be acted upon. Empty if nothing was
// free. CommitUnknown if COMMIT was under way when the connection was lost: what was claimed then
// comes free when the hold ends. Costs two round trips a row and three for all.
//
// Key is what `candidates` selects: a scalar, the argument `:key` of `mark` and `read`, or a struct
// with a descriptor, whose members are their arguments. They must not have names that are in
// `args`.
template <class T, class Key = std::string, class... A>
[[nodiscard]] std::vector<T> claim_rows(Database& db, const ClaimSql& sql,
                                        const ClaimOptions& options, const A&... args) {
  const Sql& candidates = db.capabilities().skip_locked ? sql.candidates : sql.candidates_unlocked;
  const TransactionOptions each{.isolation = Isolation::read_committed,
                                .retries = options.retries,
                                .deadline = options.deadline};
  for (int again = options.retries;; --again) {
    bool outrun = false;
    std::vector<T> claimed = db.transaction(
        [&](Transaction& tx) {
          std::vector<T> rows;
          const auto keys = tx.fetch_all<Key>(candidates, detail::where_wanted(args)...);
          for (const Key& key : keys) {
            const auto marked = tx.execute(sql.mark, detail::claim_key(key),
                                           detail::where_wanted(args)...);
            if (marked.rows_affected() == 0) continue;
            rows.push_back(tx.fetch_one<T>(sql.read, detail::claim_key(key)));
          }
          outrun = rows.empty() && !keys.empty();
          return rows;
        },
        each);
    if (!outrun || again <= 0) return claimed;
  }
}

}  // namespace lockstep
