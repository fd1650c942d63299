// SPDX-License-Identifier: BSL-1.0
#include "migrate/forms/directives.hpp"

#include <algorithm>
#include <array>

#include "lockstep/dsn.hpp"
#include "migrate/checksum.hpp"
#include "migrate/forms/settings.hpp"
#include "migrate/splitter.hpp"

namespace lockstep::detail {
namespace {

constexpr std::string_view blanks = " \t\r\n\f\v";

constexpr std::array<std::string_view, 4> marks{"lockstep:", "+migrate", "+goose", "migrate:"};
constexpr std::array<std::string_view, 4> written{"-- lockstep:", "-- +migrate", "-- +goose",
                                                  "-- migrate:"};

constexpr std::array<std::string_view, 10> known{
    "notransaction", "depends",      "irreversible", "allow-out-of-order",
    "allow",         "lock-timeout", "timeout",      "foreign-keys",
    "engine",        "batch"};

// Words of other migrators' marks follow after a blank; ours and dbmate's after the colon.
std::optional<std::size_t> kind_of(std::string_view comment) {
  for (std::size_t i = 0; i < marks.size(); ++i) {
    if (!comment.starts_with(marks[i])) continue;
    const std::string_view rest = comment.substr(marks[i].size());
    if (marks[i].ends_with(':') || rest.empty() || blanks.find(rest.front()) != blanks.npos) {
      return i;
    }
  }
  return std::nullopt;
}

bool begins_line(std::string_view text, std::size_t offset) {
  while (offset > 0 && (text[offset - 1] == ' ' || text[offset - 1] == '\t')) --offset;
  return offset == 0 || text[offset - 1] == '\n' || text.substr(0, offset) == byte_order_mark;
}

// The lines of a text, counted once.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {}
  std::size_t at(std::size_t offset) {
    const auto passed = text_.substr(seen_, offset - seen_);
    line_ += static_cast<std::size_t>(std::count(passed.begin(), passed.end(), '\n'));
    seen_ = offset;
    return line_;
  }

 private:
  std::string_view text_;
  std::size_t seen_ = 0;
  std::size_t line_ = 1;
};

bool is_code(TokenKind kind) {
  return kind != TokenKind::blank && kind != TokenKind::comment && kind != TokenKind::semicolon;
}

bool takes_no_words(std::string_view name) {
  return name == "notransaction" || name == "irreversible" || name == "allow-out-of-order";
}

// Says something about the version, and not about the text that runs.
bool is_of_version(std::string_view name) {
  return name == "depends" || name == "irreversible" || name == "allow-out-of-order";
}

std::string name_of(const Directive& directive) {
  return std::string(mark_of(directive.kind)) + directive.words;
}

[[noreturn]] void refuse_unknown(const FormFolder& folder, const FormFile& file,
                                 const Directive& directive, std::string_view name) {
  if (name == "foreign-keys") {
    refuse_file(folder, file.path, directive.line,
                "`" + name_of(directive) + "`: foreign-keys can be off only");
  }
  const Nearest near = nearest(name, known);
  refuse_file(folder, file.path, directive.line,
              "unknown directive `" + name_of(directive) + "`" +
                  (near.similar ? ", is it `-- lockstep:" + std::string(near.word) + "`?" : ""));
}

}  // namespace

std::string_view trim(std::string_view text) noexcept {
  const auto begin = std::min(text.find_first_not_of(blanks), text.size());
  text.remove_prefix(begin);
  return text.substr(0, text.find_last_not_of(blanks) + 1);
}

