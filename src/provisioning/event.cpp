// SPDX-License-Identifier: BSL-1.0
#include "lockstep/provisioning/event.hpp"

#include "checks.hpp"
#include "schema.hpp"

namespace lockstep::provisioning {
namespace {

using detail::statement;

constexpr Sql append_sql = statement("provisioning.append_event", R"(
INSERT INTO events (run_id, plan_unit_id, level, message, details, timestamp)
VALUES (:run_id, :plan_unit_id, :level, :message, :details, :timestamp)
RETURNING id)");

// One text for each index that can find the events; the level is left to the rows of a run.
constexpr Sql get_all_sql = statement("provisioning.get_events", R"(
SELECT id, run_id, plan_unit_id, level, message, details, timestamp
FROM events
ORDER BY timestamp DESC, id DESC
LIMIT :limit OFFSET :offset)");

constexpr Sql get_of_level_sql = statement("provisioning.get_events.of_level", R"(
SELECT id, run_id, plan_unit_id, level, message, details, timestamp
FROM events
WHERE level = :level
ORDER BY timestamp DESC, id DESC
LIMIT :limit OFFSET :offset)");

constexpr Sql get_of_run_sql = statement("provisioning.get_events.of_run", R"(
SELECT id, run_id, plan_unit_id, level, message, details, timestamp
FROM events
WHERE run_id = :run_id AND level = COALESCE(:level, level)
ORDER BY timestamp DESC, id DESC
LIMIT :limit OFFSET :offset)");

constexpr Sql get_of_unit_sql = statement("provisioning.get_events.of_plan_unit", R"(
SELECT id, run_id, plan_unit_id, level, message, details, timestamp
FROM events
WHERE plan_unit_id = :plan_unit_id AND level = COALESCE(:level, level)
ORDER BY timestamp DESC, id DESC
LIMIT :limit OFFSET :offset)");

constexpr Sql get_of_run_and_unit_sql =
    statement("provisioning.get_events.of_run_and_plan_unit", R"(
SELECT id, run_id, plan_unit_id, level, message, details, timestamp
FROM events
WHERE run_id = :run_id AND plan_unit_id = :plan_unit_id AND level = COALESCE(:level, level)
ORDER BY timestamp DESC, id DESC
LIMIT :limit OFFSET :offset)");

const Sql& get_sql(const EventFilter& filter) {
  if (filter.run_id && filter.plan_unit_id) return get_of_run_and_unit_sql;
  if (filter.run_id) return get_of_run_sql;
  if (filter.plan_unit_id) return get_of_unit_sql;
  return filter.level ? get_of_level_sql : get_all_sql;
}

}  // namespace

std::span<const Sql* const> detail::event_statements() noexcept {
  static constexpr std::array all{&append_sql,     &get_all_sql,     &get_of_level_sql,
                                  &get_of_run_sql, &get_of_unit_sql, &get_of_run_and_unit_sql};
  return all;
}

Event append_event(Executor& db, Event event) {
  detail::check_key("event.run_id", event.run_id);
  detail::check_key("event.plan_unit_id", event.plan_unit_id);
  detail::check_json("event.details", event.details);
  event.timestamp = event.timestamp.value_or(db.now());
  event.id = db.insert_returning<std::int64_t>(append_sql, event);
  return event;
}

std::vector<Event> get_events(Executor& db, const EventFilter& filter,
                              std::optional<std::int64_t> limit, std::int64_t offset) {
  detail::check_key("event.run_id", filter.run_id);
  detail::check_key("event.plan_unit_id", filter.plan_unit_id);
  return db.fetch_all<Event>(get_sql(filter), filter, named("limit", detail::row_limit(limit)),
                             named("offset", detail::row_offset(offset)));
}

}  // namespace lockstep::provisioning
