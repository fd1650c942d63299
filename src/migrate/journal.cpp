// SPDX-License-Identifier: BSL-1.0
#include "migrate/journal.hpp"

#include "core/text.hpp"
#include "migrate/lock.hpp"

namespace lockstep::detail {
namespace {

bool is_up(const MigrationStep& step) { return step.direction == MigrationDirection::up; }

std::string name_of(const MigrationStep& step) {
  return (is_up(step) ? "migration " : "down of migration ") + step.domain + '/' + step.version;
}

}  // namespace

void Journal::begin() { begin_ = steady_now(options_); }

// The claim is the ledger row itself: its key lets one migrator through, and on SQLite it comes
// after BEGIN IMMEDIATE, so that it is also the second look at the ledger.
bool Journal::claim(const Task& task) {
  const MigrationStep& step = task.step;
  if (!is_up(step)) {
    return step.transactional ? ledger_.remove_applied(step) : ledger_.begin_down(step);
  }
  if (task.again) return ledger_.begin_again(step, task.entry);
  try {
    ledger_.begin_up(step, task.entry);
    return true;
  } catch (const Duplicate&) {
    return false;
  }
}

void Journal::tell(MigrationEvent::Kind kind, const MigrationStep& step,
                   std::size_t statement) const {
  if (!options_.observer) return;
  const auto elapsed = steady_now(options_) - begin_;
  options_.observer(
      {kind, &step, statement, std::chrono::duration_cast<std::chrono::milliseconds>(elapsed)});
}

void Journal::finish(Task& task) {
  MigrationStep& step = task.step;
  step.duration =
      std::chrono::duration_cast<std::chrono::milliseconds>(steady_now(options_) - begin_);
  if (is_up(step)) {
    ledger_.finish_up(step);
  } else if (!step.transactional) {
    ledger_.remove(step);
  }
  ledger_.log(step, is_up(step) ? "up" : "down");
}

void Journal::log_failure(const MigrationStep& step, const std::string& place,
                          const Error& error) noexcept {
  if (connection_.broken()) return;
  try {
    ledger_.log(step, is_up(step) ? "up_failed" : "down_failed", place + ": " + reason_of(error));
  } catch (const std::exception&) {
    // The caller is told of the failure itself.
  }
}

std::string reason_of(const Error& error) {
  const std::string& text = error.server_message();
  return !text.empty() && check_text(text) == TextFault::none ? text : error.what();
}

void raise_failed(const MigrationStep& step, const std::string& place, std::string_view why) {
  ErrorInfo info;
  info.kind = ErrorKind::migration_failed;
  info.statement = name_of(step);
  info.what = place + ": " + std::string(why);
  raise(std::move(info));
}

void raise_failed(const MigrationStep& step, const std::string& place, const Error& error) {
  if (error.engine().empty()) raise_failed(step, place, std::string_view(error.what()));
  ErrorInfo info = error.info();
  info.kind = ErrorKind::migration_failed;
  info.statement = name_of(step);
  info.what = place + ": " + std::string(phrase(error.kind()));
  raise(std::move(info));
}

}  // namespace lockstep::detail
