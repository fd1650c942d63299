// SPDX-License-Identifier: BSL-1.0
// A workflow's day. run_retention is left out: it deletes executions of others too.
#include <sstream>

#include "cli/story.hpp"
#include "lockstep/workflow/workflow.hpp"

namespace lockstep::cli {
namespace {

using namespace std::chrono_literals;
using workflow::ErrorType;

constexpr std::string_view workflow_id = "demo-nightly";
constexpr std::string_view first = "demo-nightly-1";

// Deleting an execution deletes its nodes and the history of its variables.
void remove_rows(Database& db) {
  db.transaction([](Transaction& tx) {
    for (const auto* id : {"demo-nightly-1", "demo-nightly-2", "demo-nightly-3", "demo-nightly-4",
                           "demo-nightly-5"}) {
      ignore_not_found([&] { workflow::delete_execution(tx, id); });
    }
  });
}

std::string in_minutes(std::chrono::microseconds duration) {
  return std::to_string(std::chrono::duration_cast<std::chrono::minutes>(duration).count()) +
         " min";
}

std::string value(const std::optional<Json>& json) { return json ? json->text : "nothing"; }

void tell_execution(const workflow::Execution& run) {
  std::string rest = clock_time(run.started_at.value()) + "  " + std::string(to_text(run.status));
  if (run.completed_at) rest += " after " + in_minutes(workflow::duration(run));
  if (run.return_value) rest += ", returned " + run.return_value->text;
  if (run.error_type) {
    rest += ", " + std::string(to_text(*run.error_type)) + " error in " +
            run.error_node_id.value_or("no node") + ": " + run.error_message.value();
  }
  tell("execution", run.id, rest);
}

void tell_nodes(Executor& db, std::string_view execution_id) {
  for (const auto& node : workflow::load_nodes(db, execution_id)) {
    std::string rest =
        node.node_id + " (" + node.node_type + "): " + std::string(to_text(node.status));
    if (node.completed_at) rest += " at " + clock_time(*node.completed_at);
    if (node.retry_count > 0) rest += ", retries: " + std::to_string(node.retry_count);
    if (node.outputs) rest += ", " + node.outputs->text;
    tell("node", node.id, rest);
  }
}

// A new execution has a random id: those of the story are known by theirs.
workflow::Execution new_execution(std::string_view id) {
  auto execution = workflow::new_execution(std::string(workflow_id), "1.0.0");
  execution.id = id;
  return execution;
}

workflow::NodeExecution new_node(std::string_view execution_id, std::string_view node_id,
                                 std::string_view type) {
  return {.id = std::string(execution_id) + "-" + std::string(node_id),
          .execution_id = std::string(execution_id),
          .node_id = std::string(node_id),
          .node_type = std::string(type)};
}

void begin(Database& db, StoryClock& clock) {
  title(clock, 360min, "an execution starts, with its nodes");
  auto execution = new_execution(first);
  workflow::start(execution, db.now());
  auto fetch = new_node(first, "fetch", "mcp_tool");
  fetch.inputs = Json{R"({"url": "https://example.org/orders"})"};
  workflow::start(fetch, db.now());
  workflow::save_execution_with_nodes(db, execution,
                                      {fetch, new_node(first, "mail", "passthrough")});
  tell_execution(workflow::load_execution(db, first, false).execution);
  tell_nodes(db, first);
}

void change(Executor& db, std::optional<std::string_view> node, std::optional<Json> from,
            std::optional<Json> to) {
  workflow::VariableSnapshot change{.execution_id = std::string(first), .variable_name = "rows"};
  if (node) change.node_execution_id = std::string(first) + "-" + std::string(*node);
  change.old_value = std::move(from);
  change.new_value = std::move(to);
  workflow::save_variable_snapshot(db, change);
}

void finish(Database& db, StoryClock& clock) {
  change(db, {}, {}, Json{"0"});
  title(clock, 372min, "its nodes end, and it does");
  auto stored = workflow::load_execution(db, first);
  for (auto& node : stored.nodes) {
    if (node.node_id == "fetch") {
      node.retry_count = 1;
      workflow::complete(node, db.now(), Json{R"({"rows": 42})"});
    } else {
      workflow::skip(node, db.now());
    }
    workflow::save_node_execution(db, node);
  }
  change(db, "fetch", Json{"0"}, Json{"42"});
  workflow::complete(stored.execution, db.now(), Json{"42"});
  tell_execution(workflow::save_execution(db, stored.execution));
  tell_nodes(db, first);
  for (const auto& snapshot : workflow::list_variable_snapshots(db, first, "rows")) {
    tell("variable", snapshot.variable_name,
         clock_time(snapshot.timestamp.value()) + "  from " + value(snapshot.old_value) + " to " +
             value(snapshot.new_value) + ", by " +
             snapshot.node_execution_id.value_or("the start"));
  }
}

void go_wrong(Database& db, StoryClock& clock) {
  title(clock, 480min, "others end otherwise, or not yet");
  const auto save = [&](std::string_view id, std::chrono::minutes ends, auto end) {
    clock.set(480min);
    auto execution = new_execution(id);
    workflow::start(execution, db.now());
    clock.set(ends);
    end(execution);
    tell_execution(workflow::save_execution(db, execution));
  };
  save("demo-nightly-2", 485min, [&](workflow::Execution& execution) {
    workflow::fail(execution, db.now(),
                   {.type = ErrorType::connection,
                    .message = "example.org does not answer",
                    .node_id = "fetch"});
  });
  save("demo-nightly-3", 510min,
       [&](workflow::Execution& execution) { workflow::time_out(execution, db.now()); });
  save("demo-nightly-4", 520min, [](workflow::Execution&) {});
}

void tell_history(Executor& db) {
  title("The history, two at a time, and what failed");
  const std::string id(workflow_id);
  for (const std::int64_t offset : {0, 2}) {
    const auto page =
        workflow::list_executions(db, {.workflow_id = id}, {.limit = 2, .offset = offset});
    std::vector<std::string> ids;
    for (const auto& execution : page.executions) ids.push_back(execution.id);
    tell("page", "of " + std::to_string(page.total_count) + " executions", listed(ids));
  }
  const auto failed = workflow::list_executions(
      db, {.workflow_id = id, .status = workflow::ExecutionStatus::failed});
  for (const auto& execution : failed.executions) tell_execution(execution);
}

void tell_statistics(Executor& db) {
  title("In numbers");
  const auto numbers = workflow::get_workflow_statistics(db, workflow_id);
  const auto percent = static_cast<int>(numbers.success_rate.value() * 100);
  tell("statistics", numbers.workflow_id,
       std::to_string(numbers.total) + " executions, " + std::to_string(numbers.running) +
           " running, " + std::to_string(numbers.completed) +
           " completed: " + std::to_string(percent) + " % of those that ended");
  tell("durations", numbers.workflow_id,
       "shortest " + in_minutes(numbers.min_duration.value()) + ", average " +
           in_minutes(numbers.avg_duration.value()) + ", longest " +
           in_minutes(numbers.max_duration.value()));
  std::ostringstream csv;
  const auto rows = workflow::export_executions(db, csv, workflow::ExportFormat::csv,
                                                {.workflow_id = std::string(workflow_id)});
  tell("export", numbers.workflow_id,
       std::to_string(rows) + " executions in " + std::to_string(csv.str().size()) +
           " bytes of CSV");
}

void make_mistakes(Database& db) {
  title("Mistakes, told alike by every engine");
  auto ended = workflow::load_execution(db, first).execution;
  provoke("to end it twice", [&] { workflow::cancel(ended, db.now()); });
  provoke("a node of nothing",
          [&] { workflow::save_node_execution(db, new_node("demo-nobody", "fetch", "mcp_tool")); });
  auto taken = new_node("demo-nightly-2", "fetch", "mcp_tool");
  taken.id = "demo-nightly-1-fetch";
  provoke("a node of another", [&] { workflow::save_node_execution(db, taken); });
  provoke("an unknown one",
          [&] { static_cast<void>(workflow::load_execution(db, "demo-nobody")); });
  taken.execution_id.clear();
  try {
    workflow::save_execution_with_nodes(db, new_execution("demo-nightly-5"), {taken});
  } catch (const Duplicate&) {
    const bool there = workflow::find_execution(db, "demo-nightly-5").has_value();
    tell("rolled back", "with a node of another",
         std::string("demo-nightly-5 is ") + (there ? "there" : "not there"));
  }
}

void tell_story(Database& db, StoryClock& clock) {
  begin(db, clock);
  finish(db, clock);
  go_wrong(db, clock);
  tell_history(db);
  tell_statistics(db);
  make_mistakes(db);
}

}  // namespace

const Story workflow_story{
    .domain = "workflow",
    .title = "A workflow's day",
    .tell = tell_story,
    .remove = remove_rows,
    .look_for = [](Database& db) {
      provoke("demo-nightly-1", [&] { static_cast<void>(workflow::load_execution(db, first)); });
      tell("nodes", "demo-nightly-1",
           "left: " + std::to_string(workflow::load_nodes(db, first).size()));
    }};

}  // namespace lockstep::cli
