// SPDX-License-Identifier: BSL-1.0
#include "migrate/journal.hpp"

#include "core/text.hpp"
#include "migrate/applied_text.hpp"
#include "migrate/lock.hpp"

namespace lockstep::detail {
namespace {

bool is_up(const MigrationStep& step) { return step.direction == MigrationDirection::up; }

std::string name_of(const MigrationStep& step) {
  return (is_up(step) ? "migration " : "down of migration ") + step.domain + '/' + step.version;
}

}  // namespace

void Journal::begin() { begin_ = steady_now(options_); }

// The claim is the ledger row itself: its key lets one migrator through. Where a transaction has
// locked the ledger from its beginning, a look at it is enough, and the row comes when all is done.
bool Journal::claim(const Task& task, bool as_left) {
  const MigrationStep& step = task.step;
  started_ = connection_.now();
  if (writes_at_end(task)) return claim_by_lock(step, as_left);
  next_seq_.reset();
  if (!is_up(step)) {
    return step.transactional ? ledger_.remove_applied(step) : ledger_.begin_down(step);
  }
  const LedgerEntry entry = make_entry(task, connection_.dialect().engine);
  if (task.again) return ledger_.begin_again(step, entry);
  try {
    ledger_.begin_up(step, entry);
    return true;
  } catch (const Duplicate&) {
    return false;
  }
}

bool Journal::claim_by_lock(const MigrationStep& step, bool as_left) {
  if (as_left && next_seq_) return true;
  if (ledger_.has(step)) return false;
  next_seq_ = ledger_.next_seq();
  return true;
}

bool Journal::writes_at_end(const Task& task) const {
  return is_up(task.step) && task.step.transactional && !task.again &&
         !connection_.dialect().capabilities.concurrent_writers;
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
  if (writes_at_end(task)) {
    ledger_.add(step, make_entry(task, connection_.dialect().engine), (*next_seq_)++, started_);
  } else if (is_up(step)) {
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
