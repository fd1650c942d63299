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

constexpr Sql count_old_sql = statement("workflow.count_retention.too_old", R"(
SELECT COUNT(*)
FROM executions
WHERE status IN ('completed', 'failed', 'cancelled', 'timed_out') AND started_at < :before
  AND COALESCE(completed_at, started_at) < :before)");

// Of those that are not too old, since these are gone when places are counted.
constexpr Sql count_many_sql = statement("workflow.count_retention.too_many", R"(
SELECT COUNT(*)
FROM (
  SELECT status,
         ROW_NUMBER() OVER (PARTITION BY workflow_id ORDER BY started_at DESC, id DESC) AS place
  FROM executions
  WHERE status NOT IN ('completed', 'failed', 'cancelled', 'timed_out')
     OR COALESCE(completed_at, started_at) >= :before OR started_at >= :before
) AS placed
WHERE place > :keep AND status IN ('completed', 'failed', 'cancelled', 'timed_out'))",
                                         {}, "it counts all executions of each workflow");

// Again with the status: an execution can have been saved anew since it was found.
constexpr Sql delete_sql = statement("workflow.run_retention.delete", R"(
DELETE FROM executions
WHERE id = :id AND status IN ('completed', 'failed', 'cancelled', 'timed_out'))");

void check(const RetentionPolicy& policy) {
  if (policy.max_age && *policy.max_age < std::chrono::microseconds::zero()) {
    raise(ErrorKind::invalid_argument, "retention.max_age: negative");
  }
  if (policy.keep_newest && *policy.keep_newest < 0) {
    raise(ErrorKind::invalid_argument, "retention.keep_newest: negative");
  }
}

// What is older than this is too old; null: nothing is, since no instant is that long ago.
std::optional<Timestamp> oldest_kept(const RetentionPolicy& policy, Timestamp now) {
  if (!policy.max_age || *policy.max_age >= now - detail::first_instant) return std::nullopt;
  return now - *policy.max_age;
}

// Deletes a batch at a time what find() finds, a round at a time; adds how many there were. False
// if it was stopped.
template <class Find>
bool delete_all(Database& db, const std::stop_token& stop, std::uint64_t& deleted, Find&& find) {
  for (bool more = true; more;) {
    if (stop.stop_requested()) return false;
    const std::vector<std::string> ids = find();
    more = std::ssize(ids) == round_size;
    for (std::size_t at = 0; at < ids.size(); at += batch_size) {
      if (stop.stop_requested()) return false;
      const auto batch = std::span(ids).subspan(at, std::min(batch_size, ids.size() - at));
      deleted += db.transaction([&](Transaction& tx) { return tx.execute_all(delete_sql, batch); },
                                {.retries = 10});
    }
  }
  return true;
}

}  // namespace

std::span<const Sql* const> detail::retention_statements() noexcept {
  static constexpr std::array all{&too_old_sql, &too_many_sql, &delete_sql, &count_old_sql,
                                  &count_many_sql};
  return all;
}

RetentionResult run_retention(Database& db, const RetentionPolicy& policy,
                              const std::stop_token& stop) {
  check(policy);
  RetentionResult result;
  if (const auto before = oldest_kept(policy, db.now())) {
    result.finished = delete_all(db, stop, result.too_old, [&] {
      return db.fetch_all<std::string>(too_old_sql, *before, round_size);
    });
  }
  if (policy.keep_newest && result.finished) {
    result.finished = delete_all(db, stop, result.too_many, [&] {
      return db.fetch_all<std::string>(too_many_sql, *policy.keep_newest, round_size);
    });
  }
  return result;
}

RetentionResult count_retention(Executor& db, const RetentionPolicy& policy) {
  check(policy);
  RetentionResult result;
  const auto before = oldest_kept(policy, db.now());
  if (before) result.too_old = db.fetch_value<std::uint64_t>(count_old_sql, *before);
  if (policy.keep_newest) {
    result.too_many = db.fetch_value<std::uint64_t>(
        count_many_sql, before.value_or(detail::first_instant), *policy.keep_newest);
  }
  return result;
}

}  // namespace lockstep::workflow
