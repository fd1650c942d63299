// SPDX-License-Identifier: BSL-1.0
#include "core/describe_error.hpp"

#include <algorithm>

namespace lockstep::detail {
namespace {

std::vector<std::string> split_columns(std::string_view text) {
  std::vector<std::string> columns;
  while (!text.empty()) {
    const auto comma = std::min(text.find(", "), text.size());
    columns.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 2, text.size()));
  }
  return columns;
}

std::string join_columns(const std::vector<std::string>& columns) {
  std::string text;
  for (const std::string& column : columns) text += (text.empty() ? "" : ", ") + column;
  return text;
}

// Adds what the module's list of constraints knows and the engine did not tell.
void complete(ErrorInfo& info, std::span<const Constraint> known) {
  const auto by_name = [&](const Constraint& c) { return c.name == info.constraint; };
  const auto by_columns = [&, columns = join_columns(info.columns)](const Constraint& c) {
    return c.table == info.table && c.columns == columns;
  };
  if (!info.constraint.empty()) {
    const auto it = std::find_if(known.begin(), known.end(), by_name);
    if (it == known.end()) return;
    info.table = it->table;
    info.columns = split_columns(it->columns);
  } else if (info.kind == ErrorKind::duplicate && !info.columns.empty()) {
    const auto it = std::find_if(known.begin(), known.end(), by_columns);
    if (it != known.end()) info.constraint = it->name;
  }
}

}  // namespace

ErrorInfo describe_error(const Dialect& dialect, const NativeError& e, const Query& query,
                   const LexedSql* lexed) {
  ErrorInfo info;
  info.kind = dialect.classify(e);
  info.engine = dialect.name;
  info.native_code = e.code;
  info.sqlstate = e.sqlstate;
  info.constraint = e.constraint;
  info.table = e.table;
  info.columns = e.columns;
  info.statement = query.name();
  info.server_message = e.message;
  info.row = e.row;
  if (lexed == nullptr) info.offset = e.offset;  // of the text as it was written
  info.location = query.location();
  const bool about_constraint =
      info.kind == ErrorKind::duplicate || info.kind == ErrorKind::foreign_key ||
      info.kind == ErrorKind::not_null || info.kind == ErrorKind::check ||
      (info.kind == ErrorKind::too_long && !info.constraint.empty());
  if (!about_constraint) return info;
  // What a DELETE meets is the key of another table, which SQLite does not name.
  const bool elsewhere = info.kind == ErrorKind::foreign_key && lexed != nullptr &&
                         lexed->kind == StatementKind::erase;
  if (info.table.empty() && lexed != nullptr && !elsewhere) info.table = lexed->table;
  // MySQL calls every primary key PRIMARY.
  if (info.constraint == "PRIMARY") info.constraint = "pk_" + info.table;
  complete(info, query.constraints());
  return info;
}

}  // namespace lockstep::detail
