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
  tell({kind, &step, statement});
}

void Journal::tell(MigrationEvent event) const {
  if (!options_.observer) return;
  const auto elapsed = steady_now(options_) - begin_;
  event.elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(elapsed);
  options_.observer(event);
}

void Journal::tell_retry(const MigrationStep& step, std::size_t statement,
                         const Error& error) const {
  const std::string reason = reason_of(error);
  tell({.kind = MigrationEvent::Kind::retry,
        .step = &step,
        .statement = statement,
        .message = reason});
}

void Journal::tell_failed(const MigrationStep& step, std::size_t statement,
                          const Error& error) const {
  const std::string reason = reason_of(error);
  const auto place = place_in_file(step, statement, error);
  tell({.kind = MigrationEvent::Kind::failed,
        .step = &step,
        .statement = statement,
        .message = reason,
        .line = place ? place->line : 0,
        .column = place ? place->column : 0});
}

void Journal::tell_notice(const MigrationStep* step, std::string_view text) const {
  tell({.kind = MigrationEvent::Kind::notice, .step = step, .message = text});
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
  if (connection_.broken() || options_.dry_run) return;
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

std::optional<TextPlace> place_in_file(const MigrationStep& step, std::size_t index,
                                       const Error& error) {
  if (!error.info().offset || index >= step.statements.size()) return std::nullopt;
  const MigrationStatement& statement = step.statements[index];
  TextPlace place = place_of(statement.text, *error.info().offset);
  if (place.line == 1) place.column += statement.column - 1;
  place.line += statement.line - 1;
  return place;
}

void raise_failed(const MigrationStep& step, const std::string& place, std::string_view why) {
  ErrorInfo info;
  info.kind = ErrorKind::migration_failed;
  info.statement = name_of(step);
  info.what = place + ": " + std::string(why);
  raise(std::move(info));
}

void raise_failed(const MigrationStep& step, const std::string& place, const Error& error,
                  std::optional<std::size_t> index) {
  ErrorInfo info = error.info();
  const bool ours = info.kind == ErrorKind::cancelled || info.kind == ErrorKind::migration_locked;
  if (!ours) info.kind = ErrorKind::migration_failed;
  info.statement = name_of(step);
  info.what = place + ": ";
  if (const auto at = index ? place_in_file(step, *index, error) : std::nullopt) {
    info.what +=
        step.file + ':' + std::to_string(at->line) + ':' + std::to_string(at->column) + ": ";
  }
  info.what += error.engine().empty() ? std::string_view(error.what()) : phrase(error.kind());
  raise(std::move(info));
}

}  // namespace lockstep::detail
