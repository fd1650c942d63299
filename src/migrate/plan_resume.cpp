// SPDX-License-Identifier: BSL-1.0
#include "migrate/plan_resume.hpp"

#include "migrate/checksum.hpp"
#include "migrate/plan_parts.hpp"
#include "migrate/statement_chain.hpp"

namespace lockstep::detail {
namespace {

bool is_up(const LedgerRow& row) { return row.direction == MigrationDirection::up; }

// The first statement of an unfinished migration that is not known to be done.
std::string next_statement(const PlanInput& input, const LedgerRow& row) {
  if (row.kind == "code") return "its code";
  if (row.stmts_done >= row.stmts_total) return "what comes after its last statement";
  const auto done = static_cast<std::size_t>(row.stmts_done);
  const Migration* migration = input.set.find(row.domain, row.version);
  if (migration != nullptr && (is_up(row) || migration->down)) {
    const MigrationStep step = make_step(input, *migration, row.direction);
    if (done < step.statements.size()) return describe_statement(step, done);
  }
  return "statement " + std::to_string(done + 1) + " of " + std::to_string(row.stmts_total);
}

Task make_unfinished_down(const PlanInput& input, const LedgerRow& row) {
  const Migration* migration = input.set.find(row.domain, row.version);
  const bool code = migration != nullptr && migration->code;
  if ((code || !input.stored_down) && migration != nullptr && migration->down) {
    return make_task(input, *migration, MigrationDirection::down);
  }
  if (row.kind == "code" && migration == nullptr) {
    refuse_migration(row.domain, row.version, "it is not finished; " + describe_unknown_code(row));
  }
  const auto stored = input.down_text(row);
  if (!stored) refuse_migration(row.domain, row.version, "there is no down for it");
  return make_stored_down(input, row, *stored);
}

Task make_unfinished(const PlanInput& input, const LedgerRow& row) {
  if (!is_up(row)) return make_unfinished_down(input, row);
  const Migration* migration = input.set.find(row.domain, row.version);
  if (migration == nullptr) {
    refuse_migration(row.domain, row.version,
                     row.kind == "code" ? "it is not finished; " + describe_unknown_code(row)
                                        : "it is not finished, and its file is missing");
  }
  return make_task(input, *migration, MigrationDirection::up);
}

// An older lockstep has kept no digests: then the text of the whole file has to be the same.
void require_same_text(const Task& task, const LedgerRow& row) {
  const bool same = !is_up(row) || text_checksum(task.up->up) == row.text_sha;
  if (row.state == MigrationState::failed && (row.stmts_done == 0 || same)) return;
  const std::string why = same ? "whether its next statement was done is not recorded"
                               : "the file is not the one that was begun";
  refuse_migration(row.domain, row.version,
                   why + "; see what is there, then mark it applied or pending");
}

// There are no statements of which it could be seen whether they were done.
void require_idempotent(const Task& task, const LedgerRow& row) {
  if (task.code->idempotent) return;
  refuse_migration(row.domain, row.version,
                   "it is C++ code that is not idempotent, and what it has done cannot be seen "
                   "from here: see what is there, then mark it applied or pending");
}

void require_same_statements(const Task& task, const LedgerRow& row) {
  if (task.code != nullptr) return require_idempotent(task, row);
  const auto done = static_cast<std::size_t>(row.stmts_done);
  if (!row.stmt_digests) return require_same_text(task, row);
  const auto& statements = task.step.statements;
  const auto different = first_difference(statements, *row.stmt_digests, done);
  const bool same = !different && (done == 0 || row.stmt_chain_sha == statement_chain(std::span(
                                                                          statements).first(done)));
  if (same) return;
  const std::size_t index = different.value_or(done - 1);
  const std::string place = index < statements.size()
                                ? describe_statement(task.step, index)
                                : "statement " + std::to_string(index + 1) + " of " +
                                      std::to_string(row.stmts_total);
  refuse_migration(row.domain, row.version,
                   place + " is done, and is not what was run then: put it back, and mend only "
                           "what comes after statement " + std::to_string(done));
}

}  // namespace

std::vector<Resumption> plan_resume(const PlanInput& input) {
  std::vector<Resumption> all;
  for (const LedgerRow& row : input.rows) {
    if (row.state == MigrationState::applied || !has_domain(input.set, row.domain)) continue;
    Resumption& resumption = all.emplace_back(Resumption{make_unfinished(input, row), row});
    resumption.task.step.transactional = false;
    require_same_statements(resumption.task, row);
  }
  return all;
}

bool is_as_intended(const Resumption& resumption) {
  const LedgerRow& row = resumption.row;
  const auto count = static_cast<std::size_t>(row.intent_stmt.value_or(0));
  return !first_difference(resumption.task.step.statements, row.stmt_digests.value_or(""), count);
}

std::string describe_unfinished(const PlanInput& input, const LedgerRow& row) {
  const std::string what = is_up(row) ? "it" : "its down";
  const std::string done = ", statements done: " + std::to_string(row.stmts_done);
  const std::string next = "; next: lockstep migrate resume";
  if (row.state == MigrationState::failed) {
    return what + " failed at " + next_statement(input, row) + done +
           (row.intent_stmt ? ", and this one in part" : "") + next;
  }
  return what + " was begun at " + format_timestamp(row.started_at) + " on host " + row.host +
         " and not finished: " + next_statement(input, row) + " may have taken effect" + done +
         next;
}

}  // namespace lockstep::detail
