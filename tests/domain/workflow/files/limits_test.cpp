// SPDX-License-Identifier: BSL-1.0
// Files that are made to grow: refused before they have.
#include <sys/resource.h>

#include "files.hpp"
#include "workflow/files/document.hpp"

namespace lockstep::tests {
namespace {

std::string times(std::size_t number, std::string_view text) {
  std::string out;
  out.reserve(number * text.size());
  for (std::size_t i = 0; i < number; ++i) out += text;
  return out;
}

std::string complaint(std::string_view text, const FileLimits& limits = {}) {
  return thrown<InvalidData>([&] { (void)workflow::detail::read_document(text, "a.yaml", limits); })
      .what();
}

constexpr std::string_view head = "name: x\nversion: 1\n";

TEST_CASE("limits: aliases of aliases") {
  std::string bomb(head);
  bomb += "a0: &a0 [" + times(9, "lol, ") + "lol]\n";
  for (int i = 1; i < 9; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + times(9, last + ", ") +
            last + "]\n";
  }
  CHECK(complaint(bomb).ends_with("too many values"));
  CHECK(complaint(bomb, {.aliases = 20}).ends_with("too many aliases"));
  const std::string list = std::string(head) + "a: &a [" + times(999, "1, ") + "1]\nb: [";
  CHECK(complaint(list + times(200, "*a, ") + "*a]\n").ends_with("too many values"));
  const std::string long_text = std::string(head) + "a: &a " + std::string(100'000, 'x') + "\nb: [";
  CHECK(complaint(long_text + times(500, "*a, ") + "*a]\n").ends_with("too much text"));
  CHECK(complaint(std::string(head) + "a: &a [*a]\n").ends_with("an alias of what it stands in"));
  std::string deep = std::string(head) + "a0: &a0 " + times(20, "[") + times(20, "]") + "\n";
  for (int i = 1; i < 4; ++i) {
    deep += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " " + times(20, "[") + "*a" +
            std::to_string(i - 1) + times(20, "]") + "\n";
  }
  CHECK(complaint(deep).ends_with("nested too deeply"));
}

TEST_CASE("limits: depth") {
  const auto nested = [](std::size_t depth) {
    return std::string(head) + "v: " + times(depth, "[") + times(depth, "]") + "\n";
  };
  CHECK_NOTHROW((void)workflow::detail::read_document(nested(63), "a.yaml", {}));
  CHECK(complaint(nested(64)).ends_with("nested too deeply"));
  for (const char* opening : {"[", "{", "- ", "? ", "{a: ", "[\n", "{[", "a: [\n"}) {
    CAPTURE(opening);
    CHECK(complaint(times(50'000, opening)).ends_with("nested too deeply"));
  }
}

TEST_CASE("limits: bytes, values, brackets") {
  const std::string text = std::string(head) + "v: [a, b]\n";
  CHECK_NOTHROW((void)workflow::detail::read_document(text, "a", {.bytes = text.size()}));
  CHECK(complaint(text, {.bytes = text.size() - 1}) == "a.yaml: larger than the limit");
  // The map, three values and three keys, two of the list.
  CHECK_NOTHROW((void)workflow::detail::read_document(text, "a", {.values = 9}));
  CHECK(complaint(text, {.values = 8}).ends_with("too many values"));
  for (const char* flood : {"[", "{", "[a,", "{[", ","}) {
    CAPTURE(flood);
    CHECK(complaint(times(1'000'000, flood)) == "a.yaml: too many brackets and commas");
  }
}

TEST_CASE("limits: what is hostile is refused in little memory") {
  const auto peak = [] {
    struct rusage usage {};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;  // KiB
  };
  const std::string flood = times(4'000'000, "[");
  const auto before = peak();
  CHECK(complaint(flood) == "a.yaml: too many brackets and commas");
  CHECK(complaint(std::string_view(flood).substr(0, 190'000)).ends_with("nested too deeply"));
  CHECK(peak() - before < 400'000);
}

TEST_CASE_FIXTURE(Files, "limits: a file that is too large is not read to its end") {
  put("large", std::string(5 << 20, '#'));
  const auto e = thrown<InvalidData>([&] { (void)files.load("large"); });
  CHECK(std::string(e.what()) == "large.yaml: larger than the limit");
  CHECK(files.list().failures.size() == 1);
  files.remove("large");
  CHECK(files.list().failures.empty());
}

}  // namespace
}  // namespace lockstep::tests
