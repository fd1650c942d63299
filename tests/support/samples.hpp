// SPDX-License-Identifier: BSL-1.0
// Tables of the contract tests: one of every column type, and a parent with children.
#pragma once

#include "support/target.hpp"

namespace lockstep::tests {

// A row of `samples`: every type that a member can have.
struct Sample {
  std::string id;
  std::optional<std::int64_t> number = {};
  std::optional<double> ratio = {};
  std::optional<bool> flag = {};
  std::optional<std::string> note = {};
  std::optional<Bytes> raw = {};
  std::optional<Timestamp> at = {};
  std::optional<Json> doc = {};

  friend bool operator==(const Sample&, const Sample&) = default;
  static constexpr void columns(auto&& column) {
    column("id", &Sample::id);
    column("number", &Sample::number);
    column("ratio", &Sample::ratio);
    column("flag", &Sample::flag);
    column("note", &Sample::note);
    column("raw", &Sample::raw);
    column("at", &Sample::at);
    column("doc", &Sample::doc);
  }
};

// Constraints of the tables, so that errors name them on every engine.
inline constexpr std::array<Constraint, 7> sample_constraints{{
    {"pk_samples", "samples", "id"},
    {"pk_sample_events", "sample_events", "id"},
    {"uq_sample_events_sample_id_place", "sample_events", "sample_id, place"},
    {"fk_sample_events_sample_id", "sample_events", "sample_id"},
    {"ck_sample_events_level", "sample_events", "level"},
    {"ck_sample_events_level_len", "sample_events", "level"},
    {"pk_counters", "counters", "id"},
}};

inline constexpr Sql sample_insert{
    "test.sample_insert",
    "INSERT INTO samples (id, number, ratio, flag, note, raw, at, doc) "
    "VALUES (:id, :number, :ratio, :flag, :note, :raw, :at, :doc)",
    {},
    sample_constraints};
inline constexpr Sql sample_by_id{
    "test.sample_by_id",
    "SELECT doc, at, raw, note, flag, ratio, number, id FROM samples WHERE id = :id"};
inline constexpr Sql sample_rename{
    "test.sample_rename", "UPDATE samples SET note = :note WHERE id = :id", {}, sample_constraints};
inline constexpr Sql sample_count{"test.sample_count", "SELECT COUNT(*) FROM samples"};
inline constexpr Sql sample_delete{
    "test.sample_delete", "DELETE FROM samples WHERE id = :id", {}, sample_constraints};
// `id` is given by the engine.
inline constexpr Sql event_insert{"test.event_insert",
                                  "INSERT INTO sample_events (sample_id, place, level) VALUES "
                                  "(:sample_id, :place, :level) RETURNING id",
                                  {},
                                  sample_constraints};
inline constexpr Sql event_count{"test.event_count", "SELECT COUNT(*) FROM sample_events"};

// Makes the tables, new and empty.
void create_samples(Database& db);

// Fixture: the tables in the target's database.
class Samples {
 public:
  Samples();

  Migrated base;
  Database& db = base.db;

  // Inserts a row that has only an id.
  void insert(Executor& executor, std::string id) {
    executor.execute(sample_insert, Sample{.id = std::move(id)});
  }
  [[nodiscard]] std::int64_t count(Executor& executor) {
    return executor.fetch_value<std::int64_t>(sample_count);
  }
};

}  // namespace lockstep::tests
