// SPDX-License-Identifier: BSL-1.0
// Rules for every engine: files as a whole, and what they are written with.
#include <algorithm>

#include "core/text.hpp"
#include "migrate/checksum.hpp"
#include "migrate/forms/names.hpp"
#include "migrate/lint/rule.hpp"
#include "migrate/meaning.hpp"
#include "migrate/splitter.hpp"
#include "migrate/version.hpp"

namespace lockstep::detail {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

void transaction_control(Check& check, const LintStatement& statement) {
  if (statement.source->implied) return;
  if (!controls_transaction(statement.source->text, check.engine())) return;
  check.found(statement, {}, "begins or ends a transaction");
}

void missing_down(Check& check) {
  const Migration& migration = *check.text.migration;
  if (!check.up || migration.down || migration.irreversible || migration.repeatable) return;
  const bool others = std::ranges::any_of(check.set.migrations(), [&](const Migration& other) {
    return other.domain == migration.domain && other.down;
  });
  if (others) check.found("has no down, though others of its folder have one");
}

// A comment says why there is nothing, and so does a name for one engine.
void empty_up(Check& check) {
  const Migration& migration = *check.text.migration;
  if (!check.up || !migration.up_statements.empty()) return;
  if (cut_infix(base_name(migration.up_file.substr(0, migration.up_file.find(".up.sql")))).engine) {
    return;
  }
  std::string_view text = migration.up;
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  const bool marked = text.starts_with("-- +") || text.starts_with("-- migrate:");
  if (marked) text.remove_prefix(std::min(text.find('\n'), text.size()));
  if (text.find_first_not_of(" \t\r\n\f\v") == text.npos) check.found("has no statement");
}

// Everything that the downs say, in lower case.
std::string said_by_down(const MigrationText& text) {
  std::string all;
  for (const LintStatement& statement : text.down) all += lower(statement.source->text) + '\n';
  return all;
}

// Whether a text has the name as a word of its own.
bool names(std::string_view text, std::string_view name) {
  for (std::size_t at = text.find(name); at != text.npos; at = text.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    const bool begins = at == 0 || !is_word_character(text[at - 1]);
    if (begins && (end == text.size() || !is_word_character(text[end]))) return true;
  }
  return false;
}

// Tells of an object that the down does not name; `holder` is the table whose drop takes it along.
void require_named(Check& check, const LintStatement& statement, Words at, const std::string& down,
                   std::string_view object, const std::string& name, std::string_view holder) {
  if (name.empty() || names(down, name)) return;
  const bool goes_along = std::ranges::any_of(check.text.down, [&](const LintStatement& other) {
    const bool drops = other.kind == LintStatementKind::drop ||
                       (check.engine() == Engine::sqlite && !other.actions.empty());
    return drops && (other.name == holder ||
                     std::ranges::find(other.dropped, holder) != other.dropped.end());
  });
  if (!holder.empty() && goes_along) return;
  check.found(statement, at,
              "makes the " + std::string(object) + ' ' + name + ", which its down leaves");
}

bool outlives_its_down(std::string_view object) {
  return object == "extension" || object == "schema" || object == "database" || object == "role" ||
         object == "user";
}

void down_incomplete(Check& check) {
  if (!check.up || !check.text.migration->down) return;
  const std::string down = said_by_down(check.text);
  for (const LintStatement& statement : check.text.up) {
    const bool creates = statement.kind == LintStatementKind::create_table ||
                         statement.kind == LintStatementKind::create_index ||
                         statement.kind == LintStatementKind::create_other;
    if (creates && !statement.temporary && !outlives_its_down(statement.object)) {
      const bool replaces = statement.guarded && statement.kind == LintStatementKind::create_other;
      if (!replaces) {
        require_named(check, statement, statement.at, down, statement.object, statement.name,
                      statement.table == statement.name ? "" : statement.table);
      }
    }
    for (const AlterAction& action : statement.actions) {
      if (action.kind != ActionKind::add_column) continue;
      require_named(check, statement, action.words, down, "column", action.name, statement.table);
    }
  }
}

// Whether the statement before drops what this one makes, if it is there.
bool is_dropped_before(const Check& check, const LintStatement& statement) {
  for (const LintStatement& other : check.statements()) {
    if (&other == &statement) return false;
    if (other.kind == LintStatementKind::drop && other.guarded && other.name == statement.name) {
      return true;
    }
  }
  return false;
}

void not_idempotent(Check& check, const LintStatement& statement) {
  if (check.transactional() || statement.guarded) return;
  switch (statement.kind) {
    case LintStatementKind::create_table:
    case LintStatementKind::create_index:
    case LintStatementKind::create_other:
      if (is_dropped_before(check, statement)) return;
      return check.found(statement, statement.at,
                         "makes " + statement.name +
                             " outside of a transaction, without IF NOT "
                             "EXISTS");
    case LintStatementKind::drop:
      return check.found(statement, statement.at,
                         "drops " + statement.name +
                             " outside of a transaction, without IF "
                             "EXISTS");
    default:
      return;
  }
}

bool prepares(const LintStatement& statement) {
  return starts_with(statement.words, {"set"}) || starts_with(statement.words, {"reset"}) ||
         starts_with(statement.words, {"pragma"}) ||
         (statement.kind == LintStatementKind::drop && statement.guarded);
}

void many_statements(Check& check) {
  if (check.transactional()) return;
  const LintStatement* first = nullptr;
  for (const LintStatement& statement : check.statements()) {
    if (prepares(statement)) continue;
    if (first != nullptr) {
      return check.found(statement, {}, "a second statement in a file without a transaction");
    }
    first = &statement;
  }
}

void edited_after_apply(Check& check) {
  const Migration& migration = *check.text.migration;
  if (!check.up || migration.repeatable) return;
  for (const AppliedText& applied : check.options.applied) {
    if (applied.domain != migration.domain) continue;
    if (!same_version(applied.version, migration.version)) continue;
    const bool same = applied.checksum == text_checksum(migration.up) ||
                      applied.meaning == meaning_checksum(migration, check.engine());
    if (!same) {
      check.found("is not the text that was applied");
    }
  }
}

// "${name}" and "{{name}}" as tokens; `next` is what follows.
bool begins_placeholder(const SqlWord& word, const SqlWord* next) {
  if (next == nullptr || word.offset + word.length != next->offset || !next->is("{")) return false;
  return word.text == "$" || word.is("{");
}

bool is_placeholder_text(std::string_view text) {
  if (text.size() < 5) return false;
  text = text.substr(1, text.size() - 2);
  const std::string said = lower(text);
  return (text.starts_with("${") && text.ends_with("}")) ||
         (text.starts_with("{{") && text.ends_with("}}")) || said == "changeme" || said == "fixme";
}

void placeholder_left(Check& check, const LintStatement& statement) {
  const Words words = statement.words;
  const bool programs = statement.kind == LintStatementKind::create_other ||
                        starts_with(words, {"begin", "not"}) || starts_with(words, {"prepare"});
  const bool operators = check.engine() == Engine::postgres;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const SqlWord& word = words[i];
    const bool argument =
        !programs && (word.kind == TokenKind::named || word.kind == TokenKind::dollar_number ||
                      (word.kind == TokenKind::question && !operators));
    const bool quoted =
        (word.kind == TokenKind::string || word.kind == TokenKind::quoted_name) &&
        is_placeholder_text(word.kind == TokenKind::string ? word.text : '"' + word.text + '"');
    if (!argument && !quoted &&
        !begins_placeholder(word, i + 1 < words.size() ? &words[i + 1] : nullptr)) {
      continue;
    }
    return check.found(statement, words.subspan(i), "a placeholder that nothing fills");
  }
}

