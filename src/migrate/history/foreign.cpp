// SPDX-License-Identifier: BSL-1.0
#include "migrate/history/foreign.hpp"

#include <algorithm>

#include "migrate/history/foreign_sql.hpp"

namespace lockstep {
namespace {

constexpr std::array<std::string_view, 9> tool_names{
    "auto",      "golang-migrate", "goose", "dbmate", "sql-migrate",
    "itinerary", "flyway",         "sqlx",  "diesel"};

}  // namespace

std::string_view to_string(MigrationTool tool) noexcept {
  return tool_names[static_cast<std::size_t>(tool)];
}

std::optional<MigrationTool> migration_tool(std::string_view name) noexcept {
  const auto found = std::ranges::find(tool_names, name);
  if (found == tool_names.end()) return std::nullopt;
  return static_cast<MigrationTool>(found - tool_names.begin());
}

namespace detail {
namespace {

using Columns = std::vector<std::string>;

[[noreturn]] void refuse(const std::string& why) {
  raise(ErrorKind::invalid_state, "adopt: " + why);
}

// A row of a tool's table, in the columns that foreign_sql.hpp gives all of them.
struct ForeignRow {
  std::optional<std::string> version;
  std::optional<std::string> name;
  std::optional<std::string> script;
  std::optional<std::string> applied_at;
  std::optional<std::string> checksum;
  std::optional<std::string> kind;
  std::int64_t ok = 1;
  static constexpr void columns(auto&& column) {
    column("version", &ForeignRow::version);
    column("name", &ForeignRow::name);
    column("script", &ForeignRow::script);
    column("applied_at", &ForeignRow::applied_at);
    column("checksum", &ForeignRow::checksum);
    column("kind", &ForeignRow::kind);
    column("ok", &ForeignRow::ok);
  }
};

using ForeignRows = std::vector<ForeignRow>;

// In alphabetical order; none if the table is not there.
Columns columns_of(Pinned& connection, std::string_view table) {
  const ForeignWords& words = foreign_words(connection.dialect().engine);
  Columns columns = connection.fetch_all<std::string>(words.columns, named("name", table));
  std::ranges::sort(columns);
  return columns;
}

// A table whose name several tools share is told by its columns, which must be these; of others
// the first must be there.
bool fits(const ForeignTable& table, const Columns& columns) {
  if (table.shared_name) return std::ranges::equal(columns, table.columns());
  return std::ranges::find(columns, table.columns().front()) != columns.end();
}

std::string join(const Columns& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

const ForeignTable& detect_table(Pinned& connection) {
  const ForeignTable* found = nullptr;
  for (const ForeignTable& table : foreign_tables) {
    if (!fits(table, columns_of(connection, table.name))) continue;
    if (found != nullptr) {
      refuse("there are tables of several migrators, " + std::string(found->name) + " and " +
             std::string(table.name) + ": say which tool is meant");
    }
    found = &table;
  }
  if (found == nullptr) refuse("no table of another migrator is in this schema");
  return *found;
}

const ForeignTable& find_table(Pinned& connection, MigrationTool tool) {
  if (tool == MigrationTool::detect) return detect_table(connection);
  const ForeignTable& table = *std::ranges::find(foreign_tables, tool, &ForeignTable::tool);
  const Columns columns = columns_of(connection, table.name);
  if (columns.empty()) {
    refuse("there is no table " + std::string(table.name) + " of " + std::string(to_string(tool)) +
           " in this schema");
  }
  if (!fits(table, columns)) {
    refuse("the table " + std::string(table.name) + " has the columns " + join(columns) +
           ", which is not what " + std::string(to_string(tool)) + " makes");
  }
  return table;
}

std::string render(std::string_view text, const ForeignWords& words) {
  std::string out(text);
  const auto replace = [&out](std::string_view mark, std::string_view form) {
    for (auto at = out.find(mark); at != std::string::npos; at = out.find(mark, at)) {
      const auto end = out.find('}', at);
      const std::string column = out.substr(at + mark.size(), end - at - mark.size());
      std::string value(form);
      value.replace(value.find("{}"), 2, column);
      out.replace(at, end + 1 - at, value);
      at += value.size();
    }
  };
  replace("{text ", words.text);
  replace("{time ", words.time);
  replace("{hex ", words.hex);
  return out;
}

ForeignVersion make_version(const ForeignRow& row) {
  ForeignVersion version{row.version.value_or(""), row.name.value_or(""), row.script.value_or("")};
  Timestamp at;
  if (row.applied_at && parse_timestamp(*row.applied_at, at)) version.applied_at = at;
  version.checksum = row.checksum.value_or("");
  return version;
}

void forget(ForeignHistory& history, const std::string& version) {
  std::erase_if(history.versions, [&](const ForeignVersion& v) { return v.version == version; });
}

// golang-migrate keeps the latest version alone.
void read_latest(ForeignHistory& history, const ForeignRows& rows) {
  for (const ForeignRow& row : rows) {
    if (row.ok == 0) {
      refuse("golang-migrate has left version " + *row.version +
             " dirty: look what of it is done, set it right there (`migrate force`), then adopt");
    }
    if (row.version->starts_with('-')) continue;  // nothing is applied
    history.all_up_to = *row.version;
    history.versions.push_back(make_version(row));
  }
}

// Of goose: the last row of a version tells whether it is applied; version 0 is its own.
void read_goose(ForeignHistory& history, const ForeignRows& rows) {
  for (const ForeignRow& row : rows) {
    if (*row.version == "0") continue;
    forget(history, *row.version);
    if (row.ok != 0) history.versions.push_back(make_version(row));
  }
}

void read_flyway(ForeignHistory& history, const ForeignRows& rows) {
  for (const ForeignRow& row : rows) {
    const std::string& kind = *row.kind;
    if (row.ok == 0) {
      refuse("flyway has a failed run of " + row.script.value_or("a script") +
             ": mend it there (`flyway repair`), then adopt");
    }
    if (kind == "SCHEMA") continue;
    if (!row.version) {
      std::erase_if(history.versions, [&](const ForeignVersion& v) {
        return v.repeatable && v.script == row.script;
      });
      if (kind != "DELETE") history.versions.push_back(make_version(row));
      if (kind != "DELETE") history.versions.back().repeatable = true;
    } else if (kind == "BASELINE") {
      history.all_up_to = *row.version;
      history.baseline = true;
    } else {
      forget(history, *row.version);
      if (!kind.starts_with("UNDO") && kind != "DELETE") {
        history.versions.push_back(make_version(row));
      }
    }
  }
}

void read_list(ForeignHistory& history, const ForeignRows& rows) {
  for (const ForeignRow& row : rows) {
    if (row.ok == 0) {
      refuse(std::string(to_string(history.tool)) + " has a failed run of version " +
             row.version.value_or("") + ": mend it there, then adopt");
    }
    history.versions.push_back(make_version(row));
  }
}

}  // namespace

ForeignHistory read_foreign(Pinned& connection, MigrationTool tool) {
  const ForeignTable& table = find_table(connection, tool);
  const std::string query = render(table.select, foreign_words(connection.dialect().engine));
  const auto rows = connection.fetch_all<ForeignRow>(query);
  ForeignHistory history{table.tool, std::string(table.name)};
  switch (table.tool) {
    case MigrationTool::golang_migrate:
      read_latest(history, rows);
      break;
    case MigrationTool::goose:
      read_goose(history, rows);
      break;
    case MigrationTool::flyway:
      read_flyway(history, rows);
      break;
    default:
      read_list(history, rows);
  }
  return history;
}

}  // namespace detail
}  // namespace lockstep
