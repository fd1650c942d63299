// SPDX-License-Identifier: BSL-1.0
// The texts of the ledger. They become statements when the schema is known, so none is an Sql.
#pragma once

#include <array>
#include <string_view>

namespace lockstep::detail {

// The layouts that this program reads; it writes the last. Each change of it appends a `layout`
// event to the log.
inline constexpr std::array<std::string_view, 2> layouts{"1", "2"};
inline constexpr std::string_view layout = layouts.back();

inline constexpr std::string_view ledger_table = "lockstep_migrations";
inline constexpr std::string_view log_table = "lockstep_migration_log";

// A column that layout 1 lacks. All may be null: an older row knows nothing of them.
struct AddedColumn {
  std::string_view name;
  std::string_view type;
  std::string_view missing;  // what stands for it in a ledger of layout 1
};

inline constexpr std::string_view no_text = "NULLIF('', '')";
inline constexpr std::string_view no_number = "NULLIF(seq, seq)";
inline constexpr std::array<AddedColumn, 8> added_columns{{
    {"meaning_sha", "VARCHAR(64)", no_text},  // of the text without comments and blanks
    {"out_of_order", "BIGINT", no_number},    // 1: applied after a higher version
    {"intent_stmt", "BIGINT", no_number},     // the statement, from 1, that was about to run
    {"intent_fp", "VARCHAR(64)", no_text},    // of the catalog before it
    {"stmt_chain_sha", "VARCHAR(64)", no_text},  // of the statements that are done
    {"stmt_digests", "{text}", no_text},      // of all statements of the file as it was begun
    {"sql_mode", "{text}", no_text},          // that it was begun under, on MySQL
    {"last_insert_id", "VARCHAR(20)", no_text},  // after the statements that are done, on MySQL
}};

// {ledger} and {log} are the tables with their schema; {added} are the columns above; the rest
// differs by engine.
inline constexpr std::string_view create_ledger = R"(CREATE TABLE IF NOT EXISTS {ledger} (
  domain VARCHAR(64){collate} NOT NULL,
  version VARCHAR(64){collate} NOT NULL,
  name VARCHAR(255) NOT NULL,
  kind VARCHAR(16) NOT NULL,
  state VARCHAR(16) NOT NULL,
  direction VARCHAR(4) NOT NULL,
  seq BIGINT NOT NULL,
  text_sha VARCHAR(64) NOT NULL,
  down_text {text},
  tx_mode VARCHAR(16) NOT NULL,
  stmts_total BIGINT NOT NULL,
  stmts_done BIGINT NOT NULL,
  error {text},
  started_at VARCHAR(26) NOT NULL,
  finished_at VARCHAR(26),
  duration_ms BIGINT,
  applied_by VARCHAR(255) NOT NULL,
  host VARCHAR(255) NOT NULL,
  tool_version VARCHAR(32) NOT NULL,
{added}  CONSTRAINT pk_lockstep_migrations PRIMARY KEY (domain, version),
  CONSTRAINT uq_lockstep_migrations_seq UNIQUE (seq)
){options})";

inline constexpr std::string_view create_log = R"(CREATE TABLE IF NOT EXISTS {log} (
  id {id} NOT NULL,
  logged_at VARCHAR(26) NOT NULL,
  event VARCHAR(32) NOT NULL,
  domain VARCHAR(64) NOT NULL,
  version VARCHAR(64) NOT NULL,
  applied_by VARCHAR(255) NOT NULL,
  host VARCHAR(255) NOT NULL,
  tool_version VARCHAR(32) NOT NULL,
  detail {text} NOT NULL,
  CONSTRAINT pk_lockstep_migration_log PRIMARY KEY (id)
){options})";

inline constexpr std::string_view select_rows =
    "SELECT domain, version, name, kind, state, direction, seq, text_sha, stmts_total, stmts_done, "
    "error,"
    " started_at, finished_at, applied_by, host, {added} FROM {ledger} ORDER BY seq";

inline constexpr std::string_view select_down_text =
    "SELECT down_text FROM {ledger} WHERE domain = :domain AND version = :version";

inline constexpr std::string_view select_layouts =
    "SELECT DISTINCT detail FROM {log} WHERE event = 'layout'";

inline constexpr std::string_view add_column = "ALTER TABLE {ledger} ADD COLUMN ";

