// SPDX-License-Identifier: BSL-1.0
#include "rows.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::provisioning;

void create_parts(Executor& ex) {
  for (const std::string id : {"run-1", "run-2"}) create_run(ex, a_run(id));
  create_plan_unit(ex, a_unit("unit-1", "run-1"));
  create_plan_unit(ex, a_unit("unit-2", "run-2"));
}

TEST_CASE_FIXTURE(Migrated, "append_event: every member comes back, under an id of its own") {
  on_both([&](Executor& ex) {
    create_parts(ex);
    Event given{.id = 77,
                .run_id = "run-1",
                .plan_unit_id = "unit-2",
                .level = EventLevel::warning,
                .message = std::string(70'000, 'm'),
                .details = Json{R"({"package":  "apache2"})"},
                .timestamp = morning + 1us};
    const Event made = append_event(ex, given);
    CHECK(made.id > 0);
    CHECK(made.id != 77);
    given.id = made.id;
    CHECK(made == given);
    CHECK(get_events(ex) == std::vector{given});
    CHECK(append_event(ex, given).id > made.id);
  });
}

TEST_CASE_FIXTURE(Migrated, "append_event: what is left out is now or absent") {
  on_both([&](Executor& ex) {
    Event bare = an_event({});
    bare.details = Json{""};
    const Event made = append_event(ex, bare);
    CHECK(made.timestamp == Clock::start);
    CHECK(made.level == EventLevel::info);
    CHECK_FALSE(made.details.has_value());
    CHECK(get_events(ex) == std::vector{made});
  });
}

TEST_CASE_FIXTURE(Migrated, "append_event: an unknown run or plan unit is ForeignKey") {
  on_both([&](Executor& ex) {
    create_parts(ex);
    const auto run = caught<ForeignKey>(
        ex, [](Executor& on) { append_event(on, an_event("nobody", "unit-1")); });
    CHECK(run.statement() == "provisioning.append_event");
    const auto unit =
        caught<ForeignKey>(ex, [](Executor& on) { append_event(on, an_event("run-1", "nobody")); });
    if (ex.capabilities().names_foreign_keys) {
      CHECK(run.constraint() == "fk_events_run_id");
      CHECK(unit.constraint() == "fk_events_plan_unit_id");
    }
    CHECK(count(ex, "events") == 0);
  });
}

TEST_CASE_FIXTURE(Migrated, "get_events: latest first, ties by id downwards, in pages") {
  on_both([&](Executor& ex) {
    CHECK(get_events(ex).empty());
    const auto first = append_event(ex, an_event({})).id;
    const auto second = append_event(ex, an_event({})).id;
    Event late = an_event({});
    late.timestamp = Clock::start - 1us;
    const auto earliest = append_event(ex, late).id;
    CHECK(numbers(get_events(ex)) == Numbers{second, first, earliest});
    check_pages(ex, [](Executor& on, std::optional<std::int64_t> limit, std::int64_t offset) {
      return get_events(on, {}, limit, offset);
    });
  });
}

TEST_CASE_FIXTURE(Migrated, "get_events: three events of a run, and one of them an error") {
  on_both([&](Executor& ex) {
    create_parts(ex);
    std::vector<Event> made;
    for (const EventLevel level : {EventLevel::debug, EventLevel::error, EventLevel::info}) {
      Event event = an_event("run-1");
      event.level = level;
      made.push_back(append_event(ex, event));
    }
    CHECK(get_events(ex, {.run_id = "run-1"}) == std::vector{made[2], made[1], made[0]});
    CHECK(get_events(ex, {.level = EventLevel::error}) == std::vector{made[1]});
  });
}

// One event for each run or none, each plan unit or none, and each of two levels.
std::vector<Event> append_all_kinds(Executor& ex) {
  std::vector<Event> made;
  for (const char* run : {"", "run-1", "run-2"}) {
    for (const char* unit : {"", "unit-1", "unit-2"}) {
      for (const EventLevel level : {EventLevel::info, EventLevel::error}) {
        Event event = an_event({});
        if (*run != '\0') event.run_id = run;
        if (*unit != '\0') event.plan_unit_id = unit;
        event.level = level;
        made.push_back(append_event(ex, event));
      }
    }
  }
  return made;
}

TEST_CASE_FIXTURE(Migrated, "get_events: those that have all that the filter has") {
  on_both([&](Executor& ex) {
    create_parts(ex);
    const auto made = append_all_kinds(ex);
    using Text = std::optional<std::string>;
    for (const Text& run : {Text(), Text("run-1"), Text("nobody")}) {
      for (const Text& unit : {Text(), Text("unit-1"), Text("nobody")}) {
        for (const auto level : {std::optional<EventLevel>(), std::optional(EventLevel::error)}) {
          std::vector<Event> expected;
          for (const Event& event : made) {
            const bool fits = (!run || event.run_id == run) &&
                              (!unit || event.plan_unit_id == unit) &&
                              (!level || event.level == *level);
            if (fits) expected.insert(expected.begin(), event);
          }
          CAPTURE(run.value_or("-"));
          CAPTURE(unit.value_or("-"));
          CAPTURE(level.has_value());
          const EventFilter filter{.run_id = run, .plan_unit_id = unit, .level = level};
          CHECK(get_events(ex, filter) == expected);
          if (!expected.empty()) expected.erase(expected.begin());
          if (expected.size() > 1) expected.resize(1);
          CHECK(get_events(ex, filter, 1, 1) == expected);
        }
      }
    }
  });
}

TEST_CASE_FIXTURE(Migrated, "events: a level that is none is refused by the library, then Check") {
  on_both([&](Executor& ex) {
    constexpr auto none = static_cast<EventLevel>(4);
    caught<InvalidArgument>(ex, [](Executor& on) {
      Event wrong = an_event({});
      wrong.level = none;
      append_event(on, wrong);
    });
    caught<InvalidArgument>(
        ex, [](Executor& on) { static_cast<void>(get_events(on, {.level = none})); });
    const auto e = caught<Check>(ex, [](Executor& on) {
      on.execute("INSERT INTO events (level, message) VALUES ('fatal', 'm')");
    });
    CHECK(e.constraint() == "ck_events_level");
    CHECK(count(ex, "events") == 0);
  });
}

TEST_CASE_FIXTURE(Migrated, "events: keys and JSON are checked before sending") {
  on_both([&](Executor& ex) {
    check_refuses_bad_keys(ex, "event.run_id", [](Executor& on, std::string key) {
      append_event(on, an_event(std::move(key)));
    });
    check_refuses_bad_keys(ex, "event.plan_unit_id", [](Executor& on, std::string key) {
      append_event(on, an_event({}, std::move(key)));
    });
    check_refuses_bad_keys(ex, "event.run_id", [](Executor& on, std::string key) {
      static_cast<void>(get_events(on, {.run_id = std::move(key)}));
    });
    check_refuses_bad_keys(ex, "event.plan_unit_id", [](Executor& on, std::string key) {
      static_cast<void>(get_events(on, {.plan_unit_id = std::move(key)}));
    });
    check_refuses_json(ex, "event.details", [](Executor& on, Json json) {
      Event wrong = an_event({});
      wrong.details = std::move(json);
      append_event(on, wrong);
    });
    CHECK(count(ex, "events") == 0);
  });
}

}  // namespace
}  // namespace lockstep::tests
