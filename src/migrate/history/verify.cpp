// SPDX-License-Identifier: BSL-1.0
#include "migrate/history/verify.hpp"

#include <algorithm>

#include "migrate/applied_text.hpp"
#include "migrate/plan_parts.hpp"

namespace lockstep {
namespace {

constexpr std::array<std::string_view, 7> kind_names{
    "changed", "reformatted", "down_changed", "missing", "ahead", "out_of_order", "unfinished"};

}  // namespace

std::string_view to_string(MigrationFindingKind kind) noexcept {
  return kind_names[static_cast<std::size_t>(kind)];
}

namespace detail {
namespace {

using Kind = MigrationFindingKind;

class Verification {
 public:
  explicit Verification(const VerifyInput& input) : input_(input), index_(input.rows) {}
  std::vector<MigrationFinding> run();

 private:
  void look_at(const Migration& migration);
  void look_at_pending(const Migration& migration);
  void look_at_applied(const Migration& migration, const LedgerRow& row);
  void look_at_row_without_file(const LedgerRow& row);
  void look_at_unfinished(const LedgerRow& row, const std::string& file);
  [[nodiscard]] std::optional<std::string> stored_down(const LedgerRow& row) const;
  void add(Kind kind, bool error, const LedgerRow& row, const std::string& file,
           const std::string& what);

  const VerifyInput& input_;
  RowIndex index_;
  std::vector<MigrationFinding> found_;
};

bool before(const MigrationFinding& a, const MigrationFinding& b) {
  if (const auto order = compare_domains(a.domain, b.domain); std::is_neq(order)) {
    return std::is_lt(order);
  }
  return std::is_lt(compare_versions(a.version, b.version));
}

std::vector<MigrationFinding> Verification::run() {
  for (const Migration& migration : input_.set.migrations()) look_at(migration);
  for (const LedgerRow& row : input_.rows) {
    const bool known = input_.set.find(row.domain, row.version) != nullptr;
    if (!known && has_domain(input_.set, row.domain)) look_at_row_without_file(row);
  }
  std::ranges::stable_sort(found_, before);
  return std::move(found_);
}

void Verification::look_at(const Migration& migration) {
  const LedgerRow* row = index_.find(migration.domain, migration.version);
  if (row == nullptr) {
    look_at_pending(migration);
  } else if (row->state != MigrationState::applied) {
    look_at_unfinished(*row, migration.up_file);
  } else {
    look_at_applied(migration, *row);
  }
}

void Verification::look_at_pending(const Migration& migration) {
  const LedgerRow* highest = index_.highest(migration.domain);
  if (migration.repeatable || migration.allow_out_of_order || highest == nullptr ||
      std::is_lt(compare_versions(highest->version, migration.version))) {
    return;
  }
  LedgerRow none;
  none.domain = migration.domain;
  none.version = migration.version;
  add(Kind::out_of_order, true, none, migration.up_file,
      migration.up_file + " is pending and older than version " + highest->version +
          ", which is applied");
}

void Verification::look_at_applied(const Migration& migration, const LedgerRow& row) {
  if (migration.repeatable) return;  // it runs again
  const TextChange change = compare_text(row, migration, input_.set.engine());
  if (change == TextChange::meaning) {
    add(Kind::changed, true, row, migration.up_file, describe_change(migration));
  } else if (change == TextChange::layout) {
    add(Kind::reformatted, false, row, migration.up_file,
        migration.up_file + " does the same as when it was applied, but is written otherwise");
  }
  if (row.text_sha.empty() || migration.irreversible) return;
  if (!fits_down(migration, stored_down(row))) {
    add(Kind::down_changed, true, row, migration.down_file,
        migration.down ? migration.down_file + " is not the down that the ledger has kept"
                       : "its down, which the ledger has kept, has no file any more");
  }
}

// One that was adopted without a file has never had one here.
void Verification::look_at_row_without_file(const LedgerRow& row) {
  if (row.state != MigrationState::applied) return look_at_unfinished(row, {});
  if (is_ahead(input_.set, row)) {
    add(Kind::ahead, input_.strict, row, {}, "it is applied and newer than every file");
  } else if (row.kind == "code") {
    add(Kind::missing, true, row, {}, describe_unknown_code(row));
  } else {
    const bool error = !row.text_sha.empty() && row.kind != "repeatable";
    add(Kind::missing, error, row, {}, "it is applied, but its file is missing");
  }
}

void Verification::look_at_unfinished(const LedgerRow& row, const std::string& file) {
  const std::string what = row.direction == MigrationDirection::up ? "it" : "its down";
  const bool failed = row.state == MigrationState::failed;
  add(Kind::unfinished, true, row, file,
      what + (failed ? " failed" : " was begun and not finished") +
          ", statements done: " + std::to_string(row.stmts_done) + " of " +
          std::to_string(row.stmts_total));
}

std::optional<std::string> Verification::stored_down(const LedgerRow& row) const {
  const auto found = std::ranges::lower_bound(input_.down_texts, row.seq, {}, &DownText::seq);
  return found == input_.down_texts.end() || found->seq != row.seq ? std::nullopt
                                                                   : found->down_text;
}

void Verification::add(Kind kind, bool error, const LedgerRow& row, const std::string& file,
                       const std::string& what) {
  found_.push_back({kind, error, row.domain, row.version, file,
                    "migration " + row.domain + '/' + row.version + ": " + what});
}

}  // namespace

std::vector<MigrationFinding> find_differences(const VerifyInput& input) {
  return Verification(input).run();
}

}  // namespace detail
}  // namespace lockstep
