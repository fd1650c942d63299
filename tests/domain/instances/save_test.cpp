// SPDX-License-Identifier: BSL-1.0
// save_instance, and instances under many threads.
#include "lockstep/migrate.hpp"
#include "rows.hpp"
#include "support/threads.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::instances;

TEST_CASE_FIXTURE(Migrated, "save_instance: inserts what is not there, every member of it") {
  on_both([&](Executor& ex) {
    create_instance(ex, instance("other"));
    Instance expected = full_instance("llama");
    const Instance saved = save_instance(ex, expected);
    CHECK(saved.id > 0);
    expected.id = saved.id;
    expected.updated_at = start_seconds;
    CHECK(saved == expected);
    CHECK(get_instance_by_name(ex, "llama") == expected);
    CHECK(save_instance(ex, instance("bare")).created_at == start_seconds);
    CHECK(count(ex, "instances") == 3);
  });
}

TEST_CASE_FIXTURE(Migrated, "save_instance: twice is one row, with its id, created_at and owner") {
  on_both([&](Executor& ex) {
    const Instance first = save_instance(ex, {.name = "llama", .owner_user_id = "owner"});
    save_instance(ex, instance("last"));
    clock.advance(2s);
    Instance expected = full_instance("llama");
    expected.id = 12345;  // the store knows better
    const Instance second = save_instance(ex, expected);
    expected.id = first.id;
    expected.created_at = start_seconds;
    expected.owner_user_id = "owner";
    expected.updated_at = start_seconds + 2s;
    CHECK(second == expected);
    CHECK(save_instance(ex, expected) == expected);  // nothing changes, and the id is told
    CHECK(get_all_instances(ex).size() == 2);
    CHECK(get_instance_by_name(ex, "llama") == expected);
    CHECK(get_instance_by_name(ex, "last").backend_type == BackendType::llama_cpp);
  });
}

TEST_CASE_FIXTURE(Migrated, "save_instance: keeps the permissions of API keys") {
  on_both([&](Executor& ex) {
    const Instance made = create_instance(ex, instance("llama"));
    const ApiKey key = create_key(ex, api_key("ci"), std::array{made.id});
    save_instance(ex, full_instance("llama"));
    CHECK(has_permission(ex, key.id, made.id));
  });
}

TEST_SUITE_BEGIN("concurrent");

TEST_CASE_FIXTURE(Migrated, "save_instance: many threads with one name make one row") {
  const int errors = in_threads(db, 6, [](Database& own, int t) {
    for (int i = 0; i < 5; ++i) save_instance(own, {.name = "llama", .max_restarts = t});
  });
  CHECK(errors == 0);
  CHECK(get_all_instances(db).size() == 1);
}

TEST_CASE_FIXTURE(Migrated, "instances: five threads create while three list") {
  const int errors = in_threads(db, 8, [](Database& own, int t) {
    if (t < 5) {
      create_instance(own, instance("llama-" + std::to_string(t)));
    } else {
      CHECK(get_all_instances(own).size() <= 5);
    }
  });
  CHECK(errors == 0);
  CHECK(get_all_instances(db).size() == 5);
}

TEST_SUITE_END();

TEST_CASE("instances: are there when the database is opened again, and migrated again") {
  if (!shareable()) return;
  testing::TestDatabase fixture({"instances"}, target_url());
  Instance made = create_instance(fixture.db(), full_instance("llama"));
  fixture.db().close();
  Database again = Database::open(fixture.url());
  Migrator migrator(again, MigrationSet::embedded(again.dialect().engine, {"instances"}));
  CHECK(migrator.up().empty());
  CHECK(get_all_instances(again) == std::vector<Instance>{made});
}

}  // namespace
}  // namespace lockstep::tests
