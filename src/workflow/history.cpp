// SPDX-License-Identifier: BSL-1.0
#include "lockstep/workflow/history.hpp"

#include "filter.hpp"

namespace lockstep::workflow {
namespace {

using detail::statement;

// The count is there also if the page is empty: then its row has nothing else.
constexpr std::string_view page_name = "workflow.list_executions";
constexpr std::string_view page_head = R"(
SELECT counted.total_count, page.id, page.workflow_id, page.workflow_version, page.status,
       page.started_at, page.completed_at, page.error_type, page.error_message, page.error_node_id,
       page.error_context, page.return_value, page.created_at
FROM (
  SELECT COUNT(*) AS total_count
  FROM executions)";
constexpr std::string_view page_middle = R"(
) AS counted
LEFT JOIN (
  SELECT id, workflow_id, workflow_version, status, started_at, completed_at,
         error_type, error_message, error_node_id, error_context, return_value, created_at
  FROM executions)";
constexpr std::string_view page_tail = R"(
  ORDER BY started_at DESC, id DESC
  LIMIT :limit OFFSET :offset
) AS page ON 1 = 1
ORDER BY page.started_at DESC, page.id DESC)";

template <unsigned conditions>
struct PageOf {
  using Where = detail::Where<conditions>;
  static constexpr Sql sql =
      statement(detail::Joined<page_name, Where::name>::value,
                detail::Joined<page_head, Where::text, page_middle, Where::text, page_tail>::value,
                {.mysql = detail::Joined<page_head, Where::text_mysql, page_middle,
                                         Where::text_mysql, page_tail>::value});
};

constexpr auto pages = []<unsigned... conditions>(std::integer_sequence<unsigned, conditions...>) {
  return std::array{&PageOf<conditions>::sql...};
}
(std::make_integer_sequence<unsigned, detail::all_conditions>());

constexpr Sql of_workflow_sql = statement("workflow.list_executions_by_workflow", R"(
SELECT id, workflow_id, workflow_version, status, started_at, completed_at,
       error_type, error_message, error_node_id, error_context, return_value, created_at
FROM executions
WHERE workflow_id = :workflow_id
ORDER BY started_at DESC, id DESC
LIMIT :limit)");

constexpr Sql of_status_sql = statement("workflow.list_executions_by_status", R"(
SELECT id, workflow_id, workflow_version, status, started_at, completed_at,
       error_type, error_message, error_node_id, error_context, return_value, created_at
FROM executions
WHERE status = :status
ORDER BY started_at DESC, id DESC
LIMIT :limit)");

// A row of a page: an execution, or nothing if the page is empty.
struct PageRow {
  std::int64_t total_count = 0;
  std::optional<std::string> id;
  std::optional<std::string> workflow_id;
  std::optional<std::string> workflow_version;
  std::optional<ExecutionStatus> status;
  std::optional<Timestamp> started_at;
  std::optional<Timestamp> completed_at;
  std::optional<ErrorType> error_type;
  std::optional<std::string> error_message;
  std::optional<std::string> error_node_id;
  std::optional<Json> error_context;
  std::optional<Json> return_value;
  std::optional<Timestamp> created_at;

  static constexpr void columns(auto&& column) {
    column("total_count", &PageRow::total_count);
    column("id", &PageRow::id);
    column("workflow_id", &PageRow::workflow_id);
    column("workflow_version", &PageRow::workflow_version);
    column("status", &PageRow::status);
    column("started_at", &PageRow::started_at);
    column("completed_at", &PageRow::completed_at);
    column("error_type", &PageRow::error_type);
    column("error_message", &PageRow::error_message);
    column("error_node_id", &PageRow::error_node_id);
    column("error_context", &PageRow::error_context);
    column("return_value", &PageRow::return_value);
    column("created_at", &PageRow::created_at);
  }
};

// The execution of a row that has one.
Execution execution(PageRow row) {
  return {.id = std::move(row.id).value(),
          .workflow_id = std::move(row.workflow_id).value(),
          .workflow_version = std::move(row.workflow_version).value(),
          .status = row.status.value(),
          .started_at = row.started_at,
          .completed_at = row.completed_at,
          .error_type = row.error_type,
          .error_message = std::move(row.error_message),
          .error_node_id = std::move(row.error_node_id),
          .error_context = std::move(row.error_context),
          .return_value = std::move(row.return_value),
          .created_at = row.created_at.value()};
}

}  // namespace

std::span<const Sql* const> detail::history_statements() noexcept {
  static const std::vector<const Sql*> all = [] {
    std::vector<const Sql*> list(pages.begin(), pages.end());
    list.insert(list.end(), {&of_workflow_sql, &of_status_sql});
    return list;
  }();
  return all;
}

ExecutionPage list_executions(Executor& db, const ExecutionFilter& filter, const Page& page) {
  detail::Selection selection = detail::select(filter);
  selection.limit = detail::row_limit(page.limit);
  selection.offset = detail::row_offset(page.offset);
  ExecutionPage out{.executions = {}, .limit = page.limit, .offset = page.offset};
  for (PageRow& row : db.fetch_all<PageRow>(*pages[selection.conditions()], selection)) {
    out.total_count = row.total_count;
    if (row.id) out.executions.push_back(execution(std::move(row)));
  }
  return out;
}

std::vector<Execution> list_executions_by_workflow(Executor& db, std::string_view workflow_id,
                                                   std::optional<std::int64_t> limit) {
  require_key("execution.workflow_id", workflow_id);
  return db.fetch_all<Execution>(of_workflow_sql, workflow_id, detail::row_limit(limit));
}

std::vector<Execution> list_executions_by_status(Executor& db, ExecutionStatus status,
                                                 std::optional<std::int64_t> limit) {
  return db.fetch_all<Execution>(of_status_sql, status, detail::row_limit(limit));
}

}  // namespace lockstep::workflow
