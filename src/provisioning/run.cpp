// SPDX-License-Identifier: BSL-1.0
#include "lockstep/provisioning/run.hpp"

#include "checks.hpp"
#include "schema.hpp"

namespace lockstep::provisioning {
namespace {

using detail::statement;

constexpr Sql create_sql = statement("provisioning.create_run", R"(
INSERT INTO runs (id, plan_path, status, started_at, completed_at, error, metadata, created_at,
                  updated_at)
VALUES (:id, :plan_path, :status, :started_at, :completed_at, :error, :metadata, :created_at,
        :updated_at))");

constexpr Sql get_sql = statement("provisioning.get_run", R"(
SELECT id, plan_path, status, started_at, completed_at, error, metadata, created_at, updated_at
FROM runs
WHERE id = :id)");

constexpr Sql update_status_sql = statement("provisioning.update_run_status", R"(
UPDATE runs
SET status = :status, error = :error, completed_at = :completed_at, updated_at = :now
WHERE id = :id)");

constexpr Sql list_sql = statement("provisioning.list_runs", R"(
SELECT id, plan_path, status, started_at, completed_at, error, metadata, created_at, updated_at
FROM runs
ORDER BY started_at DESC, id DESC
LIMIT :limit OFFSET :offset)");

constexpr Sql delete_sql = statement("provisioning.delete_run", R"(
DELETE FROM runs
WHERE id = :id)");

bool has_ended(RunStatus status) {
  return status == RunStatus::completed || status == RunStatus::failed ||
         status == RunStatus::cancelled;
}

}  // namespace

std::span<const Sql* const> detail::run_statements() noexcept {
  static constexpr std::array all{&create_sql, &get_sql, &update_status_sql, &list_sql,
                                  &delete_sql};
  return all;
}

Run create_run(Executor& db, Run run) {
  require_key("run.id", run.id);
  detail::check_json("run.metadata", run.metadata, "{}");
  const Timestamp now = db.now();
  run.created_at = run.created_at.value_or(now);
  run.updated_at = run.updated_at.value_or(now);
  db.execute(create_sql, run);
  return run;
}

Run get_run(Executor& db, std::string_view id) {
  require_key("run.id", id);
  return db.fetch_one<Run>(get_sql, id);
}

Run update_run_status(Executor& db, std::string_view id, RunStatus status,
                      std::optional<std::string_view> error) {
  require_key("run.id", id);
  const Timestamp now = db.now();
  std::optional<Timestamp> completed_at;
  if (has_ended(status)) completed_at = now;
  db.execute_one(update_status_sql, status, error, completed_at, now, id);
  return db.fetch_one<Run>(get_sql, id);
}

std::vector<Run> list_runs(Executor& db, std::optional<std::int64_t> limit, std::int64_t offset) {
  return db.fetch_all<Run>(list_sql, detail::row_limit(limit), detail::row_offset(offset));
}

void delete_run(Executor& db, std::string_view id) {
  require_key("run.id", id);
  db.execute_one(delete_sql, id);
}

}  // namespace lockstep::provisioning
