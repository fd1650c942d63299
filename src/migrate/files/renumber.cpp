// SPDX-License-Identifier: BSL-1.0
#include <algorithm>
#include <map>

#include "lockstep/migration_files.hpp"
#include "migrate/files/next_version.hpp"
#include "migrate/forms/layout.hpp"
#include "migrate/forms/names.hpp"
#include "migrate/ledger.hpp"
#include "migrate/version.hpp"

namespace lockstep {
namespace {

namespace fs = std::filesystem;
using detail::LedgerRow;
using detail::Script;

// What belongs to one version and name, in the folders of all engines.
struct Entry {
  std::string version;
  std::string name;
  std::vector<std::string> files;  // paths from the folder
};

void add(std::vector<Entry>& entries, const Script& script, const std::string& path) {
  const auto same = std::ranges::find_if(entries, [&](const Entry& each) {
    return each.name == script.name && detail::same_version(each.version, script.version);
  });
  Entry& entry =
      same == entries.end() ? entries.emplace_back(Entry{script.version, script.name, {}}) : *same;
  if (std::ranges::find(entry.files, path) == entry.files.end()) entry.files.push_back(path);
}

void read_engine(Engine engine, const detail::FolderSource& whole, const std::string& domain,
                 std::vector<Entry>& entries) {
  const detail::FolderSource* source = &whole;
  std::string prefix;
  const auto domains = detail::domain_folders(engine, whole);
  const auto own = std::ranges::find(domains, domain, &detail::DomainFolder::domain);
  if (own != domains.end()) {
    source = &own->source;
    prefix = own->prefix;
  } else if (!domains.empty()) {
    return;
  }
  FolderOptions options;
  options.domain = domain;
  const detail::FormFolder folder = detail::open_folder(engine, *source, options);
  const detail::Form& form = detail::detect_form(folder, source->name);
  if (&form == &detail::folders_form || &form == &detail::flyway_form) {
    raise(ErrorKind::unsupported, "files of the form " + std::string(form.name) +
                                      " are not renumbered: rename them by hand");
  }
  for (const Script& script : detail::read_folder(folder, source->name)) {
    if (!script.repeatable) add(entries, script, prefix + script.file);
  }
}

std::vector<Entry> read_entries(const fs::path& folder, const std::string& domain) {
  const detail::FolderSource source = detail::disk_source(folder);
  std::vector<Entry> entries;
  for (const Engine engine : detail::engines_of(source)) {
    read_engine(engine, source, domain, entries);
  }
  std::ranges::sort(entries, [](const Entry& a, const Entry& b) {
    const auto order = detail::compare_versions(a.version, b.version);
    return std::is_neq(order) ? std::is_lt(order) : a.name < b.name;
  });
  return entries;
}

// The file with another version: "V2.users.up.sql" as "V3.users.up.sql".
std::string renamed(const std::string& path, const std::string& version, const std::string& to) {
  const std::size_t base = path.size() - detail::base_name(path).size();
  return path.substr(0, base) +
         path.substr(base).replace(path.substr(base).find(version), version.size(), to);
}

class Renumbering {
 public:
  Renumbering(std::vector<Entry> entries, std::vector<LedgerRow> rows, Timestamp now)
      : entries_(std::move(entries)), rows_(std::move(rows)), now_(now) {}

  std::vector<Renaming> run() {
    std::string highest = entries_.empty() ? "" : entries_.back().version;
    std::vector<Renaming> renamings;
    for (const Entry& entry : entries_) {
      if (is_applied(entry) || (!is_late(entry) && !is_second(entry))) continue;
      highest = detail::next_version(highest, now_);
      for (const std::string& file : entry.files) {
        renamings.push_back({file, renamed(file, entry.version, highest)});
      }
    }
    return renamings;
  }

 private:
  [[nodiscard]] const LedgerRow* row_of(const Entry& entry) const {
    const auto found = std::ranges::find_if(rows_, [&](const LedgerRow& row) {
      return detail::same_version(row.version, entry.version);
    });
    return found == rows_.end() ? nullptr : &*found;
  }
  // Of two with one version, the one whose name the ledger has.
  [[nodiscard]] bool is_applied(const Entry& entry) const {
    const LedgerRow* row = row_of(entry);
    if (row == nullptr) return false;
    const auto count = std::ranges::count_if(entries_, [&](const Entry& each) {
      return detail::same_version(each.version, entry.version);
    });
    return count == 1 || row->name == entry.name;
  }
  [[nodiscard]] bool is_late(const Entry& entry) const {
    return std::ranges::any_of(rows_, [&](const LedgerRow& row) {
      return row.kind != "repeatable" &&
             std::is_gteq(detail::compare_versions(row.version, entry.version));
    });
  }
  [[nodiscard]] bool is_second(const Entry& entry) const {
    return std::ranges::any_of(entries_, [&](const Entry& each) {
      return each.name < entry.name && detail::same_version(each.version, entry.version);
    });
  }

  std::vector<Entry> entries_;  // by version and name
  std::vector<LedgerRow> rows_;
  Timestamp now_;
};

}  // namespace

std::vector<Renaming> plan_renumbering(const fs::path& folder, const NewMigration& options,
                                       Database& db) {
  std::vector<Entry> entries = read_entries(folder, options.domain);
  detail::Pinned connection(db);
  std::vector<LedgerRow> rows = detail::Ledger(connection, {}).rows();
  std::erase_if(rows, [&](const LedgerRow& row) { return row.domain != options.domain; });
  return Renumbering(std::move(entries), std::move(rows), options.now).run();
}

void rename_files(const fs::path& folder, const std::vector<Renaming>& renamings) {
  std::vector<Renaming> done;
  try {
    for (const Renaming& each : renamings) {
      if (fs::exists(folder / each.to)) {
        raise(ErrorKind::io_error, (folder / each.to).string() + " is there already");
      }
      fs::rename(folder / each.from, folder / each.to);
      done.push_back(each);
    }
    if (fs::exists(folder / sum_file)) write_sum(folder);
  } catch (const std::exception& error) {
    std::error_code ignored;
    for (const Renaming& each : done) fs::rename(folder / each.to, folder / each.from, ignored);
    raise(ErrorKind::io_error, std::string("nothing was renamed: ") + error.what());
  }
}

}  // namespace lockstep
