// SPDX-License-Identifier: BSL-1.0
#include "migrate/forms/sections.hpp"

#include <algorithm>
#include <array>

#include "migrate/forms/names.hpp"

namespace lockstep::detail {
namespace {

constexpr std::array<DirectiveKind, 3> tools{DirectiveKind::migrate, DirectiveKind::goose,
                                             DirectiveKind::dbmate};

struct Section {
  Script script;
  std::size_t begin = 0;
  bool is_there = false;
};

bool same_letters(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

// One file, cut at its markers.
class SectionReader {
 public:
  SectionReader(const FormFolder& folder, const FormFile& file, const SectionRules& rules)
      : folder_(folder), file_(file), rules_(rules) {}

  // The up, and the down if there is one.
  std::vector<Script> read();

 private:
  void read_name();
  void read_marker(const Directive& directive);
  void begin(const Directive& directive, const Marker& marker);
  void add_depends(const Directive& directive, std::string_view versions);
  void apply(const Directive& directive);
  [[noreturn]] void refuse(std::size_t line, const std::string& why) const {
    refuse_file(folder_, file_.path, line, why);
  }
  [[nodiscard]] Section& section(bool up) { return up ? up_ : down_; }
  [[nodiscard]] bool after_code(const Directive& directive) const {
    return directive.last_code > (current_ == nullptr ? 0 : current_->begin);
  }
  static std::string shown(const Directive& directive) {
    const bool colon = mark_of(directive.kind).ends_with(':');
    return '`' + std::string(mark_of(directive.kind)) + (colon ? "" : " ") + directive.words + '`';
  }
  void cut(Section& section);

  const FormFolder& folder_;
  const FormFile& file_;
  const SectionRules& rules_;
  Section up_;
  Section down_;
  Section* current_ = nullptr;
  bool other_engine_ = false;
};

std::vector<Script> SectionReader::read() {
  read_name();
  if (other_engine_) return {};
  for (const Directive& directive : file_.directives) {
    directive.kind == DirectiveKind::lockstep ? apply(directive) : read_marker(directive);
  }
  if (!up_.is_there) refuse(1, "it has no line `" + std::string(rules_.up) + "`");
  if (file_.first_code < std::min(up_.begin, down_.is_there ? down_.begin : up_.begin)) {
    refuse(file_.first_code_line, "SQL before the line `" + std::string(rules_.up) + "`");
  }
  cut(up_);
  std::vector<Script> scripts{std::move(up_.script)};
  if (down_.is_there) {
    cut(down_);
    scripts.push_back(std::move(down_.script));
  }
  return scripts;
}

void SectionReader::read_name() {
  const std::string_view whole = file_.path;
  const Infix infix = cut_infix(whole.substr(0, whole.size() - std::string_view(".sql").size()));
  const std::string_view stem = base_name(infix.stem);
  other_engine_ = infix.other_engine || (infix.engine && *infix.engine != folder_.engine);
  VersionedName parts = cut_version(stem);
  if (folder_.options.stem_is_version) parts = {stem, '\0', stem};
  if (parts.version.empty()) {
    refuse(0, "its name does not begin with a version; --key=stem takes the whole name as one");
  }
  for (const bool up : {true, false}) {
    Script& script = section(up).script;
    script.version = parts.version;
    script.name = parts.name.empty() ? stem : parts.name;
    script.file = file_.path;
    script.up = up;
    script.part = true;
    script.for_engine = infix.engine.has_value();
    script.transactional = !infix.no_transaction;
  }
}

void SectionReader::read_marker(const Directive& directive) {
  const Marker marker = rules_.read(directive.words);
  if (!marker.fault.empty()) refuse(directive.line, marker.fault);
  switch (marker.kind) {
    case Marker::Kind::up:
    case Marker::Kind::down:
      return begin(directive, marker);
    case Marker::Kind::no_transaction:
      up_.script.transactional = down_.script.transactional = false;
      return;
    case Marker::Kind::depends:
      return add_depends(directive, marker.versions);
    case Marker::Kind::other:
      return;
  }
}

void SectionReader::begin(const Directive& directive, const Marker& marker) {
  const bool up = marker.kind == Marker::Kind::up;
  if (!up && rules_.forward_only) {
    refuse(directive.line, "unknown directive " + shown(directive) +
                               ": this form has no down, a later migration takes back");
  }
  Section& next = section(up);
  if (next.is_there) refuse(directive.line, "a second " + shown(directive));
  if (!up && !up_.is_there) {
    refuse(directive.line, shown(directive) + " before `" + std::string(rules_.up) + "`");
  }
  next.is_there = true;
  next.begin = directive.offset;
  next.script.line = directive.line;
  next.script.transactional = next.script.transactional && marker.transactional;
  current_ = &next;
}

void SectionReader::add_depends(const Directive& directive, std::string_view versions) {
  if (current_ == nullptr && rules_.forward_only) {
    refuse(directive.line, shown(directive) + " belongs behind `" + std::string(rules_.up) + "`");
  }
  if (current_ == &down_) refuse(directive.line, shown(directive) + " belongs to the up");
  if (after_code(directive)) {
    refuse(directive.line,
           shown(directive) + " comes after SQL, but belongs before the first statement");
  }
  add_dependencies(folder_, file_, directive, versions, up_.script);
}

// Above the first marker it is for both directions.
void SectionReader::apply(const Directive& directive) {
  Section& target = current_ == nullptr ? up_ : *current_;
  apply_directive(folder_, file_, directive, after_code(directive), target.script);
  if (current_ == nullptr && !up_.script.transactional) down_.script.transactional = false;
}

void SectionReader::cut(Section& section) {
  std::size_t end = file_.text.size();
  for (const Section* other : {&up_, &down_}) {
    if (other->is_there && other->begin > section.begin) end = std::min(end, other->begin);
  }
  section.script.text = file_.text.substr(section.begin, end - section.begin);
}

std::string other_markers(const FormFile& file, DirectiveKind mine) {
  for (const DirectiveKind kind : tools) {
    if (kind != mine && has_directive(file, kind)) {
      return file.path + " has markers `" + std::string(mark_of(kind)) + "`";
    }
  }
  return {};
}

}  // namespace

std::string section_mismatch(const FormFolder& folder, const SectionRules& rules) {
  for (const FormFile& file : folder.files) {
    if (!is_sql_file(file.path)) continue;
    if (file.path.find('/') != std::string::npos) return file.path + " is in a folder of its own";
    if (!file.path.ends_with(".sql")) return file.path + " does not end in .sql";
    if (!has_directive(file, rules.kind)) {
      return file.path + " has no line `" + std::string(rules.up) + "`";
    }
    if (std::string other = other_markers(file, rules.kind); !other.empty()) return other;
  }
  return {};
}

std::vector<Script> read_sections(const FormFolder& folder, const SectionRules& rules) {
  std::vector<Script> scripts;
  for (const FormFile& file : folder.files) {
    if (!is_sql_file(file.path)) continue;
    read_part(folder, [&] {
      std::ranges::move(SectionReader(folder, file, rules).read(), std::back_inserter(scripts));
    });
  }
  return scripts;
}

Marker unknown_marker(std::string_view mark, std::string_view words,
                      std::initializer_list<std::string_view> known) {
  const std::string shown = '`' + std::string(mark) + std::string(words) + '`';
  for (const std::string_view word : known) {
    if (!same_letters(words.substr(0, word.size()), word)) continue;
    return {.fault = "unknown directive " + shown + ": directives are case-sensitive, write `" +
                     std::string(mark) + std::string(word) + '`'};
  }
  return {.fault = "unknown directive " + shown};
}

}  // namespace lockstep::detail
