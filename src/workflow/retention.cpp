// SPDX-License-Identifier: BSL-1.0
#include "lockstep/workflow/retention.hpp"

#include "checks.hpp"
#include "schema.hpp"

namespace lockstep::workflow {
namespace {

using detail::statement;

// So many ids are read at once, and so many executions deleted in a transaction.
constexpr std::int64_t round_size = 10'000;
constexpr std::size_t batch_size = 500;

constexpr Sql too_old_sql = statement("workflow.run_retention.too_old", R"(
SELECT id
FROM executions
WHERE status IN ('completed', 'failed', 'cancelled', 'timed_out') AND started_at < :before
  AND COALESCE(completed_at, started_at) < :before
ORDER BY started_at, id
LIMIT :limit)");

constexpr Sql too_many_sql = statement("workflow.run_retention.too_many", R"(
SELECT id
FROM (
  SELECT id, status,
         ROW_NUMBER() OVER (PARTITION BY workflow_id ORDER BY started_at DESC, id DESC) AS place
  FROM executions
) AS placed
WHERE place > :keep AND status IN ('completed', 'failed', 'cancelled', 'timed_out')
ORDER BY id
LIMIT :limit)",
                                       {}, "it counts all executions of each workflow");

// Again with the status: an execution can have been saved anew since it was found.
constexpr Sql delete_sql = statement("workflow.run_retention.delete", R"(
DELETE FROM executions
WHERE id = :id AND status IN ('completed', 'failed', 'cancelled', 'timed_out'))");

// Deletes a batch at a time what find() finds, a round at a time; returns how many there were.
template <class Find>
std::uint64_t delete_all(Database& db, Find&& find) {
  std::uint64_t deleted = 0;
  for (bool more = true; more;) {
    const std::vector<std::string> ids = find();
    more = std::ssize(ids) == round_size;
    for (std::size_t at = 0; at < ids.size(); at += batch_size) {
      const auto batch = std::span(ids).subspan(at, std::min(batch_size, ids.size() - at));
      deleted += db.transaction([&](Transaction& tx) { return tx.execute_all(delete_sql, batch); },
                                {.retries = 10});
    }
  }
  return deleted;
}

}  // namespace

std::span<const Sql* const> detail::retention_statements() noexcept {
  static constexpr std::array all{&too_old_sql, &too_many_sql, &delete_sql};
  return all;
}

RetentionResult run_retention(Database& db, const RetentionPolicy& policy) {
  const auto max_age = policy.max_age;
  const auto keep = policy.keep_newest;
  if (max_age && *max_age < std::chrono::microseconds::zero()) {
    raise(ErrorKind::invalid_argument, "retention.max_age: negative");
  }
  if (keep && *keep < 0) raise(ErrorKind::invalid_argument, "retention.keep_newest: negative");
  RetentionResult result;
  const Timestamp now = db.now();
  if (max_age && *max_age < now - detail::first_instant) {
    result.too_old = delete_all(
        db, [&] { return db.fetch_all<std::string>(too_old_sql, now - *max_age, round_size); });
  }
  if (keep) {
    result.too_many =
        delete_all(db, [&] { return db.fetch_all<std::string>(too_many_sql, *keep, round_size); });
  }
  return result;
}

}  // namespace lockstep::workflow
