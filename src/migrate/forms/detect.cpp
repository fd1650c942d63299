// SPDX-License-Identifier: BSL-1.0
// From the files of a folder to scripts: which form it is, and the errors all forms share.
#include <algorithm>
#include <array>

#include "core/text.hpp"
#include "lockstep/error.hpp"
#include "migrate/forms/directives.hpp"
#include "migrate/forms/itinerary.hpp"
#include "migrate/forms/layout.hpp"
#include "migrate/forms/names.hpp"

namespace lockstep::detail {
namespace {

constexpr std::array<const Form*, 6> forms{&pairs_form,  &migrate_form, &goose_form,
                                           &dbmate_form, &flyway_form,  &folders_form};

// What the name of a place begins with in messages.
constexpr std::string_view place_mark = "migration ";

void check_encoding(const FormFolder& folder, const FormFile& file) {
  if (check_text(file.text) == TextFault::none) return;
  std::string_view rest = file.text;
  for (std::size_t line = 1; !rest.empty(); ++line) {
    const auto end = std::min(rest.find('\n'), rest.size());
    const TextFault fault = check_text(rest.substr(0, end));
    if (fault == TextFault::nul) refuse_file(folder, file.path, line, "NUL byte");
    if (fault == TextFault::encoding) refuse_file(folder, file.path, line, "not UTF-8");
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
}

}  // namespace

bool is_sql_file(std::string_view path) noexcept {
  constexpr std::string_view suffix = ".sql";
  return path.size() >= suffix.size() &&
         std::ranges::equal(path.substr(path.size() - suffix.size()), suffix, [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + ('a' - 'A')) : a) == b;
         });
}

void refuse_file(const FormFolder& folder, std::string_view path, std::size_t line,
                 std::string_view why) {
  std::string place = folder.options.domain + '/' + folder.prefix;
  place += path;
  if (line != 0) place += ':' + std::to_string(line);
  refuse_place(place, why);
}

void refuse_place(std::string_view place, std::string_view why) {
  ErrorInfo info;
  info.kind = ErrorKind::invalid_data;
  info.statement = std::string(place_mark) + std::string(place);
  info.what = why;
  raise(std::move(info));
}

MigrationFault fault_of(const InvalidData& error) {
  const std::string& named = error.statement();
  if (!named.starts_with(place_mark)) return {{}, error.what()};
  return {named.substr(place_mark.size()), error.info().what};
}

void read_part(const FormFolder& folder, const std::function<void()>& part) {
  try {
    part();
  } catch (const InvalidData& error) {
    if (folder.faults == nullptr) throw;
    folder.faults->push_back(fault_of(error));
  }
}

void prepare_file(const FormFolder& folder, FormFile& file) {
  check_encoding(folder, file);
  find_directives(file, folder.engine);
}

FormFolder open_folder(Engine engine, const FolderSource& source, const FolderOptions& options,
                       std::vector<MigrationFault>* faults) {
  const Layout layout = choose_files(engine, source);
  FormFolder folder{engine, options, layout.prefix, true};
  folder.faults = faults;
  for (const std::string& path : layout.paths) {
    FormFile& file = folder.files.emplace_back(FormFile{path, {}});
    if (path.ends_with(".go") || path.ends_with(".fizz") || path.starts_with('.')) continue;
    file.text = source.read(layout.prefix + path);
    if (!is_sql_file(path)) continue;
    read_part(folder, [&] { prepare_file(folder, file); });
  }
  return folder;
}

const Form& detect_form(const FormFolder& folder, const std::string& name) {
  if (std::ranges::none_of(folder.files, is_sql_file, &FormFile::path)) {
    raise(ErrorKind::invalid_data, "migrations folder " + name + ": there is no .sql file in it");
  }
  std::string reasons;
  for (const Form* form : forms) {
    std::string why = form->mismatch(folder);
    if (why.empty()) return *form;
    reasons += (reasons.empty() ? "" : "; ") + std::string(form->name) + ": " + std::move(why);
  }
  raise(ErrorKind::invalid_data, "migrations folder " + name +
                                     ": its files are of no form, or of several (" + reasons +
                                     "); files that are no migrations belong into .lockstepignore");
}

std::string_view form_name(const FormFolder& folder, const std::string& name) {
  return folder.options.form == FolderForm::itinerary ? "itinerary"
                                                      : detect_form(folder, name).name;
}

std::vector<Script> read_folder(const FormFolder& folder, const std::string& name) {
  std::vector<Script> scripts;
  if (folder.options.form == FolderForm::itinerary) {
    scripts = read_itinerary(folder);
  } else {
    const Form& form = detect_form(folder, name);
    if (&form == &pairs_form && folder.options.stem_is_version) {
      raise(ErrorKind::invalid_argument,
            "migrations folder " + name + ": the two files of a pair have no stem in common");
    }
    scripts = form.read(folder);
  }
  for (Script& script : scripts) script.file.insert(0, folder.prefix);
  return scripts;
}

}  // namespace lockstep::detail
