// SPDX-License-Identifier: BSL-1.0
// Which files to run, from the set, the ledger and the goal. Pure: asks no database.
#pragma once

#include "migrate/engine_rule.hpp"
#include "migrate/ledger.hpp"

namespace lockstep::detail {

// What the session is set to while a file runs; see MigrationSource.
struct SessionSettings {
  bool engine = false;        // the engine's own
  bool foreign_keys = false;  // on SQLite enforced there nevertheless
  friend bool operator==(const SessionSettings&, const SessionSettings&) = default;
};

// A file to run. What it points to is of the set, which outlives it.
struct Task {
  MigrationStep step;
  const Migration* up = nullptr;        // of a step up: what its ledger row keeps the texts of
  const CodeMigration* code = nullptr;  // null for statements
  SessionSettings session = {};
  bool out_of_order = false;  // it comes after a higher version
  bool again = false;         // a repeatable migration that the ledger has
};

struct PlanInput {
  const MigrationSet& set;
  const std::vector<LedgerRow>& rows;  // by seq
  bool transactional = true;           // files run in a transaction
  bool stored_down = false;
  // The down text that the ledger has kept for a row.
  std::function<std::optional<std::string>(const LedgerRow&)> down_text;
  ServerName server = {};  // who answers: the directive `engine` asks
  OutOfOrder out_of_order = OutOfOrder::refuse;
  bool strict = false;  // every applied version must have its file
};

// The steps in their order. InvalidState and InvalidArgument as Migrator describes them.
[[nodiscard]] std::vector<Task> make_plan(const PlanInput& input, const MigrationGoal& goal);

// The rows of a ledger by domain and version. Borrows them.
class RowIndex {
 public:
  explicit RowIndex(const std::vector<LedgerRow>& rows);
  // Null if there is none.
  [[nodiscard]] const LedgerRow* find(std::string_view domain, std::string_view version) const;
  // The row of the highest version of a domain, of those that run once; null if it has none.
  [[nodiscard]] const LedgerRow* highest(std::string_view domain) const;

 private:
  std::vector<const LedgerRow*> sorted_;
};

// "statement 2 of 5 (0003_index.up.sql:9)"; `index` counts from 0.
[[nodiscard]] std::string describe_statement(const MigrationStep& step, std::size_t index);

}  // namespace lockstep::detail
