// SPDX-License-Identifier: BSL-1.0
#include "lockstep/migration_validation.hpp"
#include "migrate/assemble.hpp"
#include "migrate/history/added_value.hpp"

namespace lockstep {
namespace {

using Faults = std::vector<MigrationFault>;

// What a set does not refuse, since the engine alone knows the types.
void find_added_values(const MigrationSet& set, Faults& faults) {
  if (set.engine() != Engine::postgres) return;
  for (const Migration& migration : set.migrations()) {
    if (!migration.up_transactional) continue;
    const auto use = detail::find_added_value_use(migration.up_statements);
    if (!use) continue;
    faults.push_back(
        {migration.domain + '/' + migration.up_file + ':' + std::to_string(use->line),
         "uses " + use->value + ", which line " + std::to_string(use->added_line) +
             " adds to a type: a value cannot be used in the transaction that adds it; use it in a "
             "file of its own"});
  }
}

// The folder was refused: reads it again for all that is wrong.
Faults collect(Engine engine, const detail::FolderSource& source, const FolderOptions& options) {
  Faults faults;
  try {
    const auto folder = detail::open_folder(engine, source, options, &faults);
    if (!faults.empty()) return faults;
    (void)detail::assemble(folder, detail::read_folder(folder, source.name));
  } catch (const InvalidData& error) {
    faults.push_back(detail::fault_of(error));
  }
  return faults;
}

template <class Read>
Faults validate(const Read& read, Engine engine, const detail::FolderSource& source,
                const FolderOptions& options) {
  Faults faults;
  try {
    find_added_values(read(), faults);
  } catch (const InvalidData&) {
    faults = collect(engine, source, options);
  }
  return faults;
}

}  // namespace

std::vector<MigrationFault> validate_folder(Engine engine, const std::filesystem::path& path,
                                            const FolderOptions& options) {
  try {
    return validate([&] { return MigrationSet::folder(engine, path, options); }, engine,
                    detail::disk_source(path), options);
  } catch (const InvalidData& error) {
    return {detail::fault_of(error)};  // the folder cannot be read at all
  }
}

std::vector<MigrationFault> validate_folder(Engine engine, std::span<const FolderFile> files,
                                            const FolderOptions& options) {
  return validate([&] { return MigrationSet::folder(engine, files, options); }, engine,
                  detail::memory_source(files), options);
}

}  // namespace lockstep
