// SPDX-License-Identifier: BSL-1.0
#include <doctest/doctest.h>

#include <array>

#include "lockstep/parity.hpp"

namespace lockstep {
namespace {

Schema schema(Engine engine, std::vector<SchemaColumn> columns,
              std::vector<SchemaCheck> checks = {}) {
  SchemaTable table;
  table.name = "t";
  table.columns = std::move(columns);
  table.checks = std::move(checks);
  return {engine, std::string(to_string(engine)), {table}};
}

// Three differences: two of the type, one of the nullability.
std::array<Schema, 2> pair() {
  return {schema(Engine::postgres, {{"a", "boolean", true, ""}, {"b", "integer", false, ""}}),
          schema(Engine::sqlite, {{"a", "bigint", true, ""}, {"b", "bigint", true, ""}})};
}

constexpr std::string_view booleans =
    "[[allow]]\nreason = \"type\"\nengine = \"sqlite\"\n"
    "reference = \"boolean\"\nother = \"bigint\"\n";
constexpr std::string_view integers =
    "[[allow]]\r\n  reason= \"type\" # why\r\nengine =\"sqlite\"\r\ntable = \"t\"\r\n"
    "name = \"b\"\r\nreference = \"integer\"\r\nother = \"bigint\"\r\n";

ParityReport report(const std::string& toml) {
  return check_parity(pair(), ParityAllow::parse(toml));
}

TEST_CASE("parity.toml: an entry explains what fits it exactly, and nothing else") {
  CHECK(report("").unexplained.size() == 3);
  CHECK(report("# nothing\n\n").unexplained.size() == 3);
  const ParityReport one = report(std::string(booleans));
  CHECK(one.unexplained.size() == 2);
  REQUIRE(one.explained.size() == 1);
  CHECK(one.explained.front().name == "a");
  CHECK(one.unused.empty());
  const ParityReport both = report(std::string(booleans) + std::string(integers));
  REQUIRE(both.unexplained.size() == 1);
  CHECK(to_string(both.unexplained.front()) ==
        "t, column b, nullability: not null on postgres, null on sqlite");
  CHECK_FALSE(both.passed());
  const auto other_engine = [](std::string toml) {
    return toml.replace(toml.find("\"sqlite\""), 8, "\"mysql\"");
  };
  CHECK(report(other_engine(std::string(booleans))).unexplained.size() == 3);
}

TEST_CASE("parity.toml: table and name narrow an entry") {
  const auto narrowed = [](const std::string& line) { return std::string(booleans) + line; };
  CHECK(report(narrowed("table = \"t\"")).explained.size() == 1);
  CHECK(report(narrowed("name = \"a\"")).explained.size() == 1);
  CHECK(report(narrowed("table = \"u\"")).explained.empty());
  CHECK(report(narrowed("name = \"b\"")).explained.empty());
}

TEST_CASE("parity.toml: an entry that explains nothing is told, if its engine was compared") {
  const std::string toml = std::string(booleans) + std::string(integers) +
                           "[[allow]]\nreason = \"length check\"\nengine = \"sqlite\"\n"
                           "[[allow]]\nreason = \"partial index\"\nengine = \"mysql\"\n";
  CHECK(report(toml).unused ==
        std::vector<std::string>{
            "parity.toml:13: this entry explains nothing (length check, sqlite)"});
  const auto equal = schema(Engine::postgres, {});
  const ParityReport nothing = check_parity(std::array{equal, equal}, ParityAllow::parse(booleans));
  CHECK(nothing.passed());
}

TEST_CASE("parity.toml: whatever else is in it is refused with its line") {
  const auto refusal = [](const std::string& toml) {
    try {
      static_cast<void>(ParityAllow::parse(toml, "my.toml"));
    } catch (const InvalidData& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  const std::string begin = "[[allow]]\nengine = \"sqlite\"\n";
  CHECK(refusal(begin + "reason = \"because\"") ==
        "my.toml:1: no such reason; there are: type, partial index, length check, automatic index"
        " of a foreign key");
  CHECK(refusal(begin) == "my.toml:1: without its reason");
  CHECK(refusal("\n[[allow]]\nreason = \"length check\"") == "my.toml:2: without its engine");
  CHECK(refusal("[[allow]]\nengine = \"oracle\"\nreason = \"length check\"") ==
        "my.toml:1: no such engine");
  CHECK(refusal(begin + "reason = \"type\"\nother = \"text\"") ==
        "my.toml:1: the reason type needs reference and other");
  CHECK(refusal(begin + "reason = \"length check\"\nother = \"text\"") ==
        "my.toml:1: reference and other belong to the reason type");
  CHECK(refusal(begin + "reason = \"length check\"\ntabel = \"t\"") == "my.toml:1: unknown: tabel");
  CHECK(refusal(begin + "reason = \"length check\"\ntable = \"\"") == "my.toml:1: empty: table");
  CHECK(refusal(begin + "engine = \"mysql\"") == "my.toml:3: given twice: engine");
  CHECK(refusal("reason = \"type\"") == "my.toml:1: it belongs below an [[allow]]");
  for (const char* line : {"reason", "reason =", "reason = type", "reason = \"type", "[[alow]]",
                           "reason = \"a\\\"b\"", "= ", "[allow]"}) {
    CAPTURE(std::string(line));
    CHECK(refusal(begin + line) == "my.toml:3: expected [[allow]] or name = \"text\"");
  }
  CHECK(refusal(begin + "reason = \"type\" \"x\"") == "my.toml:3: something stands after the text");
}

TEST_CASE("parity.toml: the shipped one is read") {
  CHECK(check_parity(pair(), ParityAllow::embedded()).explained.size() == 2);
}

}  // namespace
}  // namespace lockstep
