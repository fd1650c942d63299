// SPDX-License-Identifier: BSL-1.0
// Files with `-- +goose Up`.
#include "migrate/forms/names.hpp"
#include "migrate/forms/sections.hpp"

namespace lockstep::detail {
namespace {

constexpr std::string_view mark = "-- +goose ";

// In any case, as goose reads them since 3.19.
Marker read_goose(std::string_view words) {
  using Kind = Marker::Kind;
  std::string said(words);
  for (char& c : said) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  if (said == "up") return {.kind = Kind::up};
  if (said == "down") return {.kind = Kind::down};
  if (said == "no transaction") return {.kind = Kind::no_transaction};
  if (said == "statementbegin" || said == "statementend" || said == "envsub off") return {};
  if (said == "envsub on") {
    return {.fault =
                "`-- +goose ENVSUB ON`: variables of the environment are not put into SQL; "
                "write the values"};
  }
  return unknown_marker(mark, words, {});
}

constexpr SectionRules rules{DirectiveKind::goose, "-- +goose Up", read_goose};

// 00002_fill.go is a version that only a program of its own could run.
bool is_go_migration(std::string_view path) {
  return path.ends_with(".go") && !path.ends_with("_test.go") &&
         cut_version(base_name(path)).separator == '_';
}

std::vector<Script> read(const FormFolder& folder) {
  for (const FormFile& file : folder.files) {
    if (!is_go_migration(file.path)) continue;
    refuse_file(folder, file.path, 0,
                "a migration in Go cannot be run: write it in SQL, or name it in .lockstepignore");
  }
  return read_sections(folder, rules);
}

}  // namespace

const Form goose_form{
    "goose", [](const FormFolder& folder) { return section_mismatch(folder, rules); }, read};

}  // namespace lockstep::detail
