// SPDX-License-Identifier: BSL-1.0
// Random workflows come back as they were; random bytes are read or refused, and nothing else.
#include <cmath>
#include <random>

#include "files.hpp"
#include "workflow/files/document.hpp"

namespace lockstep::tests {
namespace {

using workflow::detail::read_document;
using workflow::detail::write_document;

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}

  // 0 to n - 1.
  std::size_t below(std::size_t n) { return engine_() % n; }
  bool one_in(std::size_t n) { return below(n) == 0; }

  std::string text(std::size_t max = 12) {
    static const std::vector<std::string> parts{"a",
                                                "b",
                                                "Z",
                                                "0",
                                                "9",
                                                " ",
                                                " ",
                                                "\n",
                                                "\n",
                                                "\t",
                                                "\r",
                                                ":",
                                                ": ",
                                                "#",
                                                " #",
                                                "-",
                                                "- ",
                                                "?",
                                                "\"",
                                                "'",
                                                "\\",
                                                "|",
                                                ">",
                                                "[",
                                                "]",
                                                "{",
                                                "}",
                                                ",",
                                                "&",
                                                "*",
                                                "!",
                                                "%",
                                                "@",
                                                "`",
                                                "~",
                                                "null",
                                                "true",
                                                "1e3",
                                                ".5",
                                                "\x01",
                                                "\x7F",
                                                "---",
                                                "...",
                                                "<<",
                                                "\xC3\xA9",
                                                "\xC2\x85",
                                                "\xE2\x80\xA8",
                                                "\xEF\xBB\xBF",
                                                "\xF0\x9F\x98\x80",
                                                "${x}",
                                                "word"};
    std::string out;
    for (std::size_t i = below(max + 1); i > 0; --i) out += parts[below(parts.size())];
    return out;
  }
  std::string filled() { return text() + "x"; }

  Datum datum(int depth) {
    switch (below(depth > 0 ? 9 : 6)) {
      case 0:
        return {};
      case 1:
        return one_in(2);
      case 2:
        return static_cast<std::int64_t>(engine_() << below(40));
      case 3:
        return std::ldexp(static_cast<double>(static_cast<std::int32_t>(engine_())),
                          static_cast<int>(below(400)) - 200);
      case 6:
      case 7:
        return list(depth - 1);
      case 8:
        return map(depth - 1);
      default:
        return text();
    }
  }
  Datum::List list(int depth) {
    Datum::List list;
    for (std::size_t i = below(4); i > 0; --i) list.push_back(datum(depth));
    return list;
  }
  Datum::Map map(int depth) {
    Datum::Map map;
    for (std::size_t i = below(4); i > 0; --i) map[text(6)] = datum(depth);
    return map;
  }
  // Keys that the format does not have.
  Datum::Map extra() {
    Datum::Map out;
    for (auto& [key, value] : map(2)) out.emplace("x-" + key, value);
    return out;
  }
  Texts texts() {
    Texts out;
    for (std::size_t i = below(4); i > 0; --i) out.push_back(text());
    return out;
  }
  TextMap text_map() {
    TextMap out;
    for (std::size_t i = below(3); i > 0; --i) out[text(6)] = text();
    return out;
  }

 private:
  std::mt19937_64 engine_;
};

decltype(NodeDefinition::work) random_work(Random& random) {
  const auto filled = [&] { return random.filled(); };
  switch (random.below(8)) {
    case 0:
      return StartNode{};
    case 1:
      return EndNode{.return_value = random.text()};
    case 2:
      return ToolNode{
          .server = filled(), .tool = filled(), .parameters = random.map(3), .output = filled()};
    case 3:
      return TransformNode{.input = filled(), .expression = filled(), .output = filled()};
    case 4:
      return ConditionNode{.condition = filled()};
    case 5:
      return PassthroughNode{};
    case 6:
      return ParallelNode{.branches = {random.texts(), {filled()}}, .merge_strategy = filled()};
    default:
      return LoopNode{.collection = filled(),
                      .item = filled(),
                      .body = {filled(), random.text()},
                      .break_condition = random.text()};
  }
}

WorkflowDefinition random_definition(Random& random) {
  WorkflowDefinition out{.id = random.text(),
                         .name = random.filled(),
                         .version = random.filled(),
                         .description = random.text(40)};
  out.metadata = {.author = random.text(),
                  .tags = random.texts(),
                  .icon = random.text(),
                  .extra = random.extra()};
  if (random.one_in(2)) out.metadata.created = Clock::start;
  for (std::size_t i = random.below(4); i > 0; --i) {
    VariableDefinition variable{.name = random.filled(),
                                .type = static_cast<VariableType>(random.below(6)),
                                .required = random.one_in(2),
                                .description = random.text(),
                                .extra = random.extra()};
    if (random.one_in(2)) variable.default_value = random.datum(4);
    out.variables.push_back(std::move(variable));
    out.servers.push_back({.id = random.filled(),
                           .command = random.text(),
                           .args = random.texts(),
                           .transport = static_cast<Transport>(random.below(3)),
                           .env = random.text_map(),
                           .url = random.text(),
                           .headers = random.text_map(),
                           .extra = random.extra()});
    out.nodes.push_back(
        {.id = random.filled(), .work = random_work(random), .extra = random.extra()});
    out.edges.push_back({.id = random.filled(),
                         .from = random.filled(),
                         .to = random.filled(),
                         .condition = random.text(),
                         .label = random.text(),
                         .extra = random.extra()});
  }
  out.extra = random.extra();
  return out;
}

TEST_CASE("property: random workflows come back as they were, and give the same bytes") {
  for (unsigned seed = 1; seed <= 1500; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const WorkflowDefinition definition = random_definition(random);
    const std::string text = write_document(definition, {});
    const WorkflowDefinition again = read_document(text, "a.yaml", {});
    const bool same = again == definition;
    REQUIRE_MESSAGE(same, text);
    REQUIRE(write_document(again, {}) == text);
    static_cast<void>(validate(definition));
  }
}

// Reads it; what is not a workflow may only be InvalidData.
void read_anything(std::string_view text) {
  try {
    const WorkflowDefinition read = read_document(text, "a.yaml", {});
    static_cast<void>(validate(read));
  } catch (const InvalidData&) {
  }
}

TEST_CASE("property: documents with random damage are read or refused") {
  const std::string whole = write_document(everything(), {});
  for (unsigned seed = 1; seed <= 3000; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    std::string text = whole;
    for (std::size_t i = random.below(6) + 1; i > 0; --i) {
      const std::size_t at = random.below(text.size());
      if (random.one_in(3)) {
        text.insert(at, random.text(4));
      } else if (random.one_in(2)) {
        text.erase(at, random.below(20));
      } else {
        text[at] = static_cast<char>(random.below(256));
      }
    }
    REQUIRE_NOTHROW(read_anything(text));
  }
}

TEST_CASE("property: random bytes are read or refused") {
  for (unsigned seed = 1; seed <= 5000; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    std::string text;
    const bool as_yaml = random.one_in(2);
    for (std::size_t i = random.below(120); i > 0; --i) {
      text += as_yaml ? random.text(2) : std::string(1, static_cast<char>(random.below(256)));
    }
    REQUIRE_NOTHROW(read_anything(text));
  }
}

}  // namespace
}  // namespace lockstep::tests