constexpr std::size_t postgres_name_bytes = 63;
constexpr std::size_t mysql_name_characters = 64;

void identifier_too_long(Check& check, const LintStatement& statement) {
  const bool postgres = check.engine() == Engine::postgres;
  for (std::size_t i = 0; i < statement.words.size(); ++i) {
    const SqlWord& word = statement.words[i];
    if (!word.is_name()) continue;
    const bool fits = postgres ? word.text.size() <= postgres_name_bytes
                               : count_characters(word.text) <= mysql_name_characters;
    if (fits) continue;
    check.found(statement, Words(statement.words).subspan(i),
                postgres ? "a name of more than 63 bytes, which the server cuts"
                         : "a name of more than 64 characters");
  }
}

constexpr std::array<LintCheck, 9> checks{{
    {{"transaction-control", every_engine, LintSeverity::warning,
      "a statement begins or ends a transaction",
      "it ends the transaction of the file; on MySQL it protects nothing, since DDL commits",
      "take it out: a file runs in one transaction where the engine has that"},
     transaction_control,
     nullptr,
     true},
    {{"missing-down", every_engine, LintSeverity::warning,
      "a version has no down, though others of its folder have one", "going down stops there",
      "write the down, or mark the file `-- lockstep:irreversible`"},
     nullptr,
     missing_down},
    {{"empty-up", every_engine, LintSeverity::warning, "an up has no statement, and no comment",
      "it counts as applied, and what is written into it later never runs",
      "write the statements, or a comment that says why there are none"},
     nullptr,
     empty_up},
    {{"down-incomplete", every_engine, LintSeverity::warning,
      "the down leaves a table, column or other object that the up makes",
      "the next up fails on what is left", "undo it in the down"},
     nullptr,
     down_incomplete},
    {{"notransaction-not-idempotent", every_engine, LintSeverity::warning,
      "a file without a transaction makes or drops something without IF [NOT] EXISTS",
      "after a failure in the middle it cannot run again by hand",
      "IF NOT EXISTS, IF EXISTS; before CREATE INDEX CONCURRENTLY a DROP INDEX CONCURRENTLY IF "
      "EXISTS, which clears away an invalid one"},
     not_idempotent,
     nullptr,
     true},
    {{"notransaction-many-statements", every_engine, LintSeverity::warning,
      "more than one statement in a file without a transaction",
      "a failure leaves the first ones done", "one file for each statement"},
     nullptr,
     many_statements,
     true},
    {{"edited-after-apply", every_engine, LintSeverity::error,
      "the text of an applied version has changed",
      "databases that have applied it never see the change",
      "restore the text, and write the change as a new version"},
     nullptr,
     edited_after_apply},
    {{"placeholder-left", every_engine, LintSeverity::error, "a placeholder is in the text",
      "nothing fills ${name}, {{name}}, :name or ? in a migration",
      "write the value, or render the file before"},
     placeholder_left,
     nullptr,
     true},
    {{"identifier-too-long", servers, LintSeverity::error,
      "a name is longer than the server allows",
      "PostgreSQL cuts it without an error, so that two may become one; MySQL refuses it",
      "at most 63 bytes on PostgreSQL, 64 characters on MySQL"},
     identifier_too_long,
     nullptr,
     true},
}};

}  // namespace

std::span<const LintCheck> file_checks() { return checks; }

}  // namespace lockstep::detail
