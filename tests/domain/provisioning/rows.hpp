// SPDX-License-Identifier: BSL-1.0
// Rows that the tests of provisioning begin with.
#pragma once

#include "lockstep/provisioning/provisioning.hpp"
#include "support/rows.hpp"

namespace lockstep::tests {

using namespace std::chrono_literals;

// When things begin, by the caller's clock: not that of the store.
inline constexpr Timestamp morning = Clock::start + 6h;

inline constexpr std::array<std::string_view, 6> provisioning_tables{
    "runs", "plan_units", "events", "resource_state", "facts", "audit"};

inline provisioning::Run a_run(std::string id, Timestamp started_at = morning) {
  return {.id = std::move(id), .plan_path = "/plans/web.json", .started_at = started_at};
}

inline provisioning::PlanUnit a_unit(std::string id, std::string run_id) {
  return {.id = std::move(id),
          .run_id = std::move(run_id),
          .resource_type = "linux.pkg",
          .resource_name = "apache2",
          .desired_state = {R"({"state": "present"})"}};
}

inline provisioning::Event an_event(std::optional<std::string> run_id,
                                    std::optional<std::string> plan_unit_id = {}) {
  return {.run_id = std::move(run_id),
          .plan_unit_id = std::move(plan_unit_id),
          .message = "Starting package installation"};
}

inline provisioning::ResourceState a_state(std::string id, std::string name, std::string run_id) {
  return {.id = std::move(id),
          .resource_type = "linux.pkg",
          .resource_name = std::move(name),
          .state = {R"({"installed": true})"},
          .hash = "abc123",
          .last_run_id = std::move(run_id),
          .last_applied = morning};
}

inline provisioning::Fact a_fact(std::string id, std::string key,
                                 std::string target_id = "host-001") {
  return {.id = std::move(id),
          .target_id = std::move(target_id),
          .namespace_ = "os.basic",
          .key = std::move(key),
          .value = {R"("debian")"}};
}

inline provisioning::AuditEntry an_entry(std::string action, std::string actor) {
  return {.action = std::move(action), .actor = std::move(actor)};
}

// What a list gives, in order, told by a member of it.
template <class T>
std::vector<std::int64_t> numbers(const std::vector<T>& rows) {
  std::vector<std::int64_t> out;
  out.reserve(rows.size());
  for (const T& row : rows) out.push_back(row.id);
  return out;
}

using Numbers = std::vector<std::int64_t>;

// Asks list(Executor&, limit, offset) for pages; `all` is what it gives without a limit.
template <class F>
void check_pages(Executor& db, F&& list) {
  const auto all = list(db, std::nullopt, 0);
  REQUIRE(all.size() == 3);
  CHECK(list(db, 0, 0).empty());
  CHECK(list(db, 2, 0) == std::vector{all[0], all[1]});
  CHECK(list(db, 2, 2) == std::vector{all[2]});
  CHECK(list(db, 1, 1) == std::vector{all[1]});
  CHECK(list(db, 2, 3).empty());
  CHECK(list(db, std::nullopt, 1) == std::vector{all[1], all[2]});
  CHECK(list(db, std::nullopt, 4).empty());
  const auto limit =
      caught<InvalidArgument>(db, [&](Executor& on) { static_cast<void>(list(on, -1, 0)); });
  CHECK(limit.what() == std::string_view("limit: negative"));
  const auto offset =
      caught<InvalidArgument>(db, [&](Executor& on) { static_cast<void>(list(on, 1, -1)); });
  CHECK(offset.what() == std::string_view("offset: negative"));
}

// Runs f(Executor&), which hands in a text that is not JSON: it is refused, naming `what`.
template <class F>
void check_refuses_json(Executor& db, std::string_view what, F&& f) {
  for (const char* text : {"{", "nope", "{} {}", "[1,]"}) {
    CAPTURE(text);
    const auto e = caught<InvalidArgument>(db, [&](Executor& on) { f(on, Json{text}); });
    CHECK(std::string_view(e.what()).starts_with(std::string(what) + ": "));
  }
}

}  // namespace lockstep::tests
