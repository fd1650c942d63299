// SPDX-License-Identifier: BSL-1.0
// What the tests of workflow files begin with.
#pragma once

#include "lockstep/workflow/files/repository.hpp"
#include "support/folder.hpp"
#include "support/target.hpp"

namespace lockstep::tests {

using namespace lockstep::workflow;
using namespace std::chrono_literals;

// A repository in a folder of its own, by a clock that stands still.
struct Files {
  Folder folder{memory_folder()};
  Clock clock = {};
  FileRepository files{options()};

  [[nodiscard]] FileOptions options() {
    return {.folder = folder.path() / "base", .clock = [this] { return clock.now(); }};
  }
  void open(FileOptions options) { files = FileRepository(std::move(options)); }

  // Name of a file below the folder of the test.
  static std::string name_of(const std::string& id) { return "base/workflows/" + id + ".yaml"; }
  [[nodiscard]] std::filesystem::path path_of(const std::string& id) const {
    return folder.path() / name_of(id);
  }
  [[nodiscard]] std::string text_of(const std::string& id) const {
    return folder.text(name_of(id));
  }
  void put(const std::string& id, std::string_view text) const { folder.put(name_of(id), text); }
};

// A workflow that is valid: start, then end.
inline WorkflowDefinition greeting(std::string id = "greet", std::string name = "Greet") {
  return {.id = std::move(id),
          .name = std::move(name),
          .version = "1.0.0",
          .nodes = {{.id = "start", .work = StartNode{}}, {.id = "end", .work = EndNode{}}},
          .edges = {{.id = "e1", .from = "start", .to = "end"}}};
}

// A valid one that has all there is.
inline WorkflowDefinition everything() {
  WorkflowDefinition all = greeting("all", "All there is");
  all.description = "First line\n\n  indented\nlast\n";
  all.metadata = {.author = "me",
                  .created = Clock::start,
                  .tags = {"a", "b c", "1"},
                  .icon = "\xE2\x98\x83",
                  .extra = {{"phase", "8"}}};
  all.variables = {{.name = "path", .type = VariableType::string, .required = true},
                   {.name = "limit", .type = VariableType::number, .default_value = 10},
                   {.name = "ratio", .type = VariableType::number, .default_value = 0.5},
                   {.name = "deep",
                    .type = VariableType::object,
                    .default_value = Datum::Map{{"list", Datum::List{1, "2", Datum(), true}},
                                                {"none", Datum::Map{}}}},
                   {.name = "some",
                    .type = VariableType::array,
                    .default_value = Datum::List{Datum::List{}, Datum::List{1, 2}}},
                   {.name = "flag", .type = VariableType::boolean, .default_value = false},
                   {.name = "anything", .default_value = Datum(), .description = "null"}};
  all.servers = {{.id = "local",
                  .name = "Local",
                  .command = "npx",
                  .args = {"-y", "x"},
                  .env = {{"HOME", "/tmp"}, {"EMPTY", ""}},
                  .credential_ref = "local:key"},
                 {.id = "far",
                  .transport = Transport::http,
                  .url = "https://example.com/mcp",
                  .headers = {{"X-Trace", "yes"}},
                  .extra = {{"retries", 3}}}};
  all.nodes = {{.id = "start", .work = StartNode{}},
               {.id = "read",
                .work = ToolNode{.server = "local",
                                 .tool = "read_file",
                                 .parameters = {{"path", "${path}"}, {"deep", true}},
                                 .output = "text"},
                .extra = {{"description", "Reads: it # all"}}},
               {.id = "check", .work = ConditionNode{.condition = "${limit} > 3"}},
               {.id = "pass", .work = PassthroughNode{}},
               {.id = "both", .work = ParallelNode{.branches = {{"left"}, {"right", "more"}}}},
               {.id = "each",
                .work = LoopNode{.collection = "${some}",
                                 .item = "one",
                                 .body = {"work"},
                                 .break_condition = "a == 'b'"}},
               {.id = "end", .work = EndNode{.return_value = "${text}"}}};
  for (const char* id : {"left", "right", "more", "work"}) {
    all.nodes.push_back(
        {.id = id,
         .work = TransformNode{.input = "a", .expression = "jq(\n  .\n)", .output = "b"}});
  }
  all.edges = {{.id = "e1", .from = "start", .to = "read"},
               {.id = "e2", .from = "read", .to = "check"},
               {.id = "e3", .from = "check", .to = "pass", .condition = "true", .label = "yes"},
               {.id = "e4", .from = "check", .to = "both", .condition = "false"},
               {.id = "e5", .from = "pass", .to = "each"},
               {.id = "e6", .from = "each", .to = "end"},
               {.id = "e7", .from = "both", .to = "end", .extra = {{"weight", 1.5}}}};
  all.extra = {{"x-other", Datum::List{"kept"}}};
  return all;
}

// The error that f() throws, which has to be an E.
template <class E, class F>
E thrown(F&& f) {
  try {
    f();
  } catch (const E& e) {
    return e;
  } catch (const std::exception& e) {
    FAIL("another error: " << e.what());
  }
  FAIL("nothing was thrown");
  throw std::logic_error("not reached");
}

inline std::vector<std::string> ids_of(const FileListing& listing) {
  std::vector<std::string> ids;
  for (const WorkflowDefinition& each : listing.workflows) ids.push_back(each.id);
  return ids;
}

using Names = std::vector<std::string>;

}  // namespace lockstep::tests
