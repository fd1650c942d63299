// SPDX-License-Identifier: BSL-1.0
#include "lockstep/outcome.hpp"

#include <array>

#include "core/query_error.hpp"
#include "lockstep/database.hpp"

namespace lockstep {
namespace {

constexpr std::array<Constraint, 1> schema{{
    {"pk_lockstep_outcomes", "lockstep_outcomes", "token"},
}};

constexpr Sql create_sql{"lockstep.create_outcome",
                         "INSERT INTO lockstep_outcomes (token, created_at) "
                         "VALUES (:token, :created_at)",
                         {},
                         schema};

constexpr Sql purge_sql{"lockstep.purge_outcomes",
                        "DELETE FROM lockstep_outcomes WHERE created_at < :before",
                        {},
                        schema};

template <class... A>
std::uint64_t run(Executor& db, const Query& query, const A&... args) {
  try {
    return db.execute(query, args...).rows_affected();
  } catch (const UndefinedObject&) {
    detail::raise_about(query, ErrorKind::configuration,
                        "there is no table lockstep_outcomes: run `lockstep migrate up`");
  }
}

// False if the token is there already. Waits for a transaction that has written it and not ended.
bool create_outcome(Transaction& tx, std::string_view token, SourceLocation at) {
  try {
    run(tx, Query(create_sql, at), token, tx.now());
    return true;
  } catch (const Duplicate&) {
    return false;
  }
}

}  // namespace

bool Database::run_once(std::string_view token, const std::function<void(Transaction&)>& work,
                        const TransactionOptions& options, SourceLocation at) {
  require_key("token", token);
  if (options.read_only) {
    raise(ErrorKind::invalid_argument, "a read-only transaction cannot keep a token", at);
  }
  detail::Retries retries(pool(), options);
  return retries.run([&](const TransactionOptions& left) {
    Transaction tx = begin(left, at);
    if (!create_outcome(tx, token, at)) return retries.in_doubt();
    retries.settled();  // the attempt before, which held the token, was undone
    work(tx);
    try {
      tx.commit();
    } catch (const CommitUnknown&) {
      retries.doubt(std::current_exception());
      throw;
    }
    return true;
  });
}

std::uint64_t purge_outcomes(Executor& db, Timestamp before) {
  return run(db, Query(purge_sql), before);
}

std::span<const Sql* const> outcome_statements() noexcept {
  static constexpr std::array all{&create_sql, &purge_sql};
  return all;
}

}  // namespace lockstep
