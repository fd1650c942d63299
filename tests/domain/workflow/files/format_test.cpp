// SPDX-License-Identifier: BSL-1.0
// The text of the files: what is written, what is read, and what is said of a wrong one.
#include <cmath>

#include "files.hpp"
#include "support/secrets.hpp"
#include "workflow/files/document.hpp"
#include "workflow/files/tree.hpp"

namespace lockstep::tests {
namespace {

WorkflowDefinition read(std::string_view text, const FileLimits& limits = {}) {
  return workflow::detail::read_document(text, "a.yaml", limits);
}
std::string write(const WorkflowDefinition& definition) {
  return workflow::detail::write_document(definition, {});
}
std::string complaint(std::string_view text, const FileLimits& limits = {}) {
  return thrown<InvalidData>([&] { (void)read(text, limits); }).what();
}

constexpr std::string_view head = "name: x\nversion: 1\n";

// What a plain scalar in the file becomes.
Datum meaning(const std::string& scalar) {
  return read(std::string(head) + "v: " + scalar + "\n").extra.at("v");
}

// The way of one value through a file.
Datum back(const Datum& datum) {
  WorkflowDefinition definition = greeting();
  definition.extra["v"] = datum;
  const std::string text = write(definition);
  CAPTURE(text);
  const WorkflowDefinition again = read(text);
  CHECK(write(again) == text);
  return again.extra.at("v");
}

TEST_CASE("format: as a person would write it, keys in a fixed order") {
  WorkflowDefinition definition = greeting();
  definition.version = "1.0";
  definition.description = "Says hello: to all";
  definition.metadata = {.created = Clock::start, .tags = {"demo", "yes"}};
  definition.variables = {{.name = "who", .type = VariableType::string, .default_value = "you"}};
  definition.nodes.insert(
      definition.nodes.begin() + 1,
      {.id = "both", .work = ParallelNode{.branches = {{"a", "b"}, {"c"}}}, .extra = {{"z", 1}}});
  definition.nodes.push_back(
      {.id = "c", .work = TransformNode{.input = "in", .expression = "a\n  b\n", .output = "out"}});
  CHECK(write(definition) == R"(id: greet
name: Greet
version: "1.0"
description: "Says hello: to all"
metadata:
  created: "2024-03-10T00:00:00.123456Z"
  tags:
    - demo
    - "yes"
variables:
  - name: who
    type: string
    default: you
nodes:
  - id: start
    type: start
  - id: both
    type: parallel
    branches:
      - - a
        - b
      - - c
    merge_strategy: wait_all
    z: 1
  - id: end
    type: end
  - id: c
    type: transform
    input: in
    expression: |
      a
        b
    output: out
edges:
  - id: e1
    from: start
    to: end
)");
}

TEST_CASE("format: reading and writing again gives the same bytes") {
  const std::string text = write(everything());
  CHECK(read(text) == everything());
  CHECK(write(read(text)) == text);
}

TEST_CASE("format: what others write is read") {
  const WorkflowDefinition definition = read(R"(# a comment
version: "1.0"
name: "batch"
metadata:
  created: "2025-11-05T12:00:00Z"
  tags: ["a", "b"]
  phase: "8"
variables:
  - {name: limit, type: number, default: 10}
  - {name: none, type: any, default: ~}
servers:
  - &local
    id: fs
    command: npx
    args: [-y, 5]
nodes:
  - id: read
    type: mcp_tool
    server: fs
    tool: read_file
    parameters: {path: '${p}', recursive: false}
    output: text
    max: 0x10
edges:
  - from: a
    to: b
    condition: ~
again: *local
)");
  CHECK(definition.id.empty());
  CHECK(definition.metadata.created == Timestamp(std::chrono::sys_days(2025y / 11 / 5) + 12h));
  CHECK(definition.metadata.extra == Datum::Map{{"phase", "8"}});
  CHECK(definition.variables[0].default_value == Datum(10));
  CHECK(definition.variables[1].default_value == Datum());
  CHECK(definition.servers[0].args == Texts{"-y", "5"});
  CHECK(std::get<ToolNode>(definition.nodes[0].work).parameters ==
        Datum::Map{{"path", "${p}"}, {"recursive", false}});
  CHECK(definition.nodes[0].extra == Datum::Map{{"max", 16}});
  CHECK(definition.edges[0].id == "a->b");
  CHECK(definition.extra.at("again").as<Datum::Map>()->at("id") == Datum("fs"));
}

TEST_CASE("format: what a plain scalar means") {
  for (const char* null : {"", "~", "null", "NULL"}) CHECK(meaning(null).is_null());
  CHECK(meaning("true") == Datum(true));
  CHECK(meaning("FALSE") == Datum(false));
  CHECK(meaning("0x1F") == Datum(31));
  CHECK(meaning("0o17") == Datum(15));
  CHECK(meaning("+7") == Datum(7));
  CHECK(meaning("-9223372036854775808") == Datum(std::numeric_limits<std::int64_t>::min()));
  CHECK(meaning("1.") == Datum(1.0));
  CHECK(meaning("-.5e1") == Datum(-5.0));
  CHECK(meaning("1e3") == Datum(1000.0));
  for (const char* text : {"yes", "on", "1_000", "0b1", "1:30", "e3", "1e", ".", "-a", "0x",
                           "1.2.3", "2024-01-01", "nan", "tRue", "--1", "+-1"}) {
    CAPTURE(text);
    CHECK(meaning(text) == Datum(text));
  }
  for (const char* text : {"\"1\"", "'1'", "!!str 1", "! 1"}) CHECK(meaning(text) == Datum("1"));
  for (const char* text : {"9223372036854775808", "1e999", ".inf", "-.INF", ".nan",
                           "0xffffffffff"
                           "ffffff"}) {
    CAPTURE(text);
    CHECK(complaint(std::string(head) + "v: " + text).starts_with("a.yaml:3:4: "));
  }
}

TEST_CASE("format: values come back as they were") {
  using namespace std::string_literals;
  for (const char* text : {"",
                           " ",
                           "a ",
                           " a",
                           "a: b",
                           "a:",
                           "a #b",
                           "#a",
                           "- a",
                           "-",
                           "? a",
                           "null",
                           "True",
                           "NO",
                           "y",
                           "1",
                           "1.5",
                           "0x1",
                           "1e5",
                           ".5",
                           "~",
                           "a\nb",
                           "a\nb\n",
                           "a\n\nb",
                           "a\n",
                           "\n",
                           "\na",
                           "a\n\n",
                           " a\nb",
                           "a \nb",
                           "a\n b\n",
                           "a\n  \nb",
                           "a\n\tb",
                           "a\r\nb",
                           "\t",
                           "a\tb",
                           "\x01",
                           "\x7F",
                           "\"q\"",
                           "'q'",
                           "\\",
                           "a\\nb",
                           "*a",
                           "&a",
                           "!a",
                           "%a",
                           "@a",
                           "`a",
                           "|",
                           ">",
                           "[a]",
                           "{a}",
                           "${a} > 3",
                           "a, b",
                           "---",
                           "...",
                           "--- a",
                           "\xC3\xA9",
                           "\xE2\x80\xA8",
                           "\xC2\x85",
                           "a\xC2\xA0",
                           "\xEF\xBB\xBF"
                           "a",
                           "\xEF\xBF\xBE",
                           "\xF0\x9F\x98\x80",
                           "a\nb\xC2\x85\nc",
                           "<<",
                           "=",
                           "a\n---\nb",
                           "a\n# b\nc",
                           "2024-01-01"}) {
    CAPTURE(text);
    CHECK(back(text) == Datum(text));
    CHECK(back(Datum::List{text, text}) == Datum(Datum::List{text, text}));
    CHECK(back(Datum::Map{{text, text}}) == Datum(Datum::Map{{text, text}}));
  }
  for (const Datum& datum :
       {Datum(), Datum(true), Datum(0), Datum(std::numeric_limits<std::int64_t>::min()),
        Datum(std::numeric_limits<std::int64_t>::max()), Datum(0.0), Datum(1.0), Datum(-1e300),
        Datum(5e-324), Datum(0.1), Datum(Datum::List{}), Datum(Datum::Map{}),
        Datum(Datum::List{Datum::List{Datum::List{}}, Datum::Map{}, Datum()}),
        Datum(Datum::Map{{"a", Datum::Map{{"b", Datum::List{1, Datum::Map{{"c", 2}}}}}}})}) {
    CHECK(back(datum) == datum);
    CHECK(back(Datum::List{datum}) == Datum(Datum::List{datum}));
  }
  CHECK(std::signbit(*back(-0.0).as<double>()));
}

TEST_CASE("InvalidData: the line, the column and the member") {
  const std::string text(head);
  CHECK(complaint("") == "a.yaml: file: not a map");
  CHECK(complaint("- a") == "a.yaml:1:1: file: not a map");
  CHECK(complaint("name: x\n") == "a.yaml:1:1: version: missing");
  CHECK(complaint("name: ''\nversion: 1\n") == "a.yaml:1:7: name: missing");
  CHECK(complaint("name: x\nversion: [1]\n") == "a.yaml:2:10: version: not a text");
  CHECK(complaint(text + "nodes: 5\n") == "a.yaml:3:8: nodes: not a list");
  CHECK(complaint(text + "nodes:\n  - id: a\n") == "a.yaml:4:5: nodes[0].type: missing");
  CHECK(complaint(text + "nodes:\n  - id: a\n    type: other\n") ==
        "a.yaml:5:11: nodes[0].type: no such type of node");
  CHECK(complaint(text + "nodes:\n  - {id: a, type: mcp_tool, tool: t, output: o}\n") ==
        "a.yaml:4:5: nodes[0].server: missing");
  CHECK(complaint(text + "nodes:\n  - {id: a, type: loop, collection: t, item: o, body: []}\n")
            .ends_with("nodes[0].body: missing"));
  CHECK(complaint(text + "nodes: [5]\n") == "a.yaml:3:9: nodes[0]: not a map");
  CHECK(complaint(text + "variables:\n  - {name: a, type: text}\n") ==
        "a.yaml:4:21: variables[0].type: not one of the known texts");
  CHECK(complaint(text + "variables:\n  - {name: a, type: any, required: 1}\n")
            .ends_with("variables[0].required: neither true nor false"));
  CHECK(complaint(text + "metadata: {created: noon}\n") ==
        "a.yaml:3:21: metadata.created: not an instant");
  CHECK(complaint(text + "servers: [{id: a, env: [b]}]\n").ends_with("servers[0].env: not a map"));
  CHECK(complaint(text + "servers: [{id: a, env: {b: [c]}}]\n")
            .ends_with("servers[0].env.b: not a text"));
}

TEST_CASE("InvalidData: what is not YAML, or more than a document of texts") {
  const std::string text(head);
  CHECK(complaint("name: a: b\n") == "a.yaml:1:8: not YAML");
  CHECK(complaint("name: [a\n").ends_with("not YAML"));
  CHECK(complaint("\tname: a\n").ends_with("not YAML"));
  CHECK(complaint("name: *none\n").ends_with("not YAML"));
  CHECK(complaint(text + "name: y\n") == "a.yaml:3:1: a key that was there before");
  CHECK(complaint(text + "a: {b: 1, b: 2}\n") == "a.yaml:3:11: a key that was there before");
  CHECK(complaint(text + "[a]: 1\n") == "a.yaml:3:1: a key that is no text");
  CHECK(complaint(text + std::string(256, 'k') + ": 1\n") == "a.yaml:3:1: a key that is too long");
  CHECK(complaint(text + "---\nname: y\n").ends_with("more than one document"));
  CHECK(complaint(text + "v: !!binary aGVsbG8=\n") == "a.yaml:3:4: a tag");
  CHECK(complaint(text + "v: !mine [a]\n").ends_with("a tag"));
  CHECK(complaint(text + "v: \"\\0\"\n") == "a.yaml:3:4: NUL byte in a text");
  CHECK(complaint(text + std::string("v: \0\n", 5)) == "a.yaml: NUL byte in a text");
  CHECK(complaint(text + "v: \xFF\n") == "a.yaml: text is not valid UTF-8");
}

TEST_CASE("InvalidData: never quotes what the file holds") {
  const std::string secret(secret_value);
  for (const std::string& text :
       {"name: [" + secret, secret + ": {", "name: *" + secret, "name: {x: !" + secret + " y}",
        "name: &" + secret + " *x", "%" + secret + "\n---\nname: [", "name: \"\\q" + secret + "\"",
        "name: x\nversion: 1\n" + secret + ": 1\n" + secret + ": 2",
        "name: x\nversion: 1\nnodes: [{id: a, type: " + secret + "}]"}) {
    CHECK(complaint(text).find(secret) == std::string::npos);
  }
}

}  // namespace
}  // namespace lockstep::tests
