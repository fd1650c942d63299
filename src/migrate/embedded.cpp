// SPDX-License-Identifier: BSL-1.0
#include "migrate/embedded.hpp"

#include <algorithm>

#include "lockstep/error.hpp"
#include "lockstep/parity.hpp"
#include "migrate/version.hpp"

namespace lockstep {
namespace {

constexpr std::string_view allow_file = "parity.toml";

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
  auto files = detail::embedded_migrations();
  std::erase_if(files, [&](const auto& file) { return file.engine != to_string(engine); });
  return files;
}

}  // namespace

std::vector<detail::EmbeddedFile> detail::embedded_migrations() {
  std::vector<EmbeddedFile> files;
  for (const FolderFile& file : migration_files()) {
    if (file.path == allow_file) continue;
    const auto engine = file.path.find('/');
    const auto domain = file.path.find('/', engine + 1);
    files.push_back({file.path.substr(0, engine),
                     file.path.substr(engine + 1, domain - engine - 1),
                     file.path.substr(domain + 1), file.text});
  }
  return files;
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
  MigrationSet set(engine, chosen);
  set.sources_.front().name = "lockstep";
  return set;
}

ParityAllow ParityAllow::embedded() {
  const auto files = detail::migration_files();
  const auto allow = std::ranges::find(files, allow_file, &FolderFile::path);
  return parse(allow == files.end() ? "" : allow->text, allow_file);
}

}  // namespace lockstep
