// SPDX-License-Identifier: BSL-1.0
// What happened, append-only: rows of `events`. They go with their run and their plan unit.
// Shared rules: provisioning.hpp.
#pragma once

#include "lockstep/executor.hpp"

namespace lockstep::provisioning {

enum class EventLevel : std::uint8_t { debug, info, warning, error };

[[nodiscard]] constexpr auto enum_texts(EventLevel) {
  return std::array<std::string_view, 4>{"debug", "info", "warning", "error"};
}

struct Event {
  std::int64_t id = 0;  // given by the store: 1 and more, never given again
  std::optional<std::string> run_id = {};
  std::optional<std::string> plan_unit_id = {};
  EventLevel level = EventLevel::info;
  std::string message;
  std::optional<Json> details = {};
  std::optional<Timestamp> timestamp = {};  // null: now

  friend bool operator==(const Event&, const Event&) = default;
  static constexpr void columns(auto&& column) {
    column("id", &Event::id);
    column("run_id", &Event::run_id);
    column("plan_unit_id", &Event::plan_unit_id);
    column("level", &Event::level);
    column("message", &Event::message);
    column("details", &Event::details);
    column("timestamp", &Event::timestamp);
  }
};

// Inserts `event` under a new id, whatever its own is, and returns it as stored. ForeignKey if
// run_id names no run or plan_unit_id no plan unit.
Event append_event(Executor& db, Event event);

// Which events: those that have all that is not null.
struct EventFilter {
  std::optional<std::string> run_id = {};
  std::optional<std::string> plan_unit_id = {};
  std::optional<EventLevel> level = {};

  static constexpr void columns(auto&& column) {
    column("run_id", &EventFilter::run_id);
    column("plan_unit_id", &EventFilter::plan_unit_id);
    column("level", &EventFilter::level);
  }
};

// Latest timestamp first, ties by id downwards. Empty for a run or a plan unit that does not exist.
[[nodiscard]] std::vector<Event> get_events(Executor& db, const EventFilter& filter = {},
                                            std::optional<std::int64_t> limit = {},
                                            std::int64_t offset = 0);

}  // namespace lockstep::provisioning