inline constexpr std::string_view no_progress =
    "intent_stmt = NULL, intent_fp = NULL, stmt_chain_sha = NULL, last_insert_id = NULL";

inline constexpr std::string_view insert_row =
    "INSERT INTO {ledger} (domain, version, name, kind, state, direction, seq, text_sha, down_text,"
    " tx_mode, stmts_total, stmts_done, started_at, applied_by, host, tool_version, meaning_sha,"
    " out_of_order, stmt_digests, sql_mode)"
    " VALUES (:domain, :version, :name, :kind, 'running', 'up',"
    " {next},"
    " :text_sha, :down_text, :tx_mode, :stmts_total, 0, :now, :applied_by, :host, :tool_version,"
    " :meaning_sha, :out_of_order, :stmt_digests, {sql_mode})";

// The same for one that is done, in the transaction that it ran in.
inline constexpr std::string_view insert_applied =
    "INSERT INTO {ledger} (domain, version, name, kind, state, direction, seq, text_sha, down_text,"
    " tx_mode, stmts_total, stmts_done, started_at, finished_at, duration_ms, applied_by, host,"
    " tool_version, meaning_sha, out_of_order)"
    " VALUES (:domain, :version, :name, :kind, 'applied', 'up', :seq, :text_sha, :down_text,"
    " :tx_mode, :stmts_total, :stmts_total, :started_at, :now, :duration_ms, :applied_by, :host,"
    " :tool_version, :meaning_sha, :out_of_order)";

inline constexpr std::string_view select_next_seq = "SELECT {next}";

inline constexpr std::string_view select_present =
    "SELECT EXISTS (SELECT 1 FROM {ledger} WHERE domain = :domain AND version = :version)";

// A repeatable migration that was changed runs again, as the latest.
inline constexpr std::string_view update_begin_again =
    "UPDATE {ledger} SET state = 'running', direction = 'up', name = :name,"
    " seq = {next},"
    " text_sha = :text_sha, meaning_sha = :meaning_sha, tx_mode = :tx_mode,"
    " stmts_total = :stmts_total, stmts_done = 0, {no_progress},"
    " stmt_digests = :stmt_digests, sql_mode = {sql_mode},"
    " error = NULL, started_at = :now, finished_at = NULL, duration_ms = NULL,"
    " applied_by = :applied_by, host = :host, tool_version = :tool_version"
    " WHERE domain = :domain AND version = :version AND state = 'applied'"
    " AND text_sha <> :text_sha";

inline constexpr std::string_view delete_applied =
    "DELETE FROM {ledger} WHERE domain = :domain AND version = :version AND state = 'applied'";

inline constexpr std::string_view delete_row =
    "DELETE FROM {ledger} WHERE domain = :domain AND version = :version";

inline constexpr std::string_view update_begin_down =
    "UPDATE {ledger} SET state = 'running', direction = 'down', tx_mode = :tx_mode,"
    " stmts_total = :stmts_total, stmts_done = 0, {no_progress},"
    " stmt_digests = :stmt_digests, sql_mode = {sql_mode}, error = NULL, started_at = :now,"
    " finished_at = NULL, duration_ms = NULL, applied_by = :applied_by, host = :host,"
    " tool_version = :tool_version"
    " WHERE domain = :domain AND version = :version AND state = 'applied'";

inline constexpr std::string_view update_intent =
    "UPDATE {ledger} SET intent_stmt = :statement, intent_fp = :fingerprint"
    " WHERE domain = :domain AND version = :version";

// No row if another migrator has taken the file over.
inline constexpr std::string_view update_progress =
    "UPDATE {ledger} SET stmts_done = :done, stmt_chain_sha = :chain, intent_stmt = NULL,"
    " intent_fp = NULL, last_insert_id = {last_insert_id}"
    " WHERE domain = :domain AND version = :version AND stmts_done = :done - 1";

inline constexpr std::string_view select_done =
    "SELECT stmts_done FROM {ledger} WHERE domain = :domain AND version = :version";

inline constexpr std::string_view update_finished =
    "UPDATE {ledger} SET state = 'applied', stmts_done = :done, intent_stmt = NULL,"
    " intent_fp = NULL, stmt_digests = NULL, last_insert_id = NULL, finished_at = :now,"
    " duration_ms = :duration_ms WHERE domain = :domain AND version = :version";

