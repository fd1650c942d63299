// SPDX-License-Identifier: BSL-1.0
#include "lockstep/workflow/export.hpp"

#include <ostream>

#include "filter.hpp"
#include "lockstep/detail/row_text.hpp"
#include "lockstep/workflow/variable.hpp"

namespace lockstep::workflow {
namespace {

using detail::statement;

constexpr std::string_view executions_name = "workflow.export_executions";
constexpr std::string_view executions_head = R"(
  SELECT id, workflow_id, workflow_version, status, started_at, completed_at,
         error_type, error_message, error_node_id, error_context, return_value, created_at
  FROM executions)";
constexpr std::string_view executions_tail = R"(
  ORDER BY started_at DESC, id DESC)";

template <unsigned conditions>
struct ExportOf {
  using Where = detail::Where<conditions>;
  static constexpr Sql sql = statement(
      detail::Joined<executions_name, Where::name>::value,
      detail::Joined<executions_head, Where::text, executions_tail>::value,
      {.mysql = detail::Joined<executions_head, Where::text_mysql, executions_tail>::value});
};

constexpr auto exports =
    []<unsigned... conditions>(std::integer_sequence<unsigned, conditions...>) {
  return std::array{&ExportOf<conditions>::sql...};
}
(std::make_integer_sequence<unsigned, detail::all_conditions>());

constexpr Sql nodes_sql = statement("workflow.export_node_executions", R"(
SELECT id, execution_id, node_id, node_type, status, started_at, completed_at,
       inputs, outputs, error_type, error_message, error_context, retry_count
FROM node_executions
WHERE execution_id = :execution_id
ORDER BY started_at, id)");

constexpr Sql snapshots_sql = statement("workflow.export_variable_snapshots", R"(
SELECT id, execution_id, node_execution_id, variable_name, old_value, new_value, timestamp
FROM variable_snapshots
WHERE execution_id = :execution_id
ORDER BY timestamp, id)");

void put(std::ostream& out, std::string_view text) {
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  if (!out) raise(ErrorKind::io_error, "export: the stream has failed");
}

template <class T>
std::uint64_t write_json(std::ostream& out, RowStream<T> rows) {
  std::uint64_t count = 0;
  std::string line;
  for (const T& row : rows) {
    line = count++ == 0 ? "[\n" : ",\n";
    lockstep::detail::append_json_object(line, row);
    put(out, line);
  }
  put(out, count == 0 ? "[]\n" : "\n]\n");
  return count;
}

template <class T>
std::uint64_t write_csv(std::ostream& out, RowStream<T> rows) {
  std::uint64_t count = 0;
  std::string line;
  lockstep::detail::append_csv_header<T>(line);
  put(out, line);
  for (const T& row : rows) {
    line.clear();
    lockstep::detail::append_csv_record(line, row);
    put(out, line);
    ++count;
  }
  return count;
}

template <class T>
std::uint64_t write(std::ostream& out, ExportFormat format, RowStream<T> rows) {
  return format == ExportFormat::json ? write_json(out, std::move(rows))
                                      : write_csv(out, std::move(rows));
}

}  // namespace

std::span<const Sql* const> detail::export_statements() noexcept {
  static const std::vector<const Sql*> all = [] {
    std::vector<const Sql*> list(exports.begin(), exports.end());
    list.insert(list.end(), {&nodes_sql, &snapshots_sql});
    return list;
  }();
  return all;
}

std::uint64_t export_executions(Executor& db, std::ostream& out, ExportFormat format,
                                const ExecutionFilter& filter) {
  const detail::Selection selection = detail::select(filter);
  return write(out, format, db.stream<Execution>(*exports[selection.conditions()], selection));
}

std::uint64_t export_node_executions(Executor& db, std::ostream& out, ExportFormat format,
                                     std::string_view execution_id) {
  require_key("execution.id", execution_id, detail::id_size);
  return write(out, format, db.stream<NodeExecution>(nodes_sql, execution_id));
}

std::uint64_t export_variable_snapshots(Executor& db, std::ostream& out, ExportFormat format,
                                        std::string_view execution_id) {
  require_key("execution.id", execution_id, detail::id_size);
  return write(out, format, db.stream<VariableSnapshot>(snapshots_sql, execution_id));
}

}  // namespace lockstep::workflow