std::vector<std::string_view> split_blanks(std::string_view text) {
  std::vector<std::string_view> words;
  for (text = trim(text); !text.empty(); text = trim(text)) {
    const auto end = std::min(text.find_first_of(blanks), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return words;
}

std::string_view mark_of(DirectiveKind kind) noexcept {
  return written[static_cast<std::size_t>(kind)];
}

void find_directives(FormFile& file, Engine engine) {
  const std::size_t skipped = file.text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
  const std::string_view text = file.text;
  const auto is_there = [text](std::string_view mark) { return text.find(mark) != text.npos; };
  if (std::ranges::none_of(marks, is_there)) return;
  SqlScanner scanner(text.substr(skipped), dialect(engine).lexical, quotes_of_engine(engine));
  Lines lines(text);
  std::size_t last_code = 0;
  for (Token token = scanner.next(); token.kind != TokenKind::end && token.kind != TokenKind::open;
       token = scanner.next()) {
    const std::size_t offset = token.offset + skipped;
    if (is_code(token.kind)) {
      if (last_code == 0) {
        file.first_code = offset;
        file.first_code_line = lines.at(offset);
      }
      last_code = offset + token.length;
    }
    const std::string_view comment = scanner.text(token);
    if (token.kind != TokenKind::comment || !comment.starts_with("--")) continue;
    const std::string_view said = trim(comment.substr(2));
    const auto kind = kind_of(said);
    if (!kind || !begins_line(text, offset)) continue;
    file.directives.push_back({static_cast<DirectiveKind>(*kind), offset, lines.at(offset),
                               std::string(trim(said.substr(marks[*kind].size()))), last_code});
  }
}

bool has_directive(const FormFile& file, DirectiveKind kind) noexcept {
  return std::ranges::find(file.directives, kind, &Directive::kind) != file.directives.end();
}

void add_dependencies(const FormFolder& folder, const FormFile& file, const Directive& directive,
                      std::string_view list, Script& script) {
  const auto versions = split_blanks(list);
  const std::string shown = "`" + std::string(mark_of(directive.kind)) +
                            (directive.kind == DirectiveKind::lockstep ? "" : " ") +
                            directive.words + "`";
  if (versions.empty()) {
    refuse_file(folder, file.path, directive.line, shown + " names no version");
  }
  for (const std::string_view version : versions) {
    if (version.find_first_of(",;") != std::string_view::npos) {
      refuse_file(folder, file.path, directive.line,
                  shown + ": versions are separated by blanks, as in `003 005`");
    }
    script.depends.push_back({std::string(version), directive.line});
  }
}

void apply_directive(const FormFolder& folder, const FormFile& file, const Directive& directive,
                     bool after_code, Script& script) {
  const auto words = split_blanks(directive.words);
  const std::string_view name = words.empty() ? std::string_view() : words.front();
  if (after_code && name != "allow") {
    refuse_file(
        folder, file.path, directive.line,
        "`" + name_of(directive) + "` comes after SQL, but belongs before the first statement");
  }
  if (takes_no_words(name) && words.size() > 1) {
    refuse_file(folder, file.path, directive.line,
                "`" + name_of(directive) + "`: nothing belongs behind " + std::string(name));
  }
  if (!script.up && is_of_version(name)) {
    refuse_file(folder, file.path, directive.line,
                "`" + name_of(directive) + "` belongs to the up, not to the down");
  }
  if (name == "notransaction") {
    script.transactional = false;
  } else if (name == "depends") {
    add_dependencies(folder, file, directive, std::string_view(directive.words).substr(name.size()),
                     script);
  } else if (name == "irreversible") {
    script.irreversible = true;
  } else if (name == "allow-out-of-order") {
    script.allow_out_of_order = true;
  } else if (directive.words == "foreign-keys off") {
    script.foreign_keys_off = true;
  } else if (is_setting(name)) {
    const std::string fault = read_setting(words, script.settings);
    if (!fault.empty()) {
      refuse_file(folder, file.path, directive.line, "`" + name_of(directive) + "`: " + fault);
    }
    if (name == "batch") script.batch_line = directive.line;
  } else if (name == "allow") {
    if (words.size() < 3) {
      refuse_file(folder, file.path, directive.line,
                  "`" + name_of(directive) + "`: say which finding, and the reason");
    }
    const std::string_view said = directive.words;
    script.allowed.push_back(
        {directive.line, std::string(words[1]),
         std::string(said.substr(static_cast<std::size_t>(words[2].data() - said.data())))});
  } else {
    refuse_unknown(folder, file, directive, name);
  }
}

void apply_directives(const FormFolder& folder, const FormFile& file, Script& script) {
  for (const Directive& directive : file.directives) {
    if (directive.kind != DirectiveKind::lockstep) continue;
    apply_directive(folder, file, directive, directive.last_code != 0, script);
  }
}

bool is_marked_no_transaction(std::string_view text, Engine engine) {
  FormFile file{"", std::string(text)};
  find_directives(file, engine);
  return std::ranges::any_of(file.directives, [](const Directive& directive) {
    const auto words = split_blanks(directive.words);
    return std::ranges::any_of(words, [](std::string_view word) {
      return word == "notransaction" || word == "transaction:false";
    });
  });
}

}  // namespace lockstep::detail
