// SPDX-License-Identifier: BSL-1.0
#include "migrate/set_order.hpp"

#include <algorithm>
#include <map>

#include "lockstep/error.hpp"
#include "migrate/version.hpp"

namespace lockstep::detail {
namespace {

std::string name_of(std::string_view domain, std::string_view version) {
  return std::string(domain) + '/' + std::string(version);
}

std::string name_of(const Migration& migration) {
  return name_of(migration.domain, migration.version);
}

[[noreturn]] void refuse(const Migration& migration, std::string_view entry,
                         const std::string& why) {
  raise(ErrorKind::invalid_data, "migration " + migration.domain + '/' + migration.up_file +
                                     ": it depends on version " + std::string(entry) + ", " + why);
}

class Ordering {
 public:
  explicit Ordering(const MigrationSet& set) : set_(set) {
    for (const Migration& migration : set.migrations()) {
      domains_[migration.domain].migrations.push_back(&migration);
    }
  }

  std::vector<const Migration*> run() {
    for (const Migration& migration : set_.migrations()) reach(migration);
    return std::move(order_);
  }

 private:
  struct Domain {
    std::vector<const Migration*> migrations;
    std::size_t next = 0;  // the first that has no place yet
  };

  void reach(const Migration& last);
  void place(const Migration& migration);
  void place_before(const Migration& migration, const std::string& entry);
  [[noreturn]] void refuse_circle(const Migration& again);

  const MigrationSet& set_;
  std::map<std::string_view, Domain> domains_;
  std::vector<const Migration*> open_;     // each waits for the next
  std::vector<std::string_view> entries_;  // what each of them depends on
  std::vector<const Migration*> order_;
};

// All of its domain up to this one.
void Ordering::reach(const Migration& last) {
  Domain& domain = domains_.at(last.domain);
  while (domain.next < domain.migrations.size()) {
    const Migration& next = *domain.migrations[domain.next];
    if (std::is_gt(compare_versions(next.version, last.version))) return;
    place(next);
  }
}

void Ordering::place(const Migration& migration) {
  if (std::ranges::find(open_, &migration) != open_.end()) refuse_circle(migration);
  for (const std::string& entry : migration.depends) place_before(migration, entry);
  order_.push_back(&migration);
  ++domains_.at(migration.domain).next;
}

// Without a domain, the reader of its file has looked after it.
void Ordering::place_before(const Migration& migration, const std::string& entry) {
  if (entry.find('/') == std::string::npos) return;
  const VersionName wanted = dependency_of(migration, entry);
  const Migration* other = set_.find(wanted.domain, wanted.version);
  if (other == nullptr) return;
  if (other->domain == migration.domain) {
    const bool lower = std::is_lt(compare_versions(other->version, migration.version));
    if (lower || migration.repeatable) return;
    refuse(migration, entry, other == &migration ? "which is itself" : "which comes after it");
  }
  open_.push_back(&migration);
  entries_.push_back(entry);
  reach(*other);
  open_.pop_back();
  entries_.pop_back();
}

void Ordering::refuse_circle(const Migration& again) {
  const auto begin = std::ranges::find(open_, &again) - open_.begin();
  std::string circle = name_of(again);
  for (std::size_t i = static_cast<std::size_t>(begin); i < open_.size(); ++i) {
    if (i > static_cast<std::size_t>(begin)) circle += " -> " + name_of(*open_[i]);
  }
  refuse(again, entries_[static_cast<std::size_t>(begin)],
         "which is a circle: " + circle + " -> " + name_of(again));
}

}  // namespace

VersionName dependency_of(const Migration& migration, std::string_view entry) {
  const auto slash = entry.rfind('/');
  if (slash == std::string_view::npos) return {migration.domain, entry};
  return {entry.substr(0, slash), entry.substr(slash + 1)};
}

std::vector<const Migration*> in_order(const MigrationSet& set) { return Ordering(set).run(); }

}  // namespace lockstep::detail
