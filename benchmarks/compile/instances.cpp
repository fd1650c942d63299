// SPDX-License-Identifier: BSL-1.0
// An instance and a key that may use it, with a statement of its own.
#include <lockstep/database.hpp>
#include <lockstep/instances/instances.hpp>

namespace {

constexpr lockstep::Sql running{"report.running",
                                "SELECT name FROM instances WHERE status = :status ORDER BY name"};

}  // namespace

int main(int argc, char** argv) {
  using namespace lockstep;
  auto db = Database::open(argc > 1 ? argv[1] : "sqlite:models.db");
  const auto made = instances::create_instance(db, {.name = "llama-8b", .auto_restart = true});
  instances::create_key(db, {.key_hash = "hash", .name = "ci", .user_id = "u-1"},
                        std::array{made.id});
  instances::update_instance_status(db, "llama-8b", instances::InstanceStatus::running);
  std::size_t letters = 0;
  for (const auto& name : db.stream<std::string>(running, instances::InstanceStatus::running)) {
    letters += name.size();
  }
  return letters > 0 ? 0 : 1;
}
