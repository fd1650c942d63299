// SPDX-License-Identifier: BSL-1.0
// docs/errors.md is written from the tables that the code itself uses, and compared with them here.
// After a change: LOCKSTEP_WRITE_DOCS=1 build/asan/tests/unit_tests -tc="docs/errors.md*"
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "unit/error_reasons.hpp"

using namespace lockstep;
using namespace lockstep::tests;

namespace {

// "not_found" -> "NotFound"; the one class that is not called after its kind is SyntaxError.
std::string class_name(ErrorKind kind) {
  if (kind == ErrorKind::syntax) return "SyntaxError";
  if (kind == ErrorKind::unknown) return "Error";
  std::string name;
  bool upper = true;
  for (const char c : to_string(kind)) {
    if (c != '_') name += upper ? static_cast<char>(c - 'a' + 'A') : c;
    upper = c == '_';
  }
  return name;
}

std::string codes(const Dialect& dialect, ErrorKind kind) {
  std::string text;
  for (const ErrorCode& code : dialect.errors) {
    if (code.kind != kind) continue;
    text += text.empty() ? "" : ", ";
    if (code.sqlstate.empty()) {
      text += std::to_string(code.code);
    } else {
      text += code.sqlstate;
      if (code.sqlstate.size() == 2) text += "xxx";
    }
    if (!code.note.empty()) text += " (" + std::string(code.note) + ")";
  }
  return text.empty() ? "-" : text;
}

template <class Reasons>
void write_reasons(std::ostream& out, const Reasons& reasons) {
  out << "| class | engine | why |\n|---|---|---|\n";
  for (const Reason& reason : reasons) {
    out << "| `" << class_name(reason.kind) << "` | " << dialect(reason.engine).title << " | "
        << reason.why << " |\n";
  }
}

std::string expected() {
  std::ostringstream out;
  out << "# Errors\n\n"
         "Everything that lockstep throws is a `lockstep::Error` with a `kind()`, and a class of "
         "its own to\n"
         "catch. This table is written from the tables of codes in `dialects/*/errors.cpp`; a test "
         "compares\n"
         "the two. A kind without native codes is raised by lockstep itself. What has no row here "
         "is\n"
         "`unknown`, with its native code.\n\n"
         "`retryable()` is true for `Serialization`, `Deadlock` and `Busy`: the whole transaction "
         "may run again.\n\n"
         "| class | means | SQLite | PostgreSQL | MySQL / MariaDB |\n|---|---|---|---|---|\n";
  for (int i = 0; i <= static_cast<int>(ErrorKind::unknown); ++i) {
    const auto kind = static_cast<ErrorKind>(i);
    out << "| `" << class_name(kind) << "` | " << phrase(kind);
    for (const Dialect* dialect : dialects()) out << " | " << codes(*dialect, kind);
    out << " |\n";
  }
  out << "\n## Where a kind does not occur\n\n";
  write_reasons(out, does_not_occur);
  out << "\n## What no test provokes\n\n"
         "Every other kind of the table is provoked on its engine by a real fault. These codes are "
         "known from the\n"
         "engines' manuals only, because a client cannot bring them about:\n\n";
  write_reasons(out, not_provoked);
  out << "\n## What an engine cannot tell\n\n"
         "- SQLite names no foreign key: `constraint()` and `columns()` of a `ForeignKey` are "
         "empty there, and so is `table()` of one\n  that a DELETE met.\n"
         "- SQLite takes a value of any type in a column that is not STRICT (capability "
         "`strict_values`).\n"
         "- PostgreSQL refuses everything after an error until the rollback; lockstep does so on "
         "every engine, as\n"
         "  `TransactionAborted`.\n";
  return out.str();
}

std::filesystem::path document() {
  return std::filesystem::path(LOCKSTEP_SOURCE_DIR) / "docs" / "errors.md";
}

}  // namespace

TEST_CASE("docs/errors.md is what the tables of codes say") {
  if (std::getenv("LOCKSTEP_WRITE_DOCS") != nullptr) std::ofstream(document()) << expected();
  std::ostringstream found;
  found << std::ifstream(document()).rdbuf();
  CHECK(found.str() == expected());
}

TEST_CASE("docs/errors.md: every kind of every engine has a code, is our own, or has a reason") {
  for (const Dialect* dialect : dialects()) {
    for (int i = 0; i <= static_cast<int>(ErrorKind::unknown); ++i) {
      const auto kind = static_cast<ErrorKind>(i);
      CAPTURE(dialect->name);
      CAPTURE(to_string(kind));
      const bool coded = codes(*dialect, kind) != "-";
      const bool by_commit = kind == ErrorKind::commit_unknown && dialect->engine != Engine::sqlite;
      const bool ours = by_commit || std::find(raised_by_lockstep.begin(), raised_by_lockstep.end(),
                                               kind) != raised_by_lockstep.end();
      const bool excused = is_listed(does_not_occur, kind, dialect->engine);
      CHECK((coded || ours) != excused);
      if (is_listed(not_provoked, kind, dialect->engine)) CHECK(coded);
    }
  }
}
