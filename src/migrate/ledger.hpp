// SPDX-License-Identifier: BSL-1.0
// The ledger: what is applied, in the table lockstep_migrations of the database itself, and what
// happened, in lockstep_migration_log.
#pragma once

#include <map>

#include "lockstep/migration_history.hpp"
#include "migrate/pinned.hpp"

namespace lockstep {

constexpr auto enum_texts(MigrationState) {
  return std::array<std::string_view, 5>{"pending", "applied", "running", "failed", "ahead"};
}

constexpr auto enum_texts(MigrationDirection) {
  return std::array<std::string_view, 2>{"up", "down"};
}

namespace detail {

// A row of the ledger, without down_text. Times are stored as text, in UTC, so that no setting of a
// session changes them.
struct LedgerRow {
  std::string domain;
  std::string version;
  std::string name;
  std::string kind = "versioned";  // or repeatable, baseline, code
  MigrationState state = MigrationState::applied;         // running, applied or failed
  MigrationDirection direction = MigrationDirection::up;  // of the last run
  std::int64_t seq = 0;  // the order in which versions were applied
  std::string text_sha;
  std::int64_t stmts_total = 0;
  std::int64_t stmts_done = 0;
  std::optional<std::string> error;
  Timestamp started_at;
  std::optional<Timestamp> finished_at;
  std::string applied_by;
  std::string host;
  // A ledger of layout 1 has none of these.
  std::optional<std::string> meaning_sha;
  std::optional<std::int64_t> out_of_order;
  std::optional<std::int64_t> intent_stmt;  // from 1
  std::optional<std::string> intent_fp;
  std::optional<std::string> stmt_chain_sha;
  std::optional<std::string> stmt_digests;
  std::optional<std::string> sql_mode;
  std::optional<std::string> last_insert_id;
  static constexpr void columns(auto&& column) {
    column("domain", &LedgerRow::domain);
    column("version", &LedgerRow::version);
    column("name", &LedgerRow::name);
    column("kind", &LedgerRow::kind);
    column("state", &LedgerRow::state);
    column("direction", &LedgerRow::direction);
    column("seq", &LedgerRow::seq);
    column("text_sha", &LedgerRow::text_sha);
    column("stmts_total", &LedgerRow::stmts_total);
    column("stmts_done", &LedgerRow::stmts_done);
    column("error", &LedgerRow::error);
    column("started_at", &LedgerRow::started_at);
    column("finished_at", &LedgerRow::finished_at);
    column("applied_by", &LedgerRow::applied_by);
    column("host", &LedgerRow::host);
    column("meaning_sha", &LedgerRow::meaning_sha);
    column("out_of_order", &LedgerRow::out_of_order);
    column("intent_stmt", &LedgerRow::intent_stmt);
    column("intent_fp", &LedgerRow::intent_fp);
    column("stmt_chain_sha", &LedgerRow::stmt_chain_sha);
    column("stmt_digests", &LedgerRow::stmt_digests);
    column("sql_mode", &LedgerRow::sql_mode);
    column("last_insert_id", &LedgerRow::last_insert_id);
  }
};

// Of the row of a step, or of one that is applied by hand: C++ counts as one.
[[nodiscard]] inline std::size_t statement_count(const MigrationStep& step) {
  return step.code ? 1 : step.statements.size();
}
[[nodiscard]] inline std::size_t statement_count(const Migration& migration) {
  return migration.code ? 1 : migration.up_statements.size();
}

// LedgerRow::kind of a migration that was run, or will be.
[[nodiscard]] inline std::string_view kind_of(const Migration& migration) {
  return migration.code ? "code" : migration.repeatable ? "repeatable" : "versioned";
}

// What the row of a migration that goes up keeps of its files.
struct LedgerEntry {
  std::string text_sha = {};
  std::optional<std::string> meaning_sha = {};  // see added_columns
  std::optional<std::string> down_text = {};
  bool out_of_order = false;
};

// What is about to be done.
struct Intent {
  std::size_t statement = 0;  // from 0
  std::string fingerprint;    // of the catalog before it
};

struct DownText {
  std::int64_t seq = 0;
  std::optional<std::string> down_text;
  static constexpr void columns(auto&& column) {
    column("seq", &DownText::seq);
    column("down_text", &DownText::down_text);
  }
};

// Who writes to the ledger.
struct Author {
  std::string applied_by;
  std::string host;
};

// Puts a value in the place of every mark: "{ledger}".
void replace_all(std::string& text, std::string_view mark, std::string_view value);

// All statements name the schema: a migration may change the search path. None of them begins or
// ends a transaction.
class Ledger {
 public:
  // In the connection's current schema; InvalidState if there is none.
  Ledger(Pinned& connection, Author author);

