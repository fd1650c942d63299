// SPDX-License-Identifier: BSL-1.0
// Fuzzes the file forms, the lint and the checksums of migrations. The first byte picks the engine;
// then files follow: a byte that picks the name, and the text up to a byte 1.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "lockstep/error.hpp"
#include "lockstep/migration_lint.hpp"
#include "migrate/meaning.hpp"

namespace {

constexpr std::string_view names[] = {
    "1_a.up.sql",      "1_a.down.sql",      "2_b.up.sql",    "2_b.down.sql",     "001_a.sql",
    "002_b.sql",       "3_c.sql",           "V1__a.sql",     "V1_1__b.sql",      "U1__a.sql",
    "R__views.sql",    "1/up.sql",          "1/down.sql",    "1/metadata.toml",  ".lockstepignore",
    "1_a.notx.up.sql", "sqlite/1_a.up.sql", "pg/1_a.up.sql", "mysql/1_a.up.sql", "V1__a.sql.conf"};

// Whether a place of a finding is one of the file.
void require_places(const std::vector<lockstep::LintFinding>& findings) {
  for (const lockstep::LintFinding& finding : findings) {
    if (finding.line > 0 && finding.column > 0 && !finding.message.empty()) continue;
    std::fputs("a finding without a place\n", stderr);
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using lockstep::Engine;
  if (size < 2) return 0;
  constexpr Engine engines[] = {Engine::sqlite, Engine::postgres, Engine::mysql};
  const Engine engine = engines[data[0] % 3U];
  lockstep::FolderOptions options;
  if ((data[0] & 0x40U) != 0) options.stem_is_version = true;
  if ((data[0] & 0x80U) != 0) options.form = lockstep::FolderForm::itinerary;
  const std::string all(data + 1, data + size);
  std::vector<lockstep::FolderFile> files;
  for (std::string_view rest = all; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\1'), rest.size());
    const auto name = static_cast<unsigned char>(rest.front());
    files.push_back({names[name % std::size(names)], rest.substr(1, end == 0 ? 0 : end - 1)});
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  try {
    const auto set = lockstep::MigrationSet::folder(engine, files, options);
    require_places(lockstep::lint(set));
    for (const auto& migration : set.migrations()) {
      static_cast<void>(lockstep::detail::meaning_checksum(migration, engine));
    }
  } catch (const lockstep::InvalidData&) {
  }
  return 0;
}
