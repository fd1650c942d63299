// SPDX-License-Identifier: BSL-1.0
#include <algorithm>
#include <sstream>

#include "rows.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::workflow;

// What export(out) writes.
template <class F>
std::string written(F&& f) {
  std::ostringstream out;
  f(out);
  return out.str();
}

std::string executions_as(Executor& ex, ExportFormat format, const ExecutionFilter& filter = {}) {
  return written([&](std::ostream& out) { export_executions(ex, out, format, filter); });
}

// One that has everything, in texts that have to be escaped, and one that has nothing.
void save_two(Executor& ex) {
  Execution given = execution("e-1", "say \"hi\", all", noon, ExecutionStatus::failed);
  given.error_type = ErrorType::data;
  given.error_message = "line 1\r\nline 2\t\\ \b\f\x01\x1f \xC3\xA9";
  given.error_node_id = "n\"1";
  given.error_context = Json{R"({"a":  [1, null]})"};
  given.return_value = Json{R"("a, \"b\"")"};
  save_execution(ex, given);
  save_execution(ex, execution("e-2", "wf", noon - 1us));
}

TEST_CASE_FIXTURE(Migrated, "export_executions: JSON, an object on each line") {
  on_both([&](Executor& ex) {
    CHECK(executions_as(ex, ExportFormat::json) == "[]\n");
    save_two(ex);
    CHECK(executions_as(ex, ExportFormat::json) ==
          "[\n"
          R"({"id":"e-1","workflow_id":"say \"hi\", all","workflow_version":"1.0.0",)"
          R"("status":"failed","started_at":"2024-03-10T12:00:00.123456Z",)"
          R"("completed_at":"2024-03-10T12:00:01.123456Z","error_type":"data",)"
          R"("error_message":"line 1\r\nline 2\t\\ \b\f\u0001\u001f )"
          "\xC3\xA9"
          R"(","error_node_id":"n\"1","error_context":{"a":  [1, null]},)"
          R"("return_value":"a, \"b\"","created_at":"2024-03-10T00:00:00.123456Z"})"
          ",\n"
          R"({"id":"e-2","workflow_id":"wf","workflow_version":"1.0.0","status":"running",)"
          R"("started_at":"2024-03-10T12:00:00.123455Z","completed_at":null,"error_type":null,)"
          R"("error_message":null,"error_node_id":null,"error_context":null,)"
          R"("return_value":null,"created_at":"2024-03-10T00:00:00.123456Z"})"
          "\n]\n");
    require_json("export", executions_as(ex, ExportFormat::json));
  });
}

TEST_CASE_FIXTURE(Migrated, "export_executions: CSV, a header and a record for each") {
  on_both([&](Executor& ex) {
    const std::string header =
        "id,workflow_id,workflow_version,status,started_at,completed_at,error_type,error_message,"
        "error_node_id,error_context,return_value,created_at\r\n";
    CHECK(executions_as(ex, ExportFormat::csv) == header);
    save_two(ex);
    CHECK(executions_as(ex, ExportFormat::csv) ==
          header +
              "e-1,\"say \"\"hi\"\", all\",1.0.0,failed,2024-03-10T12:00:00.123456Z,"
              "2024-03-10T12:00:01.123456Z,data,"
              "\"line 1\r\nline 2\t\\ \b\f\x01\x1f \xC3\xA9\",\"n\"\"1\","
              "\"{\"\"a\"\":  [1, null]}\",\"\"\"a, \\\"\"b\\\"\"\"\"\","
              "2024-03-10T00:00:00.123456Z\r\n"
              "e-2,wf,1.0.0,running,2024-03-10T12:00:00.123455Z,,,,,,,"
              "2024-03-10T00:00:00.123456Z\r\n");
  });
}

TEST_CASE_FIXTURE(Migrated, "export_node_executions: numbers are numbers, empty is not null") {
  on_both([&](Executor& ex) {
    save_execution(ex, execution("e-1"));
    NodeExecution node = node_of("e-1", "n-1");
    node.status = NodeStatus::failed;
    node.error_type = ErrorType::timeout;
    node.error_message = "";
    node.inputs = Json{"[\n1]"};
    node.retry_count = 3;
    save_node_execution(ex, node);
    const auto as = [&](ExportFormat format) {
      return written(
          [&](std::ostream& out) { CHECK(export_node_executions(ex, out, format, "e-1") == 1); });
    };
    CHECK(as(ExportFormat::json) ==
          "[\n"
          R"({"id":"n-1","execution_id":"e-1","node_id":"fetch","node_type":"mcp_tool",)"
          R"("status":"failed","started_at":"2024-03-10T12:00:00.123456Z","completed_at":null,)"
          "\"inputs\":[\n1],\"outputs\":null,"
          R"("error_type":"timeout","error_message":"","error_context":null,"retry_count":3})"
          "\n]\n");
    CHECK(as(ExportFormat::csv) ==
          "id,execution_id,node_id,node_type,status,started_at,completed_at,inputs,outputs,"
          "error_type,error_message,error_context,retry_count\r\n"
          "n-1,e-1,fetch,mcp_tool,failed,2024-03-10T12:00:00.123456Z,,\"[\n1]\",,"
          "timeout,\"\",,3\r\n");
  });
}

