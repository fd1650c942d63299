// SPDX-License-Identifier: BSL-1.0
// How an ExecutionFilter becomes SQL: one statement for each set of conditions, so that each finds
// its rows by the index that serves it. They are put together while the program is compiled.
#pragma once

#include "checks.hpp"
#include "lockstep/workflow/history.hpp"
#include "schema.hpp"

namespace lockstep::workflow::detail {

// A text made of others.
template <const std::string_view&... parts>
struct Joined {
  static constexpr auto text = [] {
    std::array<char, (parts.size() + ...)> all{};
    std::size_t at = 0;
    for (const std::string_view part : {parts...}) {
      for (const char c : part) all[at++] = c;
    }
    return all;
  }();
  static constexpr std::string_view value{text.data(), text.size()};
};

inline constexpr std::string_view nothing = "";

inline constexpr std::string_view started = R"(
  WHERE started_at >= :from AND started_at <= :last)";
inline constexpr std::string_view of_workflow = R"(
    AND workflow_id = :workflow_id)";
inline constexpr std::string_view of_status = R"(
    AND status = :status)";
// The pattern is in small letters already. MySQL's LOWER knows letters outside of ASCII too.
inline constexpr std::string_view like = R"(
    AND lower(workflow_id) LIKE :pattern ESCAPE '!')";
inline constexpr std::string_view like_mysql = R"(
    AND LOWER(workflow_id) LIKE LOWER(:pattern) ESCAPE '!')";

inline constexpr std::string_view workflow_suffix = ".workflow";
inline constexpr std::string_view status_suffix = ".status";
inline constexpr std::string_view search_suffix = ".search";

// The conditions that a filter has, as bits of a number.
inline constexpr unsigned has_workflow = 1;
inline constexpr unsigned has_status = 2;
inline constexpr unsigned has_search = 4;
inline constexpr unsigned all_conditions = 8;

template <unsigned conditions>
struct Where {
  static constexpr std::string_view workflow =
      (conditions & has_workflow) != 0 ? of_workflow : nothing;
  static constexpr std::string_view status = (conditions & has_status) != 0 ? of_status : nothing;
  static constexpr std::string_view search = (conditions & has_search) != 0 ? like : nothing;
  static constexpr std::string_view search_mysql =
      (conditions & has_search) != 0 ? like_mysql : nothing;
  static constexpr std::string_view text = Joined<started, workflow, status, search>::value;
  static constexpr std::string_view text_mysql =
      Joined<started, workflow, status, search_mysql>::value;

  static constexpr std::string_view workflow_name =
      (conditions & has_workflow) != 0 ? workflow_suffix : nothing;
  static constexpr std::string_view status_name =
      (conditions & has_status) != 0 ? status_suffix : nothing;
  static constexpr std::string_view search_name =
      (conditions & has_search) != 0 ? search_suffix : nothing;
  static constexpr std::string_view name = Joined<workflow_name, status_name, search_name>::value;
};

// What the statements take: each has some of it.
struct Selection {
  std::optional<std::string> workflow_id;
  std::optional<ExecutionStatus> status;
  Timestamp from;
  Timestamp last;
  std::string pattern;
  std::int64_t limit = 0;
  std::int64_t offset = 0;

  [[nodiscard]] unsigned conditions() const noexcept {
    return (workflow_id ? has_workflow : 0) | (status ? has_status : 0) |
           (pattern.empty() ? 0 : has_search);
  }
  static constexpr void columns(auto&& column) {
    column("workflow_id", &Selection::workflow_id);
    column("status", &Selection::status);
    column("from", &Selection::from);
    column("last", &Selection::last);
    column("pattern", &Selection::pattern);
    column("limit", &Selection::limit);
    column("offset", &Selection::offset);
  }
};

// The instants [from, until) as the first and the last of them, to the microsecond. InvalidArgument
// if `until` is before `from`, or one of them is in no year from 1 to 9999.
struct Instants {
  Timestamp first;
  Timestamp last;
};
[[nodiscard]] Instants instants(std::optional<Timestamp> from, std::optional<Timestamp> until);

// Checks the filter.
[[nodiscard]] Selection select(const ExecutionFilter& filter);

}  // namespace lockstep::workflow::detail
