// SPDX-License-Identifier: BSL-1.0
#include <algorithm>
#include <filesystem>

#include "lockstep/schema_dump.hpp"
#include "migrate/forms/layout.hpp"
#include "migrate/forms/names.hpp"
#include "migrate/parity/word_reader.hpp"
#include "migrate/pinned.hpp"
#include "migrate/splitter.hpp"

namespace lockstep {
namespace {

[[noreturn]] void refuse(std::string_view name, std::size_t line, const std::string& why) {
  raise(ErrorKind::invalid_data, std::string(name) + ':' + std::to_string(line) + ": " + why);
}

std::vector<MigrationStatement> split(std::string_view text, std::string_view name, Engine engine) {
  detail::SplitText split =
      detail::split_statements(text, engine, detail::quotes_of_engine(engine));
  if (!split.fault.empty()) refuse(name, split.fault_line, split.fault);
  for (const MigrationStatement& statement : split.statements) {
    if (detail::controls_transaction(statement.text, engine)) {
      refuse(name, statement.line, "it begins or ends a transaction, and runs in one already");
    }
  }
  return std::move(split.statements);
}

// Whether MySQL keeps its transaction open through all of them.
bool only_rows(const std::vector<MigrationStatement>& statements, const LexicalRules& rules) {
  return std::ranges::all_of(statements, [&](const MigrationStatement& statement) {
    const auto words = detail::words_of_sql(statement.text, rules);
    return detail::WordReader(words).at_any(
        {"insert", "update", "delete", "replace", "select", "with", "set"});
  });
}

// A connection under the engine's own settings, as the client of the engine has them.
class Script {
 public:
  Script(Database& db, std::string_view name) : connection_(db), name_(name) {
    connection_.use_settings(SettingsOf::engine);
  }

  void run(const std::vector<MigrationStatement>& statements) {
    const bool undo = connection_.capabilities().transactional_ddl ||
                      only_rows(statements, connection_.dialect().lexical);
    try {
      if (undo) connection_.begin();
      for (const MigrationStatement& statement : statements) run(statement);
      if (undo) connection_.commit();
    } catch (...) {
      connection_.rollback();
      throw;
    }
  }

 private:
  void run(const MigrationStatement& statement) {
    try {
      connection_.run(statement.text);
    } catch (const Error& error) {
      ErrorInfo info = error.info();
      info.what = std::string(name_) + ':' + std::to_string(statement.line) + ": " +
                  std::string(phrase(error.kind()));
      raise(std::move(info));
    }
  }

  detail::Pinned connection_;
  std::string_view name_;
};

}  // namespace

void run_script(Database& db, std::string_view text, std::string_view name) {
  Script(db, name).run(split(text, name, db.dialect().engine));
}

std::vector<std::string> seed(Database& db, const std::filesystem::path& path) {
  const Engine engine = db.dialect().engine;
  std::vector<std::pair<std::string, std::string>> files;
  if (std::filesystem::is_regular_file(path)) {
    const auto source = detail::disk_source(path.has_parent_path() ? path.parent_path() : ".");
    files.emplace_back(path.string(), source.read(path.filename().string()));
  } else {
    const auto source = detail::disk_source(path);
    const detail::Layout layout = detail::choose_files(engine, source);
    for (const std::string& name : layout.paths) {
      if (!detail::is_sql_file(name)) continue;
      files.emplace_back(layout.prefix + name, source.read(layout.prefix + name));
    }
  }
  if (files.empty()) raise(ErrorKind::invalid_data, path.string() + " has no .sql file");
  for (const auto& [name, text] : files) static_cast<void>(split(text, name, engine));
  std::vector<std::string> done;
  for (const auto& [name, text] : files) {
    run_script(db, text, name);
    done.push_back(name);
  }
  return done;
}

}  // namespace lockstep
