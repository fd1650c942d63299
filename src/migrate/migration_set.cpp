// SPDX-License-Identifier: BSL-1.0
#include "lockstep/migration_set.hpp"

#include <algorithm>

#include "core/text.hpp"
#include "lockstep/error.hpp"
#include "migrate/embedded.hpp"
#include "migrate/splitter.hpp"
#include "migrate/version.hpp"

namespace lockstep {
namespace {

using detail::TextFault;

// What the columns of the ledger hold.
constexpr std::size_t max_domain_size = 64;
constexpr std::size_t max_version_size = 64;
constexpr std::size_t max_name_size = 200;

// A file with the parts of its name.
struct ParsedFile {
  const MigrationFile* file = nullptr;
  std::string_view version;
  std::string_view name;
  bool up = true;
};

std::string place(const MigrationFile& file, std::size_t line = 0) {
  std::string text(file.domain);
  text += '/';
  text += file.file_name;
  if (line != 0) text += ':' + std::to_string(line);
  return text;
}

[[noreturn]] void refuse(const std::string& where, std::string_view why) {
  raise(ErrorKind::invalid_data, "migration " + where + ": " + std::string(why));
}

bool is_domain(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  };
  return !text.empty() && text.size() <= max_domain_size && std::ranges::all_of(text, allowed);
}

bool is_name(std::string_view text) {
  const auto printable = [](char c) { return static_cast<unsigned char>(c) >= ' ' && c != '/'; };
  return !text.empty() && text.size() <= max_name_size && std::ranges::all_of(text, printable) &&
         detail::check_text(text) == TextFault::none;
}

bool take_suffix(std::string_view& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.remove_suffix(suffix.size());
  return true;
}

// NNNN_name.up.sql or NNNN_name.down.sql.
ParsedFile parse_name(const MigrationFile& file) {
  constexpr std::string_view form = "a migration's name is NNNN_name.up.sql or NNNN_name.down.sql";
  if (!is_domain(file.domain)) {
    raise(ErrorKind::invalid_argument,
          "a migration's domain is 1 to 64 letters, digits, '_', '-' or '.'");
  }
  ParsedFile parsed{&file, {}, file.file_name, true};
  if (take_suffix(parsed.name, ".down.sql")) {
    parsed.up = false;
  } else if (!take_suffix(parsed.name, ".up.sql")) {
    refuse(place(file), form);
  }
  const auto digits = std::min(parsed.name.find_first_not_of("0123456789"), parsed.name.size());
  parsed.version = parsed.name.substr(0, digits);
  parsed.name.remove_prefix(digits);
  if (digits == 0 || !parsed.name.starts_with('_')) refuse(place(file), form);
  parsed.name.remove_prefix(1);
  if (!is_name(parsed.name)) refuse(place(file), form);
  if (digits > max_version_size) refuse(place(file), "a version has at most 64 characters");
  return parsed;
}

void check_encoding(const MigrationFile& file) {
  std::string_view rest = file.text;
  for (std::size_t line = 1; !rest.empty(); ++line) {
    const auto end = std::min(rest.find('\n'), rest.size());
    const TextFault fault = detail::check_text(rest.substr(0, end));
    if (fault == TextFault::nul) refuse(place(file, line), "NUL byte");
    if (fault == TextFault::encoding) refuse(place(file, line), "not UTF-8");
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
}

void check_text(const MigrationFile& file, Engine engine) {
  check_encoding(file);
  const auto split = detail::split_statements(file.text, engine);
  if (!split.fault.empty()) refuse(place(file, split.fault_line), split.fault);
  if (split.statements.empty()) refuse(place(file), "no SQL in it");
  if (!dialect(engine).capabilities.transactional_ddl) return;
  for (const MigrationStatement& statement : split.statements) {
    if (!detail::controls_transaction(statement.text, engine)) continue;
    refuse(place(file, statement.line),
           "begins or ends a transaction, but a file runs in one, with its ledger row");
  }
}

bool same_migration(const ParsedFile& a, const ParsedFile& b) {
  return a.file->domain == b.file->domain && detail::same_version(a.version, b.version);
}

bool before(const ParsedFile& a, const ParsedFile& b) {
  if (const auto order = detail::compare_domains(a.file->domain, b.file->domain);
      std::is_neq(order)) {
    return std::is_lt(order);
  }
  if (const auto order = detail::compare_versions(a.version, b.version); std::is_neq(order)) {
    return std::is_lt(order);
  }
  return a.up && !b.up;
}

// The files of one version, the up file first.
Migration join(std::span<const ParsedFile> files) {
  const ParsedFile& up = files.front();
  if (!up.up) refuse(place(*up.file), "there is a down, but no up");
  if (files.size() > 1 && files[1].up) {
    refuse(place(*files[1].file), "same version as " + place(*up.file));
  }
  if (files.size() > 2) refuse(place(*files[2].file), "same version as " + place(*files[1].file));
  Migration migration{std::string(up.file->domain),
                      std::string(up.version),
                      std::string(up.name),
                      std::string(up.file->file_name),
                      std::string(up.file->text),
                      {},
                      std::nullopt};
  if (files.size() == 2) {
    const ParsedFile& down = files[1];
    if (down.name != up.name) refuse(place(*down.file), "its up is named " + place(*up.file));
    migration.down_file = down.file->file_name;
    migration.down = down.file->text;
  }
  return migration;
}

std::string known_domains(std::span<const detail::EmbeddedFile> files) {
  std::string names;
  std::string_view last;
  for (const auto& file : files) {
    if (file.domain == last) continue;
    last = file.domain;
    names += (names.empty() ? "" : ", ") + std::string(last);
  }
  return names.empty() ? "none" : names;
}

std::vector<detail::EmbeddedFile> embedded_files(Engine engine) {
  std::vector<detail::EmbeddedFile> files;
  for (const auto& file : detail::embedded_migrations()) {
    if (file.engine == to_string(engine)) files.push_back(file);
  }
  return files;
}

}  // namespace

MigrationSet::MigrationSet(Engine engine, std::span<const MigrationFile> files) : engine_(engine) {
  std::vector<ParsedFile> parsed;
  parsed.reserve(files.size());
  for (const MigrationFile& file : files) parsed.push_back(parse_name(file));
  std::stable_sort(parsed.begin(), parsed.end(), before);
  for (auto begin = parsed.begin(); begin != parsed.end();) {
    const auto end = std::find_if_not(begin, parsed.end(), [&](const ParsedFile& other) {
      return same_migration(*begin, other);
    });
    migrations_.push_back(join({begin, end}));
    begin = end;
  }
  for (const MigrationFile& file : files) check_text(file, engine);
}

MigrationSet MigrationSet::embedded(Engine engine, const std::vector<std::string>& domains) {
  const auto files = embedded_files(engine);
  for (const std::string& domain : domains) {
    if (std::ranges::find(files, domain, &detail::EmbeddedFile::domain) == files.end()) {
      raise(ErrorKind::invalid_argument,
            "no embedded migrations for domain " + domain + "; there are: " + known_domains(files));
    }
  }
  std::vector<MigrationFile> chosen;
  for (const auto& file : files) {
    if (domains.empty() || file.domain == detail::own_domain ||
        std::ranges::find(domains, file.domain) != domains.end()) {
      chosen.push_back({file.domain, file.file_name, file.text});
    }
  }
  return {engine, chosen};
}

std::vector<std::string> MigrationSet::domains() const {
  std::vector<std::string> names;
  for (const Migration& migration : migrations_) {
    if (names.empty() || names.back() != migration.domain) names.push_back(migration.domain);
  }
  return names;
}

const Migration* MigrationSet::find(std::string_view domain, std::string_view version) const {
  const auto found = std::ranges::find_if(migrations_, [&](const Migration& migration) {
    return migration.domain == domain && detail::same_version(migration.version, version);
  });
  return found == migrations_.end() ? nullptr : &*found;
}

}  // namespace lockstep
