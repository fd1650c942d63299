// SPDX-License-Identifier: BSL-1.0
#include "migrate/history/adopt.hpp"

#include <algorithm>

#include "migrate/checksum.hpp"
#include "migrate/forms/names.hpp"
#include "migrate/history/foreign.hpp"

namespace lockstep::detail {
namespace {

std::string only_domain(const MigrationSet& set) {
  auto domains = set.domains();
  std::erase(domains, own_domain);
  if (domains.size() == 1) return domains.front();
  raise(ErrorKind::invalid_argument,
        "adopt: another migrator's table is of one domain, and the set has " +
            std::to_string(domains.size()));
}

// Takes the versions over one by one.
class Adoption {
 public:
  Adoption(LedgerChange& change, const MigrationSet& set, const ForeignHistory& foreign,
           std::string domain)
      : change_(change), set_(set), foreign_(foreign), domain_(std::move(domain)) {}

  AdoptReport run() {
    report_.tool = foreign_.tool;
    report_.table = foreign_.table;
    if (!foreign_.all_up_to.empty()) take_all_up_to(foreign_.all_up_to);
    for (const ForeignVersion& version : foreign_.versions) take(version);
    if (!report_.adopted.empty()) {
      change_.log(domain_, {}, "adopt",
                  "from " + foreign_.table + ", versions: " +
                      std::to_string(report_.adopted.size()));
    }
    return std::move(report_);
  }

 private:
  void take_all_up_to(std::string_view version);
  void take(const ForeignVersion& version);
  void take_file(const Migration& migration, const ForeignVersion& version);
  void take_without_file(const ForeignVersion& version);
  [[nodiscard]] const Migration* find(const ForeignVersion& version) const;
  [[nodiscard]] bool differs(const Migration& migration, const ForeignVersion& version) const;
  [[nodiscard]] bool is_known(std::string_view version) const;
  [[nodiscard]] std::string label(std::string_view version) const {
    return domain_ + '/' + std::string(version);
  }

  LedgerChange& change_;
  const MigrationSet& set_;
  const ForeignHistory& foreign_;
  std::string domain_;
  AdoptReport report_;
};

bool Adoption::is_known(std::string_view version) const {
  return change_.index().find(domain_, version) != nullptr ||
         std::ranges::find(report_.adopted, label(version)) != report_.adopted.end();
}

void Adoption::take_all_up_to(std::string_view version) {
  for (const Migration& migration : set_.migrations()) {
    if (migration.domain != domain_ || migration.repeatable ||
        std::is_gt(compare_versions(migration.version, version))) {
      continue;
    }
    if (is_known(migration.version)) {
      report_.known.push_back(label(migration.version));
      continue;
    }
    change_.record(migration, foreign_.baseline ? "baseline" : "versioned", {});
    report_.adopted.push_back(label(migration.version));
  }
}

void Adoption::take(const ForeignVersion& version) {
  const Migration* migration = find(version);
  if (migration != nullptr) {
    take_file(*migration, version);
  } else if (!version.repeatable) {
    take_without_file(version);
  }
}

void Adoption::take_file(const Migration& migration, const ForeignVersion& version) {
  const std::string shown = label(migration.version);
  const bool other = differs(migration, version);
  if (other) report_.differing.push_back(shown);
  if (is_known(migration.version)) {
    const bool listed =
        std::ranges::find(report_.known, shown) != report_.known.end() ||
        std::ranges::find(report_.adopted, shown) != report_.adopted.end();
    if (!listed) report_.known.push_back(shown);
    return;
  }
  if (other && migration.repeatable) return;
  change_.record(migration, migration.repeatable ? "repeatable" : "versioned", version.applied_at);
  report_.adopted.push_back(shown);
}

void Adoption::take_without_file(const ForeignVersion& version) {
  std::string text = version.version;
  if (foreign_.tool == MigrationTool::sql_migrate) text = cut_version(version.version).version;
  if (text.empty()) text = version.version;
  if (is_known(text)) {
    report_.known.push_back(label(text));
    return;
  }
  change_.record(domain_, text, version.name.empty() ? version.version : version.name,
                 version.applied_at);
  report_.adopted.push_back(label(text));
  report_.without_file.push_back(label(text));
}

// By the name of the file where the tool tells it, as it may be the only thing that is unique.
const Migration* Adoption::find(const ForeignVersion& version) const {
  if (foreign_.tool != MigrationTool::sql_migrate && !version.repeatable) {
    return set_.find(domain_, version.version);
  }
  const std::string_view script = base_name(version.script);
  const auto found = std::ranges::find_if(set_.migrations(), [&](const Migration& migration) {
    return migration.domain == domain_ && base_name(migration.up_file) == script;
  });
  return found == set_.migrations().end() ? nullptr : &*found;
}

// The tools have checksums of whole files.
bool Adoption::differs(const Migration& migration, const ForeignVersion& version) const {
  if (version.checksum.empty()) return false;
  if (foreign_.tool == MigrationTool::flyway) {
    return version.checksum != flyway_checksum(migration.up);
  }
  const bool whole = migration.up_file.ends_with(".up.sql");
  return foreign_.tool == MigrationTool::sqlx && whole &&
         version.checksum != sha384(migration.up);
}

}  // namespace

AdoptReport adopt(LedgerChange& change, const MigrationSet& set, MigrationTool tool) {
  std::string domain = only_domain(set);
  const ForeignHistory foreign = read_foreign(change.connection(), tool);
  return Adoption(change, set, foreign, std::move(domain)).run();
}

}  // namespace lockstep::detail