  [[nodiscard]] const Author& author() const noexcept { return author_; }
  // A table beside the ledger, as a statement writes it.
  [[nodiscard]] std::string qualified(std::string_view table) const;
  // What names this ledger among all of the server, in at most 64 characters.
  [[nodiscard]] std::string lock_key() const;
  // All rows by seq; none if there is no ledger. Reads older layouts too; InvalidState if a newer
  // lockstep has changed it.
  [[nodiscard]] std::vector<LedgerRow> rows();
  [[nodiscard]] std::optional<std::string> down_text(const LedgerRow& row);

  // Whether it can be written: it is there, in this program's layout.
  [[nodiscard]] bool ready();
  // Makes what is not there yet, and gives an older ledger this layout.
  void prepare();

  // Writes the row of a migration that begins. Duplicate if the ledger has it.
  void begin_up(const MigrationStep& step, const LedgerEntry& entry);
  // Writes the row of a migration that was applied in the open transaction, which has locked the
  // ledger since has() and next_seq(); it began at `started`.
  void add(const MigrationStep& step, const LedgerEntry& entry, std::int64_t seq,
           Timestamp started);
  [[nodiscard]] bool has(const MigrationStep& step);
  [[nodiscard]] std::int64_t next_seq();
  // As begin_up() for a repeatable one that is applied with another text; false if it is not.
  [[nodiscard]] bool begin_again(const MigrationStep& step, const LedgerEntry& entry);
  // Takes the row of an applied migration away, or marks it as running; false if it is not applied.
  [[nodiscard]] bool remove_applied(const MigrationStep& step);
  [[nodiscard]] bool begin_down(const MigrationStep& step);
  // Before a statement, counted from 0, whose transaction cannot take it back.
  void intend(const MigrationStep& step, const Intent& intent);
  // Clears what was intended. MigrationLocked if another migrator has taken the file over.
  void progress(const MigrationStep& step, std::size_t done, std::string_view chain);
  [[nodiscard]] std::size_t statements_done(const MigrationStep& step);
  void finish_up(const MigrationStep& step);
  void remove(const MigrationStep& step);
  // `partly`: the statement that has failed was done in part.
  void fail(const MigrationStep& step, std::string_view error,
            const std::optional<Intent>& partly);
  // Takes over the row of a file that goes on after so many statements; false if another migrator
  // was faster.
  [[nodiscard]] bool take_over(const MigrationStep& step, const LedgerEntry& entry,
                               const LedgerRow& row, std::size_t done);
  // By hand: writes the row of a version that is applied, without its seq.
  void record(const LedgerRow& row, const LedgerEntry& entry);
  // The same for one that is there: it is applied, with these texts.
  void accept(const LedgerRow& row, const LedgerEntry& entry);
  // Of all rows, by seq.
  [[nodiscard]] std::vector<DownText> down_texts();
  // The latest events of a domain, or of all if it is empty; newest last.
  [[nodiscard]] std::vector<MigrationLogEntry> events(std::string_view domain, std::size_t latest);
  // Takes the session back to the settings and the schema it had, whatever a file has set.
  void restore_session();
  // The ledger's table, with its schema, for the text of a statement.
  [[nodiscard]] std::string table() const { return render("{ledger}"); }
  [[nodiscard]] const std::string& schema() const noexcept { return schema_; }
  // Adds an event to the log.
  void log(const MigrationStep& step, std::string_view event, std::string_view detail = {});

 private:
  struct Tables {
    bool ledger = false;
    bool log = false;
    bool current = false;  // of this program's layout
  };
  [[nodiscard]] Tables look();
  [[nodiscard]] bool has_current_layout();
  void add_columns();
  [[nodiscard]] std::string render(std::string_view text) const;
  // The same, kept for the next time; for constants.
  const std::string& rendered(std::string_view text);
  [[nodiscard]] std::string now() const;

  Pinned& connection_;
  Author author_;
  std::string schema_;
  std::map<const char*, std::string> rendered_;  // by the place of the constant
};

}  // namespace detail
}  // namespace lockstep
