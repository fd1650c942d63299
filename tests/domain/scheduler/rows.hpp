// SPDX-License-Identifier: BSL-1.0
// Rows that the scheduler's tests begin with.
#pragma once

#include "lockstep/scheduler/scheduler.hpp"
#include "support/target.hpp"

namespace lockstep::tests {

using namespace std::chrono_literals;

inline constexpr Timestamp noon = Clock::start + 12h;

inline scheduler::Job job(std::string id) {
  return {.id = std::move(id),
          .name = "Nightly report",
          .schedule = "0 0 * * *",
          .pod_spec = Json{R"({"image": "report:latest"})"}};
}

inline scheduler::JobRun run(std::string job_id, std::string run_id,
                             Timestamp scheduled_at = noon) {
  return {.job_id = std::move(job_id), .run_id = std::move(run_id), .scheduled_at = scheduled_at};
}

inline scheduler::Constraint constraint(std::string id) {
  return {.id = std::move(id), .max_concurrent_runs = 1};
}

inline scheduler::Action action(std::string id) {
  return {
      .id = std::move(id), .name = "Tell the team", .action_type = scheduler::ActionType::webhook};
}

inline scheduler::ConstraintViolation violation(std::string id, std::string run_id,
                                                std::string constraint_id, Timestamp at = noon) {
  return {.id = std::move(id),
          .run_id = std::move(run_id),
          .constraint_id = std::move(constraint_id),
          .violation_time = at};
}

inline std::int64_t count(Executor& db, std::string_view table) {
  return db.fetch_value<std::int64_t>("SELECT COUNT(*) FROM " + std::string(table));
}

// The ids of a list, or another member, in their order.
template <class T>
std::vector<std::string> ids(const std::vector<T>& rows, std::string T::*member = &T::id) {
  std::vector<std::string> out;
  out.reserve(rows.size());
  for (const T& row : rows) out.push_back(row.*member);
  return out;
}

using Ids = std::vector<std::string>;

// Texts that no key may be, with the reason as InvalidArgument tells it.
struct BadKey {
  std::string text;
  std::string_view reason;
};

inline std::vector<BadKey> bad_keys(std::size_t max = 255) {
  return {{"", "empty"},
          {" a", "white space at the edge"},
          {"a ", "white space at the edge"},
          {"a\t", "white space at the edge"},
          {"\xC2\xA0"
           "a",
           "white space at the edge"},
          {std::string("a\0b", 3), "NUL byte in a text"},
          {"a\xFF", "text is not valid UTF-8"},
          {std::string(max + 1, 'x'), "longer than"}};
}

// Runs f(Executor&, key) with each of them: it must refuse the key, naming `what`, and store
// nothing.
template <class F>
void check_refuses_bad_keys(Executor& db, std::string_view what, F&& f, std::size_t max = 255) {
  for (const BadKey& bad : bad_keys(max)) {
    CAPTURE(bad.reason);
    const auto e = caught<InvalidArgument>(db, [&](Executor& executor) { f(executor, bad.text); });
    CHECK(std::string_view(e.what()).starts_with(std::string(what) + ": "));
    CHECK(std::string_view(e.what()).find(bad.reason) != std::string_view::npos);
  }
}

}  // namespace lockstep::tests
