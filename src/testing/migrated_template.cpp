// SPDX-License-Identifier: BSL-1.0
#include <map>
#include <mutex>

#include "lockstep/memory_image.hpp"
#include "lockstep/migrate.hpp"
#include "lockstep/testing.hpp"
#include "migrate/scratch/own_database.hpp"
#include "testing/templates.hpp"
#include "upkeep/door.hpp"

namespace lockstep::testing {
namespace {

using lockstep::detail::Lease;
using lockstep::detail::UpkeepDoor;

constexpr Sql copy{"testing.migrated_template", "migrated template"};  // for messages

MemoryImage& image_of(const Lease& lease) {
  return dynamic_cast<MemoryImage&>(lease->session());
}

// What is made once and never goes: a template that a test holds stays what it is.
template <class Key>
class Kept {
 public:
  template <class Make>
  const MigratedTemplate& get(const Key& key, Make&& make) {
    const std::lock_guard lock(mutex_);
    auto& kept = kept_[key];
    if (kept == nullptr) kept = make();
    return *kept;
  }

 private:
  std::mutex mutex_;
  std::map<Key, std::unique_ptr<const MigratedTemplate>> kept_;
};

}  // namespace

struct MigratedTemplate::State {
  explicit State(const MigrationSet& set) : db(Database::open(lockstep::detail::in_memory_url)) {
    Migrator(db, set).up();
  }

  Database db;  // one connection, that of one copy at a time
  std::mutex mutex;
};

MigratedTemplate::MigratedTemplate(const MigrationSet& set)
    : state_(std::make_unique<State>(set)) {}

MigratedTemplate::~MigratedTemplate() = default;

Database MigratedTemplate::clone(DatabaseOptions options) const {
  Database db = Database::open(lockstep::detail::in_memory_url, std::move(options));
  const SourceLocation at = SourceLocation::current();
  const Lease to = UpkeepDoor::lease(db, {}, at);
  const std::lock_guard lock(state_->mutex);
  const Lease from = UpkeepDoor::lease(state_->db, {}, at);
  lockstep::detail::translated(db.dialect(), copy,
                               [&] { image_of(from).copy_image(image_of(to)); });
  return db;
}

const MigratedTemplate& migrated_template(const MigrationSet& set) {
  static Kept<std::string> kept;
  return kept.get(set.sha256(), [&] { return std::make_unique<const MigratedTemplate>(set); });
}

// Without a look at the migrations: what is embedded is the same for all of the program.
const MigratedTemplate& detail::embedded_template(const std::vector<std::string>& domains) {
  static Kept<std::vector<std::string>> kept;
  return kept.get(domains, [&] {
    return std::make_unique<const MigratedTemplate>(
        MigrationSet::embedded(Engine::sqlite, domains));
  });
}

}  // namespace lockstep::testing