TEST_CASE_FIXTURE(Migrated, "export_variable_snapshots: in the order in which they were made") {
  on_both([&](Executor& ex) {
    save_execution(ex, execution("e-1"));
    const std::string first = std::to_string(save_variable_snapshot(ex, change_of("e-1", "a")).id);
    VariableSnapshot change = change_of("e-1", "b", noon - 1s);
    change.old_value = Json{"null"};
    change.new_value.reset();
    const std::string second = std::to_string(save_variable_snapshot(ex, change).id);
    const auto as = [&](ExportFormat format) {
      return written([&](std::ostream& out) {
        CHECK(export_variable_snapshots(ex, out, format, "e-1") == 2);
      });
    };
    CHECK(as(ExportFormat::csv) ==
          "id,execution_id,node_execution_id,variable_name,old_value,new_value,timestamp\r\n" +
              second + ",e-1,,b,null,,2024-03-10T11:59:59.123456Z\r\n" + first +
              ",e-1,,a,,1,2024-03-10T12:00:00.123456Z\r\n");
    CHECK(as(ExportFormat::json) ==
          "[\n{\"id\":" + second +
              R"(,"execution_id":"e-1","node_execution_id":null,"variable_name":"b",)"
              R"("old_value":null,"new_value":null,"timestamp":"2024-03-10T11:59:59.123456Z"})"
              ",\n{\"id\":" +
              first +
              R"(,"execution_id":"e-1","node_execution_id":null,"variable_name":"a",)"
              R"("old_value":null,"new_value":1,"timestamp":"2024-03-10T12:00:00.123456Z"})"
              "\n]\n");
  });
}

TEST_CASE_FIXTURE(Migrated, "export: the filter of lists, and their order") {
  on_both([&](Executor& ex) {
    save_execution(ex, execution("e-1", "alpha", noon, ExecutionStatus::completed));
    save_execution(ex, execution("e-2", "beta", noon + 1s, ExecutionStatus::completed));
    save_execution(ex, execution("e-3", "ALPHABET", noon + 2s, ExecutionStatus::failed));
    save_execution(ex, execution("e-4", "alpha", noon + 2s, ExecutionStatus::failed));
    using enum ExecutionStatus;
    for (const ExecutionFilter& filter :
         {ExecutionFilter{}, ExecutionFilter{.workflow_id = "alpha"},
          ExecutionFilter{.status = failed}, ExecutionFilter{.workflow_name_search = "bet"},
          ExecutionFilter{.workflow_id = "alpha", .status = failed},
          ExecutionFilter{.workflow_id = "beta", .workflow_name_search = "BET"},
          ExecutionFilter{.status = failed, .workflow_name_search = "alpha"},
          ExecutionFilter{.workflow_id = "alpha", .status = failed, .workflow_name_search = "a"},
          ExecutionFilter{.started_after = noon + 1s, .started_before = noon + 2s}}) {
      const auto expected = ids(list_executions(ex, filter).executions);
      REQUIRE_FALSE(expected.empty());
      std::istringstream lines(executions_as(ex, ExportFormat::csv, filter));
      Ids found;
      std::string line;
      std::getline(lines, line);
      while (std::getline(lines, line)) found.push_back(line.substr(0, line.find(',')));
      CHECK(found == expected);
    }
  });
}

TEST_CASE_FIXTURE(Migrated, "export: thousands of rows, and the connection is free afterwards") {
  using Row = std::tuple<std::string, Timestamp>;
  std::vector<Row> rows;
  for (int n = 0; n < 3'000; ++n) rows.emplace_back("e-" + std::to_string(n), noon + n * 1s);
  db.insert_all(
      "INSERT INTO executions (id, workflow_id, workflow_version, status, started_at) "
      "VALUES (?, 'wf', '1', 'completed', ?)",
      rows);
  on_both([&](Executor& ex) {
    std::ostringstream out;
    CHECK(export_executions(ex, out, ExportFormat::csv) == 3'000);
    CHECK(std::ranges::count(out.str(), '\n') == 3'001);
    CHECK(count(ex, "executions") == 3'000);
  });
}

TEST_CASE_FIXTURE(Migrated, "export: a stream that fails is IoError, and the executor goes on") {
  on_both([&](Executor& ex) {
    save_two(ex);
    for (const ExportFormat format : {ExportFormat::json, ExportFormat::csv}) {
      std::ostringstream out;
      out.setstate(std::ios::badbit);
      caught<IoError>(ex, [&](Executor& on) { export_executions(on, out, format); });
      CHECK(out.str().empty());
    }
    CHECK(count(ex, "executions") == 2);
  });
}

TEST_CASE_FIXTURE(Migrated, "export: stored text that is not JSON is CorruptData in JSON only") {
  on_both([&](Executor& ex) {
    save_two(ex);
    ex.execute("UPDATE executions SET return_value = 'secret' WHERE id = 'e-2'");
    const auto e =
        caught<CorruptData>(ex, [](Executor& on) { executions_as(on, ExportFormat::json); });
    CHECK(std::string_view(e.what()).find("return_value") != std::string_view::npos);
    CHECK(std::string_view(e.what()).find("secret") == std::string_view::npos);
    CHECK(executions_as(ex, ExportFormat::csv).find(",secret,") != std::string::npos);
  });
}

TEST_CASE_FIXTURE(Migrated, "export: what cannot be asked is InvalidArgument, nothing is written") {
  on_both([&](Executor& ex) {
    std::ostringstream out;
    const ExecutionFilter backwards{.started_after = noon, .started_before = noon - 1us};
    caught<InvalidArgument>(
        ex, [&](Executor& on) { export_executions(on, out, ExportFormat::csv, backwards); });
    check_refuses_bad_keys(
        ex, "execution.id",
        [&](Executor& on, const std::string& key) {
          export_node_executions(on, out, ExportFormat::csv, key);
        },
        64);
    check_refuses_bad_keys(
        ex, "execution.id",
        [&](Executor& on, const std::string& key) {
          export_variable_snapshots(on, out, ExportFormat::csv, key);
        },
        64);
    CHECK(out.str().empty());
  });
}

}  // namespace
}  // namespace lockstep::tests
