// SPDX-License-Identifier: BSL-1.0
// The stories of `lockstep demo`, and what they are told with. A line comes from values that were
// read back, and is the same on every engine but for the native codes in brackets.
#pragma once

#include <optional>

#include "lockstep/database.hpp"

namespace lockstep::cli {

// The clock of a story's database: the system's until the story begins, so that migrations are
// recorded at their own time, then that of a day which is always the same one. It is far ahead, so
// that no worker of others finds a run or a message of the story due, nor a retention an old row.
class StoryClock {
 public:
  static constexpr Timestamp midnight = std::chrono::sys_days(std::chrono::year(2126) / 3 / 2);

  void set(std::chrono::minutes after_midnight) noexcept { now_ = midnight + after_midnight; }
  [[nodiscard]] Timestamp now() const;

 private:
  std::optional<Timestamp> now_;
};

// The story of a domain, on a database that has its tables. What it writes is known by ids, names
// and users that begin with "demo-"; rows of others it neither changes nor tells.
struct Story {
  std::string_view domain;
  std::string_view title;  // "A scheduler's day"
  void (*tell)(Database& db, StoryClock& clock);
  void (*remove)(Database& db);    // its rows, those of a run that broke off too
  void (*look_for)(Database& db);  // asks for what was removed
};

extern const Story scheduler_story;
extern const Story provisioning_story;
extern const Story workflow_story;
extern const Story agent_story;
extern const Story instances_story;

// The text with blanks up to `width` characters, and one at least.
[[nodiscard]] std::string pad(std::string_view text, std::size_t width);

// "02:30" of an instant.
[[nodiscard]] std::string clock_time(Timestamp t);

// The texts with ", " between them; "none" if there are none.
[[nodiscard]] std::string listed(const std::vector<std::string>& texts);

// The heading of what follows; the second sets the clock and says the time.
void title(std::string_view text);
void title(StoryClock& clock, std::chrono::minutes after_midnight, std::string_view text);

// One line, in three columns.
void tell(std::string_view what, std::string_view name, std::string_view rest);

void tell_error(std::string_view what, const Error& error);

// Runs fn, which makes the mistake that `what` names, and tells its error.
template <class F>
void provoke(std::string_view what, F&& fn) {
  try {
    fn();
    tell("nothing", what, "was wrong, and should have been");
  } catch (const Error& error) {
    tell_error(what, error);
  }
}

// Runs fn, which deletes what need not be there.
template <class F>
void ignore_not_found(F&& fn) {
  try {
    fn();
  } catch (const NotFound&) {
  }
}

}  // namespace lockstep::cli