// An intent that stays says that the statement was done in part.
inline constexpr std::string_view update_failed =
    "UPDATE {ledger} SET state = 'failed', error = :error, finished_at = :now,"
    " intent_stmt = :statement, intent_fp = :fingerprint"
    " WHERE domain = :domain AND version = :version";

// The texts of a migration that goes down are those that were applied.
inline constexpr std::string_view update_resumed =
    "UPDATE {ledger} SET state = 'running',"
    " text_sha = CASE WHEN direction = 'up' THEN :text_sha ELSE text_sha END,"
    " meaning_sha = CASE WHEN direction = 'up' THEN :meaning_sha ELSE meaning_sha END,"
    " down_text = CASE WHEN direction = 'up' THEN :down_text ELSE down_text END,"
    " stmts_total = :stmts_total, stmts_done = :done, stmt_chain_sha = :chain,"
    " stmt_digests = :stmt_digests, intent_stmt = NULL, intent_fp = NULL, error = NULL,"
    " started_at = :now, finished_at = NULL, duration_ms = NULL, applied_by = :applied_by,"
    " host = :host, tool_version = :tool_version"
    " WHERE domain = :domain AND version = :version AND state <> 'applied'"
    " AND started_at = :was_started_at AND stmts_done = :was_done";

inline constexpr std::string_view insert_event =
    "INSERT INTO {log} (logged_at, event, domain, version, applied_by, host, tool_version, detail)"
    " VALUES (:now, :event, :domain, :version, :applied_by, :host, :tool_version, :detail)";

// The seq of what comes next.
inline constexpr std::string_view next_seq =
    "(SELECT COALESCE(MAX(seq), 0) + 1 FROM {ledger})";
// MySQL does not read the table it writes to (error 1093), unless by an inner query.
inline constexpr std::string_view mysql_next_seq =
    "(SELECT n FROM (SELECT COALESCE(MAX(seq), 0) + 1 AS n FROM {ledger}) AS latest)";

// What an engine writes in its own way.
struct LedgerWords {
  std::string_view current_schema;
  std::string_view tables;  // the names of our tables that are there
  char quote = '"';
  std::string_view collate = {};  // of a column that is compared byte by byte
  std::string_view text;          // a type without limit
  std::string_view id;            // a type that numbers the rows
  std::string_view options = {};
  std::string_view next = next_seq;
  std::string_view restore_session = {};  // empty: what a file sets does not outlive it
  std::string_view columns;               // the names of the ledger's columns
  std::string_view sql_mode = "NULL";
  std::string_view last_insert_id = "NULL";
};

inline constexpr LedgerWords sqlite_words{
    .current_schema = "SELECT 'main'",
    .tables =
        "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND 'main' = :schema"
        " AND name IN ('lockstep_migrations', 'lockstep_migration_log')",
    .text = "TEXT",
    .id = "INTEGER",
    .columns = "SELECT name FROM pragma_table_info('lockstep_migrations', :schema)"};

inline constexpr LedgerWords postgres_words{
    .current_schema = "SELECT CAST(current_schema() AS TEXT)",
    .tables =
        "SELECT CAST(tablename AS TEXT) FROM pg_catalog.pg_tables WHERE schemaname = :schema"
        " AND tablename IN ('lockstep_migrations', 'lockstep_migration_log')",
    .collate = " COLLATE \"C\"",
    .text = "TEXT",
    .id = "BIGINT GENERATED BY DEFAULT AS IDENTITY",
    .restore_session = "RESET ALL",
    .columns =
        "SELECT CAST(column_name AS TEXT) FROM information_schema.columns"
        " WHERE table_schema = :schema AND table_name = 'lockstep_migrations'"};

inline constexpr LedgerWords mysql_words{
    .current_schema = "SELECT DATABASE()",
    .tables =
        "SELECT table_name FROM information_schema.tables WHERE table_schema = :schema"
        " AND table_name IN ('lockstep_migrations', 'lockstep_migration_log')",
    .quote = '`',
    .text = "LONGTEXT",
    .id = "BIGINT AUTO_INCREMENT",
    .options = " ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
    .restore_session = "USE {schema}",
    .columns =
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_schema = :schema AND table_name = 'lockstep_migrations'",
    .sql_mode = "@@SESSION.sql_mode",
    .last_insert_id = "CAST(LAST_INSERT_ID() AS CHAR)"};

}  // namespace lockstep::detail
